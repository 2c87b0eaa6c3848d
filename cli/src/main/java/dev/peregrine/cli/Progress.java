package dev.peregrine.cli;

import java.io.IOException;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * One thread. How far a transfer is: a bar on standard error while it runs, if a terminal shows it, and one line at the end.
 * Bytes are those of the batches in memory.
 */
final class Progress implements AutoCloseable {
    private static final int UPDATE_MILLIS = 200;
    private static final long MIB = 1 << 20;

    private final Terminal terminal;
    private final boolean shown;
    private final String done;
    private final long totalRows;
    private final long start = System.nanoTime();
    private final @Nullable ProgressBar bar;
    private long rows;
    private long bytes;
    private long batches;
    private boolean closed;

    private Progress(
            Terminal terminal, boolean shown, boolean bar, String task, String done, long totalRows, long totalBytes) {
        this.terminal = terminal;
        this.shown = shown;
        this.done = done;
        this.totalRows = totalRows;
        this.bar = bar ? bar(terminal, task, totalBytes) : null;
    }

    /**
     * @param task what runs, for the bar; {@code done} what it is called when it is over
     * @param totalRows -1 if unknown; where known, bytes are reckoned from it
     */
    static Progress of(
            Terminal terminal,
            boolean noBar,
            boolean quiet,
            String task,
            String done,
            long totalRows,
            long totalBytes) {
        boolean shown = !quiet && terminal.errIsTerminal();
        return new Progress(terminal, shown, shown && !noBar, task, done, totalRows, totalBytes);
    }

    private static ProgressBar bar(Terminal terminal, String task, long totalBytes) {
        return builder(terminal, task)
                .setInitialMax(totalBytes)
                .setUnit(" MiB", MIB)
                .showSpeed(new DecimalFormat("#,##0.0", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .build();
    }

    /** A bar on standard error that looks as all of them do. */
    static ProgressBarBuilder builder(Terminal terminal, String task) {
        int width = Math.max(40, terminal.width() - 1);
        return new ProgressBarBuilder()
                .setTaskName(task)
                .setStyle(terminal.unicode() ? ProgressBarStyle.UNICODE_BLOCK : ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new DelegatingProgressBarConsumer(
                        line -> terminal.err().print("\r" + line + "\u001b[K"), width));
    }

    /** One more batch has passed, which makes this much of the whole: between 0 and 1, or less than 0 if nobody knows. */
    void add(VectorSchemaRoot root, int count, double fraction) {
        add(root, count);
        if (bar != null && fraction > 0) {
            bar.maxHint((long) (bytes / fraction));
        }
    }

    /** One more batch has passed. */
    void add(VectorSchemaRoot root, int count) {
        batches++;
        rows += count;
        for (FieldVector vector : root.getFieldVectors()) {
            bytes += vector.getBufferSize();
        }
        if (bar == null) {
            return;
        }
        if (totalRows > 0) {
            bar.maxHint((long) ((double) bytes / rows * Math.max(rows, totalRows)));
        }
        showCount(bar);
    }

    /** Several more batches have passed, which makes this much of the whole. */
    void add(long rowCount, long batchCount, long byteCount, double fraction) {
        rows += rowCount;
        batches += batchCount;
        bytes += byteCount;
        if (bar != null) {
            bar.maxHint((long) (bytes / Math.max(fraction, 1e-9)));
            showCount(bar);
        }
    }

    private void showCount(ProgressBar shownBar) {
        shownBar.stepTo(bytes);
        shownBar.setExtraMessage("  " + Sizes.count(rows, "row"));
    }

    /** A line of output; the bar moves on below it. */
    void printAbove(String line) throws IOException {
        if (bar != null) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
        terminal.print(line + "\n");
    }

    /** The bar goes away, and the line comes. */
    void finish() {
        close();
        if (shown) {
            double seconds = (System.nanoTime() - start) / 1e9;
            terminal.err()
                    .println(done + " " + Sizes.count(rows, "row") + " in " + Sizes.count(batches, "batch") + ", "
                            + Sizes.bytes(bytes) + " in " + Sizes.seconds(seconds) + ": " + Sizes.rate(bytes, seconds));
        }
    }

    @Override
    public void close() {
        if (bar != null && !closed) {
            closed = true;
            bar.close();
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }
}
