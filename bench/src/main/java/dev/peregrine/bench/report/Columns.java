package dev.peregrine.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Tables of text. Pure function. */
final class Columns {
    private static final String GAP = "  ";

    private Columns() {}

    /** A line for each row; the columns of {@code left} begin on one line, the others end on one. */
    static List<String> align(List<List<String>> rows, List<Integer> left) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String fill = " ".repeat(widths[i] - row.get(i).length());
                line.append(GAP).append(left.contains(i) ? row.get(i) + fill : fill + row.get(i));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
