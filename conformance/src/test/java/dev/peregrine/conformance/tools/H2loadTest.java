package dev.peregrine.conformance.tools;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import dev.peregrine.testing.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** h2load makes a thousand calls over four connections, ten at a time on each. */
@ExtendWith(LeakCheck.class)
@NeedsProgram("h2load")
@Timeout(180)
class H2loadTest {
    @TempDir
    private Path folder;

    /** A gRPC message: its prefix, and the FlightDescriptor of the path "trades" (fields 1, type, and 3, path). */
    private static byte[] descriptor() {
        byte[] path = "trades".getBytes(US_ASCII);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(new byte[] {0, 0, 0, 0, (byte) (4 + path.length)});
        message.writeBytes(new byte[] {1 << 3, 1, 3 << 3 | 2, (byte) path.length});
        message.writeBytes(path);
        return message.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyCallIsAnswered(boolean tls, BufferAllocator memory) throws Exception {
        try (FolderServer server = FolderServer.start(tls, folder, memory)) {
            Path body = Files.write(folder.resolve("descriptor"), descriptor());
            Run run = Run.of(
                    Duration.ofSeconds(150),
                    FolderServer.command(
                            Programs.find("h2load"),
                            List.of("--requests=1000", "--clients=4", "--max-concurrent-streams=10"),
                            "--data=" + body,
                            "--header=content-type: application/grpc",
                            "--header=te: trailers",
                            (tls ? "https://" : "http://") + server.address()
                                    + "/arrow.flight.protocol.FlightService/GetFlightInfo"));
            assertThat(run.exit()).as(run.output()).isZero();
            assertThat(run.output().lines())
                    .contains(
                            "requests: 1000 total, 1000 started, 1000 done, 1000 succeeded, 0 failed, 0 errored, 0 timeout",
                            "status codes: 1000 2xx, 0 3xx, 0 4xx, 0 5xx");
            // 200 also comes with an error's status; only the flight itself has so many bytes.
            assertThat(dataBytes(run.output())).isGreaterThan(1000 * 100);
        }
    }

    /** From the line "traffic: ... space savings ..., 123.45KB (126413) data". */
    private static long dataBytes(String output) {
        int end = output.indexOf(") data");
        return Long.parseLong(output.substring(output.lastIndexOf('(', end) + 1, end));
    }
}
