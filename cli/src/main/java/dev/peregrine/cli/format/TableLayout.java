package dev.peregrine.cli.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lays columns side by side: names, types, a rule, then the rows. When the whole is wider than the terminal, the widest columns
 * give way first; when even narrow ones do not fit, the last ones are left out and counted. Pure text; one thread.
 */
public final class TableLayout {
    private static final int NARROWEST = 6;

    /** One column: its head, its alignment and its texts, null for a null. */
    public static final class Column {
        private final String name;
        private final String type;
        private final List<@Nullable String> texts = new ArrayList<>();
        private boolean right;

        /** A column with a line for its type, or with none if that is empty. */
        public Column(String name, String type) {
            this.name = name;
            this.type = type;
        }

        /** Whether texts stand at the right, as numbers do. */
        public Column alignRight(boolean right) {
            this.right = right;
            return this;
        }

        /** One more row. */
        public void add(@Nullable String text) {
            texts.add(text);
        }

        private String text(int row) {
            String text = texts.get(row);
            return text == null ? "null" : text;
        }

        private int width(int rows) {
            int width = Math.max(TextWidth.of(name), TextWidth.of(type));
            for (int row = 0; row < rows; row++) {
                width = Math.max(width, TextWidth.of(text(row)));
            }
            return width;
        }
    }

    private final List<Column> columns;
    private final int rows;
    private final int[] widths;
    private final boolean unicode;

    /** A layout of these columns within a width; 0 is no limit. No cell is wider than {@code widest}. */
    public TableLayout(List<Column> columns, int rows, int width, int widest, boolean unicode) {
        this.columns = columns;
        this.rows = rows;
        this.unicode = unicode;
        int[] wanted = columns.stream()
                .mapToInt(column -> Math.min(widest, column.width(rows)))
                .toArray();
        this.widths = width > 0 ? shared(wanted, width) : wanted;
    }

    /** The widths of as many columns as fit: between two of them stand three characters, at the left and right one. */
    static int[] shared(int[] wanted, int width) {
        int shown = wanted.length;
        while (shown > 1 && least(wanted, shown) > width) {
            shown--;
        }
        int[] widths = Arrays.copyOf(wanted, shown);
        for (int excess = Arrays.stream(widths).sum() + frame(shown) - width; excess > 0; excess--) {
            int widest = 0;
            for (int i = 1; i < shown; i++) {
                if (widths[i] > widths[widest]) {
                    widest = i;
                }
            }
            if (widths[widest] <= 1) {
                break;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static int least(int[] wanted, int shown) {
        int least = frame(shown);
        for (int i = 0; i < shown; i++) {
            least += Math.min(NARROWEST, wanted[i]);
        }
        return least;
    }

    private static int frame(int columns) {
        return 3 * columns - 1;
    }

    /** The table, line by line. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>(rows + 4);
        lines.add(line(column -> column.name));
        if (columns.stream().anyMatch(column -> !column.type.isEmpty())) {
            lines.add(line(column -> column.type));
        }
        lines.add(rule());
        for (int row = 0; row < rows; row++) {
            int at = row;
            lines.add(line(column -> column.text(at)));
        }
        if (widths.length < columns.size()) {
            int hidden = columns.size() - widths.length;
            lines.add(mark() + " " + hidden + (hidden == 1 ? " more column" : " more columns"));
        }
        return lines;
    }

    private interface TextOf {
        String text(Column column);
    }

    private String line(TextOf texts) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            Column column = columns.get(i);
            String text = TextWidth.cut(texts.text(column), widths[i], mark());
            line.append(i == 0 ? " " : unicode ? " │ " : " | ")
                    .append(column.right ? TextWidth.padLeft(text, widths[i]) : TextWidth.pad(text, widths[i]));
        }
        return line.toString().stripTrailing();
    }

    private String rule() {
        StringBuilder rule = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            rule.append(i == 0 ? "" : unicode ? "┼" : "+").append((unicode ? "─" : "-").repeat(widths[i] + 2));
        }
        return rule.toString();
    }

    private String mark() {
        return unicode ? "…" : "~";
    }
}
