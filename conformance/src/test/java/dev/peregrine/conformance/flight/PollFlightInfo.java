package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalDouble;
import org.apache.arrow.memory.BufferAllocator;

/** {@code poll_flight_info}: a long query that is complete when it is asked after. */
final class PollFlightInfo implements Scenario {
    private static final FlightDescriptor POLL = FlightDescriptor.command("poll");

    @Override
    public FlightService service() {
        return new FlightService() {
            @Override
            public PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                FlightInfo info =
                        FlightInfo.of(Numbers.UINT32, descriptor, new FlightEndpoint(Ticket.of("long-running query")));
                return descriptor.equals(POLL)
                        ? new PollInfo(info, null, OptionalDouble.of(1.0), null)
                        : new PollInfo(
                                info,
                                POLL,
                                OptionalDouble.of(0.1),
                                Instant.now().plusSeconds(10));
            }
        };
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) {
        PollInfo begun = client.pollFlightInfo(FlightDescriptor.command("heavy query"));
        assertThat(begun.isComplete()).isFalse();
        assertThat(begun.progress().orElseThrow()).isBetween(0.0, 1.0);
        assertThat(begun.expirationTime()).isNotNull();

        PollInfo done = client.pollFlightInfo(Objects.requireNonNull(begun.descriptor()));
        assertThat(done.isComplete()).isTrue();
        assertThat(done.progress()).hasValue(1.0);
        assertThat(done.expirationTime()).isNull();
    }
}
