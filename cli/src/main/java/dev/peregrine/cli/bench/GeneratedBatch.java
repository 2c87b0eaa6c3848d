package dev.peregrine.cli.bench;

import dev.peregrine.cli.demo.SameValues;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The batch of the convention: four int64 columns without nulls; row i holds i, 2i, 3i, 4i. */
final class GeneratedBatch {
    private static final List<String> COLUMNS = List.of("a", "b", "c", "d");
    private static final Schema SCHEMA =
            new Schema(COLUMNS.stream().map(GeneratedBatch::column).toList());

    private GeneratedBatch() {}

    private static Field column(String name) {
        return new Field(name, FieldType.notNullable(new ArrowType.Int(64, true)), null);
    }

    /** Of the values. */
    static long bytes(int rows) {
        return (long) rows * COLUMNS.size() * Long.BYTES;
    }

    /** A new batch; the caller closes it. */
    static VectorSchemaRoot of(BufferAllocator allocator, int rows) {
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        for (int column = 0; column < COLUMNS.size(); column++) {
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

    /** Throws if the batch that came is not this one. */
    static void check(VectorSchemaRoot wanted, VectorSchemaRoot got) {
        if (got.getFieldVectors().size() != COLUMNS.size()) {
            throw new WrongAnswer("a batch of " + got.getFieldVectors().size() + " columns came instead of "
                    + COLUMNS.size() + "; --verify needs a server that follows the convention");
        }
        SameValues.difference(wanted, got).ifPresent(difference -> {
            throw new WrongAnswer("a batch came that differs from what was to come: " + difference);
        });
    }

    /** Bytes of a batch's buffers, validity included. */
    static long size(VectorSchemaRoot root) {
        long bytes = 0;
        for (FieldVector vector : root.getFieldVectors()) {
            bytes += vector.getBufferSize();
        }
        return bytes;
    }
}
