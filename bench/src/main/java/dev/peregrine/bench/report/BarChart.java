package dev.peregrine.bench.report;

import dev.peregrine.bench.side.Comparison;
import dev.peregrine.bench.side.Pair;
import dev.peregrine.bench.side.Peer;
import dev.peregrine.bench.side.Summary;
import dev.peregrine.bench.side.Unit;
import java.util.List;
import java.util.Locale;

/** The comparison as SVG: for each work a bar for each pair, with a line from the smallest to the largest. Pure function. */
public final class BarChart {
    private static final int WIDTH = 760;
    private static final int LABEL = 190;
    private static final int BARS = 440;
    private static final int BAR = 18;
    private static final int ROW = 24;
    private static final int TITLE = 34;
    private static final int MARGIN = 16;

    private final StringBuilder body = new StringBuilder();
    private int y = MARGIN;

    private BarChart() {}

    public static String of(Comparison comparison) {
        BarChart chart = new BarChart();
        for (String work : comparison.settings().works()) {
            List<Summary> summaries = comparison.of(work);
            if (!summaries.isEmpty()) {
                chart.panel(work, summaries);
            }
        }
        return String.format("""
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
                font-family="sans-serif" font-size="13">
                <rect width="%1$d" height="%2$d" fill="white"/>
                %3$s</svg>
                """, WIDTH, chart.y + MARGIN, chart.body);
    }

    private void panel(String work, List<Summary> summaries) {
        Unit unit = summaries.get(0).unit();
        double most = summaries.stream().mapToDouble(Summary::max).max().orElse(0);
        double scale = most > 0 ? BARS / most : 0;
        text(
                MARGIN,
                y + 22,
                "font-weight=\"bold\"",
                work + ", " + unit.text + (unit.moreIsBetter ? " (more is better)" : " (less is better)"));
        y += TITLE;
        for (Summary summary : summaries) {
            bar(summary, scale);
            y += ROW;
        }
        y += MARGIN;
    }

    private void bar(Summary summary, double scale) {
        int middle = y + BAR / 2;
        double end = LABEL + summary.max() * scale;
        text(LABEL - 8, middle + 5, "text-anchor=\"end\"", summary.pair().toString());
        element(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABEL, y, summary.median() * scale, BAR, colour(summary.pair()));
        element("<path d=\"M%.1f %d H%.1f\" stroke=\"black\"/>", LABEL + summary.min() * scale, middle, end);
        text((int) Math.ceil(end) + 6, middle + 5, "fill=\"#333\"", Figures.figure(summary.median()));
    }

    private static String colour(Pair pair) {
        if (pair.toString().startsWith(Peer.OURS)) {
            return pair.own() ? "#1b7f5c" : "#6fb79f";
        }
        if (pair.has(Peer.OURS)) {
            return "#6fb79f";
        }
        return pair.has(Peer.FLOOR) ? "#b0b0b0" : "#d9a441";
    }

    private void text(int x, int baseline, String attributes, String words) {
        element("<text x=\"%d\" y=\"%d\" %s>%s</text>", x, baseline, attributes, words);
    }

    private void element(String format, Object... values) {
        body.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
