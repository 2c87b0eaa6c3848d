package dev.peregrine.bench;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Any thread. What every benchmark moves: batches of four int64 columns without nulls; row i holds i, 2i, 3i, 4i. A ticket
 * is {@code ROWS,BATCHES} in ASCII: the server sends one prebuilt batch of ROWS rows BATCHES times.
 */
public final class Workload {
    static final int COLUMNS = 4;
    public static final Schema SCHEMA = new Schema(List.of(column("a"), column("b"), column("c"), column("d")));

    private Workload() {}

    private static Field column(String name) {
        return new Field(name, FieldType.notNullable(new ArrowType.Int(64, true)), null);
    }

    /** Bytes of the values in a batch. */
    static long bytes(int rows) {
        return (long) rows * COLUMNS * Long.BYTES;
    }

    /** A new batch; the caller closes it. */
    public static VectorSchemaRoot batch(BufferAllocator allocator, int rows) {
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        for (int column = 0; column < COLUMNS; column++) {
            BigIntVector vector = (BigIntVector) root.getVector(column);
            vector.allocateNew(rows);
            for (int row = 0; row < rows; row++) {
                vector.set(row, (long) row * (column + 1));
            }
            vector.setValueCount(rows);
        }
        root.setRowCount(rows);
        return root;
    }

    /** The sum of the last row, which a reader adds up so that the values cannot go unread. */
    static long lastRow(VectorSchemaRoot root) {
        long sum = 0;
        for (int column = 0; column < COLUMNS; column++) {
            sum += ((BigIntVector) root.getVector(column)).get(root.getRowCount() - 1);
        }
        return sum;
    }

    /** What a ticket asks for. */
    record Order(int rows, int batches) {
        byte[] ticket() {
            return (rows + "," + batches).getBytes(StandardCharsets.US_ASCII);
        }

        static Order of(byte[] ticket) {
            String text = new String(ticket, StandardCharsets.US_ASCII);
            int comma = text.indexOf(',');
            return new Order(Integer.parseInt(text.substring(0, comma)), Integer.parseInt(text.substring(comma + 1)));
        }
    }
}
