package dev.peregrine.metrics.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class MicrometerRecipeTest {
    // begin micrometer
    FlightClient connect(Location location, MeterRegistry registry) {
        return FlightClient.builder(location)
                .metrics(new MicrometerMetrics(registry))
                .build();
    }
    // end micrometer

    @Test
    void countsCalls() {
        FlightService service = new FlightService() {
            @Override
            public Iterable<Result> doAction(ServerCall call, Action action) {
                return List.of(Result.of("done"));
            }
        };
        MeterRegistry registry = new SimpleMeterRegistry();
        try (FlightServer server =
                FlightServer.builder("grpc://localhost:0", service).start()) {
            try (FlightClient client = connect(server.location(), registry)) {
                assertThat(client.doAction("any").toList()).hasSize(1);
            }
        }
        assertThat(registry.get("flight.calls")
                        .tags("side", "client", "method", "DoAction", "status", "OK")
                        .timer()
                        .count())
                .isEqualTo(1);
    }
}
