package dev.peregrine.bench.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.bench.data.Columns;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a fresh JVM need not load for its first GetFlightInfo: Jackson, which Arrow's schema brings, once a fifth of the CPU
 * time until then; and an allocator that nobody has given to the client, a twelfth of the time.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class ColdStartTest {
    private static final String CLIENT = "dev.peregrine.client.FlightClient";
    private static final Set<String> NOT_NEEDED = Set.of(
            "com.fasterxml.jackson.databind.ObjectMapper",
            "org.apache.arrow.vector.types.pojo.Schema",
            "org.apache.arrow.memory.RootAllocator");

    private static final class Service implements FlightService {
        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            return new FlightInfo(Columns.INTS.schema(), descriptor, List.of(), 42, -1, false, new byte[0]);
        }
    }

    @Test
    void firstAnswerNeedsNoneOfTheseClasses(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("classes");
        Probe probe;
        try (FlightServer server =
                FlightServer.builder("grpc://127.0.0.1:0", new Service()).start()) {
            probe = Probe.run(
                    ColdStartProbe.class,
                    folder,
                    List.of("-Xlog:class+load:file=" + log + ":none"),
                    server.location().uri());
        }
        assertThat(probe.number("records")).isEqualTo(42);
        List<String> loaded;
        try (Stream<String> lines = Files.lines(log)) {
            loaded = lines.map(line -> line.substring(0, line.indexOf(' '))).toList();
        }
        assertThat(loaded).filteredOn(CLIENT::equals).hasSize(1);
        assertThat(loaded).filteredOn(NOT_NEEDED::contains).isEmpty();
    }
}
