package dev.peregrine.bench.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;

/**
 * Any thread. One batch, again and again. As a ticket {@code ROWS,BATCHES} in ASCII, followed by {@code ,COLUMNS} if they are not
 * the four int64 of the convention.
 */
public record Order(int rows, long batches, Columns columns) {
    /** Of the convention's four columns. */
    public static Order ints(int rows, long batches) {
        return new Order(rows, batches, Columns.INTS);
    }

    /** What a ticket asks for. */
    public static Order of(byte[] ticket) {
        String[] parts = new String(ticket, US_ASCII).split(",");
        Columns columns = parts.length < 3 ? Columns.INTS : Columns.named(parts[2]);
        return new Order(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), columns);
    }

    /** What to ask for it with. */
    public byte[] ticket() {
        String text = rows + "," + batches;
        return (columns == Columns.INTS ? text : text + "," + columns.name().toLowerCase(Locale.ROOT))
                .getBytes(US_ASCII);
    }

    /** The same, that often. */
    public Order times(long number) {
        return new Order(rows, number, columns);
    }

    /** All rows of all batches. */
    public long allRows() {
        return rows * batches;
    }
}
