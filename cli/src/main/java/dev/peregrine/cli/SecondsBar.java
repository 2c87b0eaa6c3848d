package dev.peregrine.cli;

import dev.peregrine.cli.bench.Measurement;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** One thread. How much of a measurement's time has passed: a bar on standard error, if a terminal shows it. */
final class SecondsBar implements Measurement.Listener, AutoCloseable {
    private static final int TICKS = 10;

    private final Terminal terminal;
    private final @Nullable ProgressBar bar;

    /** {@code seconds} is the whole. */
    SecondsBar(Terminal terminal, boolean shown, String task, double seconds) {
        this.terminal = terminal;
        this.bar = shown
                ? Progress.builder(terminal, task)
                        .setInitialMax((long) (seconds * TICKS))
                        .setUnit(" s", TICKS)
                        .build()
                : null;
    }

    @Override
    public void passed(double seconds, long bytes, long calls) {
        if (bar != null) {
            bar.stepTo((long) (seconds * TICKS));
            bar.setExtraMessage("  "
                    + (bytes > 0 ? Sizes.rate(bytes, seconds) : Sizes.count((long) (calls / seconds)) + " calls/s"));
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }
}
