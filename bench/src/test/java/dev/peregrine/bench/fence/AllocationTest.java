package dev.peregrine.bench.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.Jvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Heap bytes that each side allocates for a batch in steady state, Arrow's own objects included. Measured in a JVM with its
 * usual compilers, since what they save by escape analysis counts.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class AllocationTest {
    private static final Pattern ANSWER = Pattern.compile("client (\\d+) server (\\d+)");

    /** A test's JVM runs with the leak detectors on and C2 off. */
    private static List<String> command(String... arguments) {
        List<String> flags = List.of(
                "-Xmx1g", "-Dio.netty.leakDetection.level=disabled", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn");
        return Jvm.command(AllocationProbe.class, flags, (Object[]) arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "get, 64, 50000, 2304, 512",
        "put, 64, 50000, 512, 2304",
        "get, 65536, 500, 4096, 4096",
        "put, 65536, 500, 4096, 4096"
    })
    void aBatchCostsSoManyBytesAtMost(
            String work, String rows, String batches, int client, int server, @TempDir Path folder) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command(work, rows, batches))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(150, TimeUnit.SECONDS)).as("ended").isTrue();
        } finally {
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        Matcher answer = ANSWER.matcher(said);
        assertThat(answer.find()).as(said).isTrue();
        assertThat(Integer.parseInt(answer.group(1))).as("client: %s", said).isBetween(1, client);
        assertThat(Integer.parseInt(answer.group(2))).as("server: %s", said).isBetween(1, server);
    }
}
