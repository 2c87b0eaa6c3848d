package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** {@code app_metadata_flight_info_endpoint}: the application's own bytes, beside a flight and beside its endpoint. */
final class AppMetadata implements Scenario {
    @Override
    public FlightService service() {
        return new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                if (descriptor.type() != FlightDescriptor.Type.CMD) {
                    throw FlightInvalidArgumentException.of("the descriptor is no command");
                }
                FlightEndpoint endpoint = new FlightEndpoint(Ticket.of(""), List.of(), null, descriptor.command());
                return FlightInfo.of(Numbers.UINT32, descriptor, endpoint).withAppMetadata(descriptor.command());
            }
        };
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) {
        FlightInfo info = client.getFlightInfo(FlightDescriptor.command("foobar"));
        assertThat(info.appMetadata()).asString().isEqualTo("foobar");
        assertThat(info.endpoints()).hasSize(1);
        assertThat(info.endpoints().get(0).appMetadata()).asString().isEqualTo("foobar");
    }
}
