package dev.peregrine.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class MicrometerMetricsTest {
    private static final class Service implements FlightService {
        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            throw FlightNotFoundException.of("not there");
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(new Result(new byte[100]), new Result(new byte[100]));
        }
    }

    @Test
    void callsAndConnectionsAreCountedAtBothEnds(BufferAllocator memory) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        MicrometerMetrics metrics = new MicrometerMetrics(registry);
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new Service())
                .allocator(memory)
                .drain(Duration.ZERO)
                .metrics(metrics)
                .start()) {
            try (FlightClient client = FlightClient.builder(server.location())
                    .allocator(memory)
                    .metrics(metrics)
                    .build()) {
                assertThat(client.doAction("any").toList()).hasSize(2);
                assertThatThrownBy(() -> client.getFlightInfo(FlightDescriptor.path("any")))
                        .isInstanceOf(FlightNotFoundException.class);
                assertThat(registry.get("flight.connections.active")
                                .tag("side", "client")
                                .gauge()
                                .value())
                        .isEqualTo(1);
            }
        }
        for (String side : List.of("client", "server")) {
            assertThat(registry.get("flight.calls")
                            .tags("side", side, "method", "DoAction", "status", "OK")
                            .timer()
                            .count())
                    .as(side)
                    .isEqualTo(1);
            assertThat(registry.get("flight.calls")
                            .tags("side", side, "method", "GetFlightInfo", "status", "NOT_FOUND")
                            .timer()
                            .count())
                    .as(side)
                    .isEqualTo(1);
            assertThat(registry.get("flight.calls.active")
                            .tags("side", side, "method", "DoAction")
                            .gauge()
                            .value())
                    .as(side)
                    .isZero();
            assertThat(registry.get("flight.connections")
                            .tag("side", side)
                            .timer()
                            .count())
                    .as(side)
                    .isEqualTo(1);
        }
        var answers = registry.get("flight.messages.received")
                .tags("side", "client", "method", "DoAction")
                .summary();
        assertThat(answers.count()).isEqualTo(2);
        assertThat(answers.totalAmount()).isEqualTo(2 * (5 + 2 + 100));
    }
}
