package dev.peregrine.interop.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.interop.support.ChildProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * 8 GiB each way between two JVMs of little memory, with a reader that stops again and again: neither side may pile up what
 * the other does not take.
 */
@Tag("slow")
class LargeTransferTest {
    /** Watching each of half a million buffers would be most of the work; one of a hundred is enough to find a leak. */
    private static final List<String> LITTLE =
            List.of("-Xmx256m", "-XX:MaxDirectMemorySize=256m", "-Dio.netty.leakDetection.level=advanced");

    private static final long BATCHES = (8L << 30) / TransferServer.BATCH_BYTES;

    /** Less than heap and direct memory may take together; about 200 MiB were seen. */
    private static final long MOST_RSS = (256L + 256) << 20;

    /** A stream's window, a batch being filled and some being sent; about 20 MiB were seen. */
    private static final long MOST_ARROW = 64L << 20;

    private static final Duration PATIENCE = Duration.ofSeconds(180);

    @ParameterizedTest
    @ValueSource(strings = {"get", "put"})
    @Timeout(240)
    void eightGibibytesPastASleepyReader(String way) {
        try (ChildProcess server = ChildProcess.java(TransferServer.class, LITTLE, 0);
                ChildProcess client = ChildProcess.java(TransferClient.class, LITTLE, server.port(), way, BATCHES)) {
            String answer = client.line(PATIENCE);
            Memory ofClient = Memory.parse(answer);
            Memory ofServer = Memory.parse(server.ask("memory", Duration.ofSeconds(10)));
            System.out.println(
                    "8 GiB " + way + " in " + answer.split(" ")[0] + "; client: " + ofClient + "; server: " + ofServer);

            assertThat(ofClient.rss()).as("client: %s", ofClient).isLessThan(MOST_RSS);
            assertThat(ofServer.rss()).as("server: %s", ofServer).isLessThan(MOST_RSS);
            assertThat(ofClient.arrow()).as("client: %s", ofClient).isLessThan(MOST_ARROW);
            assertThat(ofServer.arrow()).as("server: %s", ofServer).isLessThan(MOST_ARROW);
            assertThat(ofServer.limbo())
                    .as("Arrow memory the server still holds")
                    .isZero();
        }
    }
}
