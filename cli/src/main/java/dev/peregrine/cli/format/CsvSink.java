package dev.peregrine.cli.format;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * RFC 4180 in UTF-8 with a header row. A null is an empty field and an empty string is <code>""</code>, so the two stay apart.
 * Nested values stand as JSON inside their field.
 */
final class CsvSink implements BatchSink {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final CsvWriter csv;

    CsvSink(OutputStream out) {
        csv = CsvWriter.builder()
                .quoteStrategy(QuoteStrategies.EMPTY)
                .lineDelimiter(LineDelimiter.LF)
                .bufferSize(BUFFER_BYTES)
                .build(out, StandardCharsets.UTF_8);
    }

    @Override
    public void begin(VectorSchemaRoot root, DictionaryProvider dictionaries) throws IOException {
        try {
            csv.writeRecord(
                    root.getSchema().getFields().stream().map(Field::getName).toList());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void write(VectorSchemaRoot root, DictionaryProvider dictionaries, int rows) throws IOException {
        List<Cell> cells = Cell.ofColumns(root, dictionaries);
        @Nullable String[] fields = new @Nullable String[cells.size()];
        try {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < fields.length; column++) {
                    Cell cell = cells.get(column);
                    fields[column] = cell.isNull(row) ? null : cell.text(row);
                }
                csv.writeRecord(fields);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void finish() throws IOException {
        csv.flush();
    }

    /** Nothing to free: closing the writer would close the stream, which is not ours. */
    @Override
    public void close() {}
}
