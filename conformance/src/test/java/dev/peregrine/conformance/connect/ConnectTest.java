package dev.peregrine.conformance.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@NeedsProgram("connectconformance")
@ExtendWith(LeakCheck.class)
@Timeout(value = 320, unit = TimeUnit.SECONDS)
final class ConnectTest {
    private static final Duration LIMIT = Duration.ofSeconds(300);

    /** What a gRPC implementation can do: more than the suite asks of grpc-go, whose configuration has no TLS. */
    private static final String CONFIGURATION = """
            features:
              versions: [HTTP_VERSION_2]
              protocols: [PROTOCOL_GRPC]
              codecs: [CODEC_PROTO]
              compressions: [COMPRESSION_IDENTITY, COMPRESSION_GZIP]
              supportsH2c: true
              supportsTls: true
              supportsTlsClientCerts: true
              supportsTrailers: true
              supportsMessageReceiveLimit: true
            """;

    @TempDir
    private Path folder;

    @Test
    void serverScore() throws Exception {
        try (ConnectServer server = new ConnectServer()) {
            assertScore(suite("server", server.command()), 570);
        }
    }

    @Test
    void clientScore() throws Exception {
        List<String> java = Run.java(ConnectClient.class);
        List<String> command = new ArrayList<>(java.subList(0, 1));
        // A small heap is collected often, and then Netty logs which buffers were dropped.
        command.addAll(List.of(
                "-Xmx64m", "-Dio.netty.leakDetection.level=paranoid", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"));
        command.addAll(java.subList(1, java.size()));
        assertScore(suite("client", command), 646);
    }

    /** Checks the suite's last lines; when they are others, the failure shows all that it said. */
    private static void assertScore(String said, int cases) {
        assertThat(said)
                .doesNotContain("LEAK: ")
                .endsWith("Total cases: " + cases + "\n" + cases + " passed, 0 failed\n");
    }

    /** What the suite said: each case that failed, and the score at the end. */
    private String suite(String mode, List<String> program) throws IOException, InterruptedException {
        Path configuration = Files.writeString(folder.resolve("grpc.yaml"), CONFIGURATION);
        List<String> command = new ArrayList<>(List.of(
                Programs.find("connectconformance").toString(),
                "--mode",
                mode,
                "--conf",
                configuration.toString(),
                // Four at a time would only take the processors from each other's deadlines.
                "--max-servers",
                "1",
                "--"));
        command.addAll(program);
        return Run.of(LIMIT, command).output();
    }
}
