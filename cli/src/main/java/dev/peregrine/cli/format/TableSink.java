package dev.peregrine.cli.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A table for the eye. The widths are those of the whole table, so its rows are kept until the end: meant for some hundred rows,
 * cut at {@value #MAX_ROWS}.
 */
final class TableSink implements BatchSink {
    static final int MAX_ROWS = 100_000;

    /** Longer texts are cut even when nothing limits the width: nobody reads on, and they would have to be kept. */
    private static final int MAX_CELL = 400;

    private final OutputStream out;
    private final TableLook look;
    private final List<TableLayout.Column> columns = new ArrayList<>();
    private long rows;
    private int kept;

    TableSink(OutputStream out, TableLook look) {
        this.out = out;
        this.look = look;
    }

    @Override
    public void begin(VectorSchemaRoot root, DictionaryProvider dictionaries) {
        List<Field> fields = root.getSchema().getFields();
        for (Field field : fields) {
            String type = field.getDictionary() == null
                    ? TypeText.of(field)
                    : "dictionary<" + valueType(field, dictionaries) + ">";
            columns.add(new TableLayout.Column(TextWidth.visible(field.getName()), type));
        }
    }

    private static String valueType(Field field, DictionaryProvider dictionaries) {
        var dictionary = dictionaries.lookup(field.getDictionary().getId());
        return dictionary == null ? "?" : TypeText.of(dictionary.getVector().getField());
    }

    @Override
    public void write(VectorSchemaRoot root, DictionaryProvider dictionaries, int count) {
        List<Cell> cells = Cell.ofColumns(root, dictionaries);
        int take = Math.min(count, MAX_ROWS - kept);
        for (int column = 0; column < cells.size(); column++) {
            Cell cell = cells.get(column);
            TableLayout.Column into = columns.get(column);
            into.alignRight(cell.isNumber());
            for (int row = 0; row < take; row++) {
                into.add(cell.isNull(row) ? null : shortened(cell.text(row)));
            }
        }
        kept += take;
        rows += count;
    }

    private static String shortened(String text) {
        return TextWidth.visible(text.length() > 2 * MAX_CELL ? text.substring(0, 2 * MAX_CELL) : text);
    }

    @Override
    public void finish() throws IOException {
        TableLayout layout = new TableLayout(columns, kept, look.width(), MAX_CELL, look.unicode());
        StringBuilder text = new StringBuilder();
        layout.lines().forEach(line -> text.append(line).append('\n'));
        String cut = rows > kept ? String.format(" (the first %,d shown)", kept) : "";
        text.append(String.format(
                "%,d %s%s, %,d %s\n",
                rows, rows == 1 ? "row" : "rows", cut, columns.size(), columns.size() == 1 ? "column" : "columns"));
        // The frame is ASCII where the terminal is not known to be UTF-8; the data stays what it is.
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {}
}
