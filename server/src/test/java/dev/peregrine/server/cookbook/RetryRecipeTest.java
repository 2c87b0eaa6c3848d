package dev.peregrine.server.cookbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.RetryPolicy;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class RetryRecipeTest {
    /** Unavailable at first, {@code failures} times. */
    private static final class Starting implements FlightService {
        private final AtomicInteger calls = new AtomicInteger();
        private final int failures;

        Starting(int failures) {
            this.failures = failures;
        }

        private void count() {
            if (calls.incrementAndGet() <= failures) {
                throw FlightUnavailableException.of("still starting");
            }
        }

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            count();
            return FlightInfo.of(null, descriptor);
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            count();
            return List.of(Result.of("done"));
        }
    }

    private static FlightServer serve(Starting service, BufferAllocator allocator) {
        return FlightServer.builder("grpc://localhost:0", service)
                .allocator(allocator)
                .start();
    }

    // begin policy
    FlightClient connect(Location location) {
        return FlightClient.builder(location)
                .retryPolicy(RetryPolicy.DEFAULT.maxAttempts(6).backoff(Duration.ofMillis(50), Duration.ofSeconds(2)))
                .build();
    }

    List<Result> refresh(FlightClient client) {
        // To refresh twice does no harm, which the client cannot know.
        CallOptions repeatable =
                CallOptions.NONE.retryPolicy(RetryPolicy.DEFAULT).timeout(Duration.ofSeconds(30));
        return client.doAction(new Action("refresh"), repeatable).toList();
    }
    // end policy

    @Test
    void aPolicyOfTheClientAndOfACall(BufferAllocator allocator) {
        Starting infos = new Starting(5);
        try (FlightServer server = serve(infos, allocator);
                FlightClient client = connect(server.location())) {
            assertThat(client.getFlightInfo(FlightDescriptor.path("a")).descriptor())
                    .isEqualTo(FlightDescriptor.path("a"));
            assertThat(infos.calls).hasValue(6);
        }
        Starting actions = new Starting(2);
        try (FlightServer server = serve(actions, allocator);
                FlightClient client = connect(server.location())) {
            assertThatThrownBy(() -> client.doAction("refresh").toList())
                    .isInstanceOf(FlightUnavailableException.class);
            assertThat(actions.calls).hasValue(1);
            assertThat(refresh(client)).containsExactly(Result.of("done"));
            assertThat(actions.calls).hasValue(3);
        }
    }

    // begin service-config
    private static final String CONFIG = """
            {"methodConfig": [{
              "name": [{"service": "arrow.flight.protocol.FlightService"}],
              "timeout": "30s",
              "retryPolicy": {"maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "2s",
                              "backoffMultiplier": 2, "retryableStatusCodes": ["UNAVAILABLE"]}}]}""";

    FlightClient connectAsConfigured(Location location) {
        return FlightClient.builder(location).serviceConfig(CONFIG).build();
    }
    // end service-config

    @Test
    void aServiceConfig(BufferAllocator allocator) {
        Starting service = new Starting(3);
        try (FlightServer server = serve(service, allocator);
                FlightClient client = connectAsConfigured(server.location())) {
            assertThat(client.doAction("refresh").toList()).containsExactly(Result.of("done"));
            assertThat(service.calls).hasValue(4);
        }
    }
}
