package dev.peregrine.bench.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How often a body is copied between the writer's vectors and the reader's, and how often the sockets are bothered for it. What
 * is next to the sockets counts: bytes that leave out of the vectors' own memory were not copied; those that the reader's
 * vectors hold were read there by the socket, or came there straight out of what it filled.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class CopyTest {
    private static final List<String> WATCHED = List.of("-Dio.netty.bootstrap.extensions=serviceload");

    /** Of four int64 columns, bytes a row. */
    private static final long ROW = 32;

    private static Probe moved(String work, int rows, int batches, String how, Path folder) throws Exception {
        return Probe.run(CopyProbe.class, folder, WATCHED, work, rows, batches, how);
    }

    /** Validity, an eighth of a byte for each value, as vectors have it. */
    private static long body(int rows) {
        return rows * ROW + 4L * (rows / 8);
    }

    /** Each byte of the body comes to where it stays with one copy at most, and little else is copied; returns the copies. */
    private static long copiedOnceAtMost(Probe probe, int rows, int batches) {
        long bytes = body(rows) * batches;
        assertThat(probe.number("in place")).as(probe.said()).isEqualTo(bytes);
        long copied = probe.number("copied", "receiver");
        assertThat(copied + probe.number("placed", "receiver")).as(probe.said()).isBetween(bytes, bytes * 101 / 100);
        return copied;
    }

    @ParameterizedTest
    @CsvSource({"get, write", "put, write", "get, lend", "put, lend"})
    void hardlyAnythingOfALargeBodyIsCopied(String work, String how, @TempDir Path folder) throws Exception {
        int rows = 65_536;
        int batches = 100;
        Probe probe = moved(work, rows, batches, how, folder);
        // Where a frame begins is not known before it has been read; how much comes with it depends on the sender's
        // turns.
        assertThat(copiedOnceAtMost(probe, rows, batches)).as(probe.said()).isLessThan(body(rows) * batches * 3 / 4);
        // Small buffers, which validity is, cost less copied.
        long lent = rows * ROW;
        assertThat(probe.number("lent", "sender")).as(probe.said()).isGreaterThan(lent * batches * 99 / 100);
        assertThat(probe.number("written", "sender"))
                .as(probe.said())
                .isLessThan((body(rows) - lent + (4 << 10)) * batches);
        // A flush is at least one system call, a read is one: at least 64 KiB and 16 KiB each.
        long mebibytes = batches * 2L;
        assertThat(probe.number("flushes", "sender")).as(probe.said()).isLessThan(16 * mebibytes);
        assertThat(probe.number("reads", "receiver")).as(probe.said()).isLessThan(64 * mebibytes);
        // Windows are opened in large steps.
        assertThat(probe.number("flushes", "receiver")).as(probe.said()).isLessThan(16 * mebibytes);
    }

    @ParameterizedTest
    @CsvSource({"get", "put"})
    void aSmallBodyIsCopiedTwiceAndBothersTheSocketOnceAtMost(String work, @TempDir Path folder) throws Exception {
        int rows = 64;
        int batches = 20_000;
        Probe probe = moved(work, rows, batches, "write", folder);
        copiedOnceAtMost(probe, rows, batches);
        // With headers of HTTP/2, gRPC and Arrow.
        assertThat(probe.number("written", "sender"))
                .as(probe.said())
                .isBetween(body(rows) * batches, (body(rows) + 512) * batches);
        assertThat(probe.number("flushes", "sender")).as(probe.said()).isLessThan(batches + 100L);
        assertThat(probe.number("reads", "receiver")).as(probe.said()).isLessThan(batches + 100L);
        assertThat(probe.number("flushes", "receiver")).as(probe.said()).isLessThan(batches / 10L);
    }
}
