package dev.peregrine.cli.bench;

import dev.peregrine.cli.bench.Measured.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One thread, which starts one more for each stream. Runs one work: warm-up, then windows of about a second. */
public final class Measurement {
    private static final long NANOS = 1_000_000_000;
    private static final long PAUSE_AFTER_ERROR_MILLIS = 10;
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final Duration UPDATE = Duration.ofMillis(200);

    /** Hears how far it is, several times a second, on the measuring thread. */
    public interface Listener {
        /** {@code seconds} of the work, its warm-up included, have gone by; {@code bytes} and {@code calls} are all so far. */
        void passed(double seconds, long bytes, long calls);
    }

    private final Plan plan;
    private final Asked asked;
    private final List<Link> links;
    private final Tally.Phase phase = new Tally.Phase();
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Stream> streams = new ArrayList<>();

    private Measurement(Plan plan, Asked asked, List<Link> links) {
        this.plan = plan;
        this.asked = asked;
        this.links = links;
    }

    /**
     * Measures a work over these connections. A first call that fails throws its failure; failures after that are counted.
     *
     * @throws WrongAnswer the first answer is not what had to come
     * @throws dev.peregrine.protocol.error.FlightException the first call failed
     */
    public static Measured run(Work work, Plan plan, Asked asked, List<Link> links, Listener listener)
            throws InterruptedException {
        return new Measurement(plan, asked, links).run(work, listener);
    }

    private Measured run(Work work, Listener listener) throws InterruptedException {
        try {
            for (int i = 0; i < plan.streams(); i++) {
                Link link = links.get(i % links.size());
                streams.add(new Stream(work, i, Calls.of(work, link, asked, plan)));
            }
            streams.get(0).calls.call(Tally.probe());
            streams.forEach(Thread::start);
            long start = System.nanoTime();
            long warm = start + plan.warmUp().toNanos();
            waitUntil(warm, start, listener);
            phase.measuring = true;
            List<Window> windows = windows(start, listener);
            phase.measuring = false;
            end();
            return merged(work, windows);
        } finally {
            end();
            streams.forEach(stream -> stream.calls.close());
        }
    }

    private List<Window> windows(long start, Listener listener) throws InterruptedException {
        int count = plan.windows();
        long width = plan.duration().toNanos() / count;
        long begin = System.nanoTime();
        List<Window> windows = new ArrayList<>(count);
        long last = begin;
        Counted before = counted();
        for (int i = 1; i <= count; i++) {
            waitUntil(begin + i * width, start, listener);
            Counted now = counted();
            long at = System.nanoTime();
            windows.add(now.since(before, (at - last) / (double) NANOS));
            last = at;
            before = now;
        }
        return windows;
    }

    private void waitUntil(long time, long start, Listener listener) throws InterruptedException {
        for (long left; (left = time - System.nanoTime()) > 0; ) {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, UPDATE.toNanos()));
            Counted now = counted();
            listener.passed((System.nanoTime() - start) / (double) NANOS, now.bytes, now.calls);
        }
    }

    private record Counted(long rows, long bytes, long calls) {
        Window since(Counted before, double seconds) {
            return new Window(seconds, rows - before.rows, bytes - before.bytes, calls - before.calls);
        }
    }

    private Counted counted() {
        long rows = 0;
        long bytes = 0;
        long calls = 0;
        for (Stream stream : streams) {
            rows += stream.tally.rows();
            bytes += stream.tally.bytes();
            calls += stream.tally.calls();
        }
        return new Counted(rows, bytes, calls);
    }

    /** Calls end by themselves soon; one that hangs is cancelled. Idempotent. */
    private void end() throws InterruptedException {
        phase.over = true;
        over.countDown();
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (Stream stream : streams) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            stream.join(Math.max(1, left));
            if (stream.isAlive()) {
                stream.interrupt(); // which cancels its call
                stream.join();
            }
        }
    }

    private Measured merged(Work work, List<Window> windows) {
        Histogram latencies = new Histogram(3);
        Map<String, Long> errors = new LinkedHashMap<>();
        for (Stream stream : streams) {
            latencies.add(stream.tally.latencies());
            stream.tally.errors().forEach((message, count) -> errors.merge(message, count, Long::sum));
        }
        return new Measured(work, windows, latencies, errors);
    }

    /** Makes calls until it is over. */
    private final class Stream extends Thread {
        private final Calls calls;
        private final Tally tally = Tally.of(phase);

        Stream(Work work, int number, Calls calls) {
            super("peregrine-" + work.text() + "-" + number);
            this.calls = calls;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (!tally.isOver()) {
                    try {
                        calls.call(tally);
                    } catch (RuntimeException e) {
                        tally.failed(e);
                        // A server that refuses everything is not to be hammered.
                        over.await(PAUSE_AFTER_ERROR_MILLIS, TimeUnit.MILLISECONDS);
                    }
                }
            } catch (InterruptedException e) {
                // Told to end while it waited.
            }
        }
    }
}
