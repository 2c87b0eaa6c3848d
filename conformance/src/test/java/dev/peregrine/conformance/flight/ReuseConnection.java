package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/** {@code location:reuse_connection}: the location that means the connection that is there. */
final class ReuseConnection implements Scenario {
    @Override
    public FlightService service() {
        return new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                return FlightInfo.of(
                        new Schema(List.of()),
                        descriptor,
                        new FlightEndpoint(Ticket.of("reuse"), Location.REUSE_CONNECTION));
            }
        };
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) {
        List<FlightEndpoint> endpoints =
                client.getFlightInfo(FlightDescriptor.command("reuse")).endpoints();
        assertThat(endpoints).hasSize(1);
        assertThat(endpoints.get(0).locations())
                .extracting(Location::uri)
                .containsExactly("arrow-flight-reuse-connection://?");
    }
}
