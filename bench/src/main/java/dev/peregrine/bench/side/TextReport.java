package dev.peregrine.bench.side;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The comparison for a terminal: a table for each work. Pure function. */
final class TextReport {
    private static final List<String> HEAD = List.of(
            "", "median", "min", "max", "p99", "to floor", "to flight-core", "CPU", "client", "server", "others");
    /** Percent of one core from which on figures move by more than a few percent. */
    private static final double BUSY = 10;

    private static final String GAP = "  ";

    private TextReport() {}

    static List<String> lines(Comparison comparison) {
        List<String> lines = new ArrayList<>();
        for (String work : comparison.settings().works()) {
            List<Summary> summaries = comparison.of(work);
            if (!summaries.isEmpty()) {
                lines.addAll(table(work, summaries));
                lines.add("");
            }
        }
        lines.add("Medians of " + comparison.settings().rounds() + " rounds; min and max of all repetitions. CPU is"
                + " client and server together; others: what the rest of the machine used, % of one core, in the worst"
                + " round.");
        double noise = comparison.samples().stream()
                .mapToDouble(Sample::noise)
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(0);
        if (noise > BUSY) {
            lines.add(String.format(
                    Locale.ROOT,
                    "The machine was busy: others used up to %.0f %% of one core. Repeat this on a quiet one before you"
                            + " believe it.",
                    noise));
        }
        comparison.failures().forEach(failure -> lines.add("FAILED: " + failure));
        return lines;
    }

    private static List<String> table(String work, List<Summary> summaries) {
        Unit unit = summaries.get(0).unit();
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (Summary summary : summaries) {
            rows.add(row(summary, summaries));
        }
        List<String> lines = new ArrayList<>();
        lines.add(work + ": " + unit.text + (unit.moreIsBetter ? " (more is better)" : " (less is better)") + "; "
                + unit.cpuText);
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            lines.add(line(row, widths));
        }
        return lines;
    }

    private static List<String> row(Summary summary, List<Summary> work) {
        return List.of(
                summary.pair().toString(),
                Figures.figure(summary.median()),
                Figures.figure(summary.min()),
                Figures.figure(summary.max()),
                Figures.figure(summary.p99()),
                Figures.figure(Comparison.ratio(summary, work, Pair.FLOOR)),
                Figures.figure(Comparison.ratio(summary, work, Pair.FLIGHT_CORE)),
                Figures.figure(summary.cpu()),
                Figures.figure(summary.clientCpu()),
                Figures.figure(summary.serverCpu()),
                Double.isNaN(summary.noise()) ? "-" : String.format(Locale.ROOT, "%.0f %%", summary.noise()));
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder(GAP).append(row.get(0));
        line.append(" ".repeat(widths[0] - row.get(0).length()));
        for (int i = 1; i < widths.length; i++) {
            line.append(GAP).append(" ".repeat(widths[i] - row.get(i).length())).append(row.get(i));
        }
        return line.toString();
    }
}
