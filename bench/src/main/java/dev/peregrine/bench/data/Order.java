package dev.peregrine.bench.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Any thread. One batch, again and again. As a ticket {@code ROWS,BATCHES} in ASCII, followed by {@code ,COLUMNS} if they are not
 * the four int64 of the convention, and {@code ,COLUMNS,COMPRESSION} if the bodies are compressed.
 */
public record Order(int rows, long batches, Columns columns, Compression compression) {
    public Order(int rows, long batches, Columns columns) {
        this(rows, batches, columns, Compression.NONE);
    }

    /** Of the convention's four columns. */
    public static Order ints(int rows, long batches) {
        return new Order(rows, batches, Columns.INTS);
    }

    /** What a ticket asks for. */
    public static Order of(byte[] ticket) {
        String[] parts = new String(ticket, US_ASCII).split(",");
        Columns columns = parts.length < 3 ? Columns.INTS : Columns.named(parts[2]);
        Compression compression = parts.length < 4 ? Compression.NONE : Compression.named(parts[3]);
        return new Order(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), columns, compression);
    }

    /** What to ask for it with. */
    public byte[] ticket() {
        String text = rows + "," + batches;
        if (columns != Columns.INTS || compression != Compression.NONE) {
            text += "," + columns;
        }
        if (compression != Compression.NONE) {
            text += "," + compression;
        }
        return text.toLowerCase(Locale.ROOT).getBytes(US_ASCII);
    }

    /** The same, that often. */
    public Order times(long number) {
        return new Order(rows, number, columns, compression);
    }

    /** Of a batch: {@link Batch#bytes}. */
    public long bytes() {
        try (BufferAllocator allocator = new RootAllocator();
                Batch batch = columns.batch(allocator, rows)) {
            return batch.bytes();
        }
    }

    /** All rows of all batches. */
    public long allRows() {
        return rows * batches;
    }
}
