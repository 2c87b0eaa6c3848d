package dev.peregrine.bench.report;

import dev.peregrine.bench.side.Comparison;
import dev.peregrine.bench.side.Peer;
import dev.peregrine.bench.side.Sample;
import dev.peregrine.bench.side.Summary;
import dev.peregrine.bench.side.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The comparison for a terminal: a table for each work. Pure function. */
public final class TextReport {
    private static final List<String> HEAD = List.of(
            "",
            "median",
            "min",
            "max",
            "p99",
            "to floor",
            "to flight-core",
            "CPU",
            "client",
            "server",
            "heap client",
            "heap server",
            "others");
    /** Percent of one core from which on figures move by more than a few percent. */
    private static final double BUSY = 10;

    private TextReport() {}

    public static List<String> lines(Comparison comparison) {
        List<String> lines = new ArrayList<>();
        for (String work : comparison.settings().works()) {
            List<Summary> summaries = comparison.of(work);
            if (!summaries.isEmpty()) {
                lines.addAll(table(work, summaries));
                lines.add("");
            }
        }
        lines.add("Medians of " + comparison.settings().rounds() + " rounds; min and max of all repetitions. CPU is"
                + " client and server together; heap: bytes that each allocates for a batch or call; others: what the rest"
                + " of the machine used, % of one core, in the worst round.");
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
        lines.addAll(Columns.align(rows, List.of(0)));
        return lines;
    }

    private static List<String> row(Summary summary, List<Summary> work) {
        return List.of(
                summary.pair().toString(),
                Figures.figure(summary.median()),
                Figures.figure(summary.min()),
                Figures.figure(summary.max()),
                Figures.figure(summary.p99()),
                Figures.figure(Comparison.ratio(summary, work, Peer.FLOOR)),
                Figures.figure(Comparison.ratio(summary, work, Peer.FLIGHT_CORE)),
                Figures.figure(summary.cost().cpu()),
                Figures.figure(summary.cost().clientCpu()),
                Figures.figure(summary.cost().serverCpu()),
                Figures.whole(summary.cost().clientHeap()),
                Figures.whole(summary.cost().serverHeap()),
                Double.isNaN(summary.noise()) ? "-" : String.format(Locale.ROOT, "%.0f %%", summary.noise()));
    }
}
