package dev.peregrine.cli.bench;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What came out of one work.
 *
 * @param windows in their order, never empty
 * @param latencies in nanoseconds, as {@link Work#latency} says
 * @param errors how often each message
 */
public record Measured(Work work, List<Window> windows, Histogram latencies, Map<String, Long> errors) {

    /** What was done in one window. */
    public record Window(double seconds, long rows, long bytes, long calls) {}

    /** Over the windows. */
    public record Spread(double median, double min, double max) {
        static Spread of(List<Window> windows, ToDoubleFunction<Window> what) {
            double[] sorted = windows.stream().mapToDouble(what).sorted().toArray();
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            return new Spread(median, sorted[0], sorted[sorted.length - 1]);
        }
    }

    Spread gibibytes() {
        return Spread.of(windows, window -> window.bytes() / window.seconds() / (1 << 30));
    }

    Spread rows() {
        return Spread.of(windows, window -> window.rows() / window.seconds());
    }

    Spread callsPerSecond() {
        return Spread.of(windows, window -> window.calls() / window.seconds());
    }

    /** All rows that were moved. */
    public long totalRows() {
        return windows.stream().mapToLong(Window::rows).sum();
    }

    /** All calls that ended well. */
    public long totalCalls() {
        return windows.stream().mapToLong(Window::calls).sum();
    }

    /** How many calls failed. */
    public long failed() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The latency at a percentile, microseconds; 0 if there are none. */
    double micros(double percentile) {
        return latencies.getTotalCount() == 0 ? 0 : latencies.getValueAtPercentile(percentile) / 1e3;
    }
}
