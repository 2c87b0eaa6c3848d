package dev.peregrine.conformance.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import dev.peregrine.testing.LeakCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ghz makes a thousand calls, fifty at a time, over five connections; it finds the method by reflection. */
@ExtendWith(LeakCheck.class)
@NeedsProgram("ghz")
@Timeout(180)
class GhzTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyCallIsAnswered(boolean tls, BufferAllocator memory) throws Exception {
        try (FolderServer server = FolderServer.start(tls, folder, memory)) {
            Path report = folder.resolve("report.json");
            List<String> connection =
                    tls ? List.of("--cacert", server.certChain().toString()) : List.of("--insecure");
            Run run = Run.of(
                    Duration.ofSeconds(150),
                    FolderServer.command(
                            Programs.find("ghz"),
                            connection,
                            "--call",
                            "arrow.flight.protocol.FlightService.GetFlightInfo",
                            "--data",
                            "{\"type\": \"PATH\", \"path\": [\"trades\"]}",
                            "--total=1000",
                            "--concurrency=50",
                            "--connections=5",
                            "--timeout=60s",
                            "--connect-timeout=60s",
                            "--format=json",
                            "--output=" + report,
                            server.address()));
            assertThat(run.exit()).as(run.output()).isZero();
            JsonNode result = new ObjectMapper().readTree(report.toFile());
            assertThat(result.get("count").asInt()).isEqualTo(1000);
            assertThat(result.get("statusCodeDistribution").toString()).isEqualTo("{\"OK\":1000}");
            assertThat(result.get("errorDistribution").toString()).isEqualTo("{}");
        }
    }
}
