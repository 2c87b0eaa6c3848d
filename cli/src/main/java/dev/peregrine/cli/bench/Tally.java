package dev.peregrine.cli.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Written by one thread; the counters can be read by any, the rest when that thread has ended. What one stream does. */
final class Tally {
    private static final int DIGITS = 3;
    private static final int MOST_MESSAGES = 20;

    /** Whose state all streams of a measurement share. */
    static final class Phase {
        volatile boolean measuring;
        volatile boolean over;
    }

    private final Phase phase;
    private final boolean probing;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();
    private final Histogram latencies = new Histogram(DIGITS);
    private final Map<String, Long> errors = new LinkedHashMap<>();

    private Tally(Phase phase, boolean probing) {
        this.phase = phase;
        this.probing = probing;
    }

    static Tally of(Phase phase) {
        return new Tally(phase, false);
    }

    /** Has enough as soon as something was moved. */
    static Tally probe() {
        return new Tally(new Phase(), true);
    }

    /** Whether calls shall come to an end. */
    boolean isOver() {
        return phase.over || probing && (rows.get() > 0 || calls.get() > 0);
    }

    /** One more batch. */
    void moved(long rowCount, long byteCount) {
        rows.lazySet(rows.get() + rowCount);
        bytes.lazySet(bytes.get() + byteCount);
    }

    /** One more call that ended well. */
    void called() {
        calls.lazySet(calls.get() + 1);
    }

    /** What began at that time, by {@link System#nanoTime}, is done. */
    void latencySince(long start) {
        if (phase.measuring) {
            latencies.recordValue(System.nanoTime() - start);
        }
    }

    /** One more call that failed. */
    void failed(Throwable failure) {
        if (phase.measuring) {
            String said = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            boolean room = errors.size() < MOST_MESSAGES || errors.containsKey(said);
            errors.merge(room ? said : "other failures", 1L, Long::sum);
        }
    }

    long rows() {
        return rows.get();
    }

    long bytes() {
        return bytes.get();
    }

    long calls() {
        return calls.get();
    }

    Histogram latencies() {
        return latencies;
    }

    Map<String, Long> errors() {
        return errors;
    }
}
