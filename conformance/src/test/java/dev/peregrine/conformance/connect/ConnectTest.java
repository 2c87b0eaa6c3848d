package dev.peregrine.conformance.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@NeedsProgram("connectconformance")
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
        assertScore(suite("server", ConnectServer.class), 570, 570);
    }

    @Test
    void clientScore() throws Exception {
        assertScore(suite("client", ConnectClient.class), 646, 646);
    }

    /** Checks the suite's last lines; when they are others, the failure shows all that it said. */
    private static void assertScore(String said, int cases, int passed) {
        assertThat(said)
                .doesNotContain("LEAK: ")
                .endsWith("Total cases: " + cases + "\n" + passed + " passed, " + (cases - passed) + " failed\n");
    }

    /** What the suite said: each case that failed, and the score at the end. */
    private String suite(String mode, Class<?> program) throws IOException, InterruptedException {
        Path configuration = Files.writeString(folder.resolve("grpc.yaml"), CONFIGURATION);
        List<String> command = new ArrayList<>(List.of(
                Programs.find("connectconformance").toString(),
                "--mode",
                mode,
                "--conf",
                configuration.toString(),
                // One JVM at a time: the suite's patience is seconds, and two processors start one faster than four.
                "--max-servers",
                "1",
                "--"));
        List<String> java = Run.java(program);
        command.add(java.get(0));
        // A small heap is collected often, and then Netty says which buffers were dropped.
        command.addAll(List.of("-Xmx64m", "-Dio.netty.leakDetection.level=paranoid"));
        command.addAll(java.subList(1, java.size()));
        return Run.of(LIMIT, command).output();
    }
}
