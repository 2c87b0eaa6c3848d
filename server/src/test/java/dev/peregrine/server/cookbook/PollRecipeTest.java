package dev.peregrine.server.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class PollRecipeTest {
    /** Half done when asked first, done when asked again. */
    private static final class Query implements FlightService {
        @Override
        public PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            FlightInfo info = FlightInfo.of(null, descriptor);
            return descriptor.equals(FlightDescriptor.path("again"))
                    ? new PollInfo(info, null, OptionalDouble.of(1.0), null)
                    : new PollInfo(info, FlightDescriptor.path("again"), OptionalDouble.of(0.5), null);
        }
    }

    private final List<Double> shown = new ArrayList<>();

    // begin poll
    FlightInfo run(FlightClient client, String query) {
        return client.poll(FlightDescriptor.command(query))
                .timeout(Duration.ofMinutes(10))
                .onProgress(answer -> answer.progress().ifPresent(shown::add))
                .await();
    }
    // end poll

    @Test
    void pollsToTheEnd(BufferAllocator allocator) {
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new Query())
                        .allocator(allocator)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(allocator)
                        .build()) {
            assertThat(run(client, "heavy").descriptor()).isEqualTo(FlightDescriptor.path("again"));
            assertThat(shown).containsExactly(0.5, 1.0);
        }
    }
}
