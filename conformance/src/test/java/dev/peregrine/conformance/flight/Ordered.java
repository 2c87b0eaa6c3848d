package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** {@code ordered}: three endpoints, in the order of the data. */
final class Ordered implements Scenario {
    private static final FlightDescriptor ORDERED = FlightDescriptor.command("ordered");

    @Override
    public FlightService service() {
        return new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                return FlightInfo.of(
                                Numbers.INT32,
                                descriptor,
                                new FlightEndpoint(Ticket.of("1")),
                                new FlightEndpoint(Ticket.of("2")),
                                new FlightEndpoint(Ticket.of("3")))
                        .withOrdered(descriptor.equals(ORDERED));
            }

            @Override
            public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
                String name = new String(ticket.ticket(), StandardCharsets.UTF_8);
                int unit =
                        switch (name) {
                            case "1" -> 1;
                            case "2" -> 10;
                            case "3" -> 100;
                            default -> throw FlightInvalidArgumentException.of("there is no ticket " + name);
                        };
                Numbers.write(out, call.allocator(), Numbers.INT32, unit, 2 * unit, 3 * unit);
            }
        };
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) {
        FlightInfo info = client.getFlightInfo(ORDERED);
        assertThat(info.ordered()).isTrue();
        List<Long> rows = new ArrayList<>();
        for (FlightEndpoint endpoint : info.endpoints()) {
            assertThat(endpoint.locations()).isEmpty();
            rows.addAll(Numbers.get(client, endpoint));
        }
        assertThat(rows).containsExactly(1L, 2L, 3L, 10L, 20L, 30L, 100L, 200L, 300L);
    }
}
