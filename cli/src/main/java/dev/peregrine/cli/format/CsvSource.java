package dev.peregrine.cli.format;

import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import dev.peregrine.cli.Sizes;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * CSV in UTF-8 with a header row. The types are found in the first rows, see {@link CsvType}; a later value that is not of its
 * column's type ends the reading with an error that names the line. Takes the stream.
 */
final class CsvSource implements BatchSource {
    private final CsvReader<CsvRow> csv;
    private final CloseableIterator<CsvRow> rows;
    private final Queue<CsvRow> lookedAt = new ArrayDeque<>();
    private final int batchRows;
    private final Counted bytes;
    private final long totalBytes;
    private final List<CsvType> types;
    private final VectorSchemaRoot root;

    static CsvSource open(InputStream in, long totalBytes, CsvReading reading, BufferAllocator allocator)
            throws IOException {
        Counted bytes = new Counted(in);
        CsvReader<CsvRow> csv = CsvReader.builder()
                .skipEmptyLines(false)
                .allowMissingFields(true) // our own words for those
                .allowExtraFields(true)
                .build(new CsvRow.Handler(), withoutMark(bytes), StandardCharsets.UTF_8);
        try {
            return new CsvSource(csv, bytes, totalBytes, reading, allocator);
        } catch (IOException | RuntimeException e) {
            csv.close();
            throw e;
        }
    }

    /** Spreadsheets begin UTF-8 with a byte order mark. (FastCSV 4.1.0's own way of skipping it loses bytes of tiny files.) */
    private static InputStream withoutMark(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in);
        buffered.mark(3);
        byte[] first = buffered.readNBytes(3);
        if (!Arrays.equals(first, new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF})) {
            buffered.reset();
        }
        return buffered;
    }

    private CsvSource(
            CsvReader<CsvRow> csv, Counted bytes, long totalBytes, CsvReading reading, BufferAllocator allocator)
            throws IOException {
        this.csv = csv;
        this.rows = csv.iterator();
        this.batchRows = reading.batchRows();
        this.bytes = bytes;
        this.totalBytes = totalBytes;
        CsvRow header = parse(it -> it.hasNext() ? it.next() : null);
        if (header == null || header.isBlank()) {
            throw new EOFException("The CSV is empty; its first line has to name the columns.");
        }
        int columns = header.fields().size();
        for (CsvRow row; lookedAt.size() < reading.inferRows() && (row = read(columns)) != null; ) {
            lookedAt.add(row);
        }
        this.types = new ArrayList<>(columns);
        List<Field> fields = new ArrayList<>(columns);
        for (int column = 0; column < columns; column++) {
            int at = column;
            CsvType type = CsvType.of(
                    () -> lookedAt.stream().map(row -> row.fields().get(at)).iterator());
            String name = header.fields().get(column);
            types.add(type);
            fields.add(Field.nullable(name == null ? "" : name, type.arrow()));
        }
        this.root = VectorSchemaRoot.create(new Schema(fields), allocator);
    }

    /** The next row that is no empty line, or null at the end. */
    private @Nullable CsvRow read(int columns) throws IOException {
        CsvRow found = parse(it -> {
            while (it.hasNext()) {
                CsvRow row = it.next();
                if (columns == 1 || !row.isBlank()) {
                    return row;
                }
            }
            return null;
        });
        if (found != null && found.fields().size() != columns) {
            throw new IOException("Line " + found.line() + " of the CSV has "
                    + Sizes.count(found.fields().size(), "field") + ", its header " + columns + ".");
        }
        return found;
    }

    private @Nullable CsvRow parse(Function<CloseableIterator<CsvRow>, @Nullable CsvRow> reading) throws IOException {
        try {
            return reading.apply(rows);
        } catch (CsvParseException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "The CSV cannot be read: " + e.getMessage() + (reason == e ? "" : " (" + reason.getMessage() + ")"),
                    e);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public VectorSchemaRoot root() {
        return root;
    }

    @Override
    public DictionaryProvider dictionaries() {
        return new DictionaryProvider.MapDictionaryProvider();
    }

    @Override
    public boolean next() throws IOException {
        root.allocateNew();
        int filled = 0;
        while (filled < batchRows) {
            CsvRow row = lookedAt.poll();
            if (row == null && (row = read(types.size())) == null) {
                break;
            }
            fill(filled++, row);
        }
        root.setRowCount(filled);
        return filled > 0;
    }

    private void fill(int index, CsvRow row) throws IOException {
        for (int column = 0; column < types.size(); column++) {
            String text = row.fields().get(column);
            FieldVector vector = root.getVector(column);
            if (text == null) {
                continue; // fresh buffers are all null
            }
            if (!types.get(column).put(vector, index, text)) {
                throw new IOException(
                        "Line " + row.line() + " of the CSV has '" + TextWidth.cut(TextWidth.visible(text), 60, "...")
                                + "' in column '" + vector.getName() + "', which the rows before it made "
                                + TypeText.of(vector.getField())
                                + "; look at more rows to find the types (--infer-rows).");
            }
        }
    }

    @Override
    public double fraction() {
        return totalBytes <= 0 ? -1 : (double) bytes.read / totalBytes;
    }

    @Override
    public void close() throws IOException {
        root.close();
        csv.close();
    }

    /** Knows how far the reading is. */
    private static final class Counted extends FilterInputStream {
        private long read;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            read += next < 0 ? 0 : 1;
            return next;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            read += Math.max(0, count);
            return count;
        }
    }
}
