package dev.peregrine.cli.bench;

import java.time.Duration;
import java.util.List;

/**
 * How to measure.
 *
 * @param works in their order
 * @param rows of a generated batch, and of the batches that a ticket of the convention asks for
 * @param batches in one call
 * @param streams calls at the same time, a thread each
 * @param connections that the streams share
 * @param duration of the measurement of one work
 * @param warmUp before each work, not counted
 * @param verify whether values are compared
 */
public record Plan(
        List<Work> works,
        int rows,
        long batches,
        int streams,
        int connections,
        Duration duration,
        Duration warmUp,
        boolean verify) {
    private static final long CALL_BYTES = 64 << 20;
    private static final int MOST_BATCHES = 20_000;

    /** So many batches that a call moves 64 MiB, unless they are tiny. */
    public static long batches(int rows) {
        return Math.max(1, Math.min(MOST_BATCHES, CALL_BYTES / Math.max(1, GeneratedBatch.bytes(rows))));
    }

    /** Windows of about a second, all of the same length. */
    int windows() {
        return (int) Math.max(1, duration.toSeconds());
    }
}
