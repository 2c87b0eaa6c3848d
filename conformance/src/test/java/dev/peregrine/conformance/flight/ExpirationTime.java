package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CancelStatus;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.server.FlightService;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;

/**
 * {@code expiration_time:...}: endpoints that expire, never, after 5 and after 6 seconds; four things that a client may do
 * with them.
 *
 * @param steps one of the four
 */
record ExpirationTime(Consumer<FlightClient> steps) implements Scenario {
    private static final FlightDescriptor EXPIRING = FlightDescriptor.command("expiration_time");

    /** When the first of a flight's endpoints expires. */
    private static final Duration FIRST = Duration.ofSeconds(5);

    @Override
    public FlightService service() {
        return new ExpiringEndpoints();
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) {
        steps.accept(client);
    }

    static void doGet(FlightClient client) {
        for (int slow = 0; ; slow++) {
            Instant begin = Instant.now();
            FlightInfo info = client.getFlightInfo(EXPIRING);
            assertThat(info.endpoints())
                    .extracting(endpoint -> endpoint.expirationTime() != null)
                    .containsExactly(false, true, true);
            List<Long> rows = new ArrayList<>();
            try {
                for (FlightEndpoint endpoint : info.endpoints()) {
                    assertThat(endpoint.locations()).isEmpty();
                    rows.addAll(Numbers.get(client, endpoint));
                }
            } catch (FlightInvalidArgumentException e) {
                // A busy machine may have taken so long that the server is right.
                if (slow < 5 && Instant.now().isAfter(begin.plus(FIRST))) {
                    continue;
                }
                throw e;
            }
            assertThat(rows).containsExactly(0L, 1L, 2L);
            return;
        }
    }

    static void listActions(FlightClient client) {
        assertThat(client.listActions().toList())
                .extracting(ActionType::type)
                .containsExactlyInAnyOrder("CancelFlightInfo", "RenewFlightEndpoint");
    }

    static void cancelFlightInfo(FlightClient client) {
        FlightInfo info = client.getFlightInfo(EXPIRING);
        assertThat(client.cancelFlightInfo(info).status()).isEqualTo(CancelStatus.CANCELLED);
        assertThat(info.endpoints()).hasSize(3);
        for (FlightEndpoint endpoint : info.endpoints()) {
            assertThatThrownBy(() -> Numbers.get(client, endpoint)).isInstanceOf(FlightException.class);
        }
    }

    static void renewFlightEndpoint(FlightClient client) {
        int renewed = 0;
        for (FlightEndpoint endpoint : client.getFlightInfo(EXPIRING).endpoints()) {
            if (endpoint.expirationTime() != null) {
                assertThat(client.renewFlightEndpoint(endpoint).expirationTime())
                        .isAfter(endpoint.expirationTime());
                renewed++;
            }
        }
        assertThat(renewed).isEqualTo(2);
    }
}
