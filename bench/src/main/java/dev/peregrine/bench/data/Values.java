package dev.peregrine.bench.data;

import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;

/** One thread. The values of a batch, which follow from the row's number and the column's. */
final class Values {
    private static final int DICTIONARY_SIZE = 1000;
    private static final long FIRST_MICROSECOND = 1_700_000_000_000_000L;
    private static final int FIRST_DAY = 19_000;

    private Values() {}

    static Batch fill(Batch batch, int rows, BufferAllocator allocator) {
        int column = 0;
        for (FieldVector vector : batch.root().getFieldVectors()) {
            column++;
            DictionaryEncoding encoding = vector.getField().getDictionary();
            if (encoding == null) {
                fill(vector, rows, column);
            } else {
                indices((IntVector) vector, rows, column);
                batch.dictionaries().put(dictionary(encoding, allocator));
            }
            vector.setValueCount(rows);
        }
        batch.root().setRowCount(rows);
        return batch;
    }

    private static Dictionary dictionary(DictionaryEncoding encoding, BufferAllocator allocator) {
        VarCharVector words =
                new VarCharVector("words", new FieldType(false, ArrowType.Utf8.INSTANCE, null), allocator);
        strings(words, DICTIONARY_SIZE, (int) encoding.getId());
        words.setValueCount(DICTIONARY_SIZE);
        return new Dictionary(words, encoding);
    }

    private static void indices(IntVector vector, int rows, int column) {
        vector.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
            vector.set(row, row * column % DICTIONARY_SIZE);
        }
    }

    /** {@code column} counts from 1. */
    private static void fill(FieldVector vector, int rows, int column) {
        if (vector instanceof BigIntVector longs) {
            longs(longs, rows, column);
        } else if (vector instanceof VarCharVector strings) {
            strings(strings, rows, column);
        } else if (vector instanceof ListVector list) {
            list(list, rows, column);
        } else if (vector instanceof StructVector struct) {
            struct(struct, rows, column);
        } else {
            scalars(vector, rows);
        }
    }

    private static void longs(BigIntVector vector, int rows, int column) {
        vector.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
            vector.set(row, (long) row * column);
        }
    }

    /** 4 to 28 bytes; where nulls may be, every seventh is. */
    private static void strings(VarCharVector vector, int rows, int column) {
        vector.allocateNew(32L * rows, rows);
        for (int row = 0; row < rows; row++) {
            if (vector.getField().isNullable() && row % 7 == 3) {
                vector.setNull(row);
            } else {
                String text = "row " + "abcdefghijklmnopqrst".substring(0, row * column % 20) + row % 10_000;
                vector.set(row, text.getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    /** Rows of 0 to 3 elements; every fifth is null. */
    private static void list(ListVector vector, int rows, int column) {
        vector.allocateNew();
        int elements = 0;
        for (int row = 0; row < rows; row++) {
            if (row % 5 == 4) {
                vector.setNull(row);
            } else {
                vector.startNewValue(row);
                vector.endValue(row, row % 4);
                elements += row % 4;
            }
        }
        fill(vector.getDataVector(), elements, column);
        vector.getDataVector().setValueCount(elements);
    }

    private static void struct(StructVector vector, int rows, int column) {
        vector.allocateNew();
        for (FieldVector child : vector.getChildrenFromFields()) {
            fill(child, rows, column);
            child.setValueCount(rows);
        }
        for (int row = 0; row < rows; row++) {
            vector.setIndexDefined(row);
        }
    }

    private static void scalars(FieldVector vector, int rows) {
        vector.setInitialCapacity(rows);
        vector.allocateNew();
        for (int row = 0; row < rows; row++) {
            if (vector instanceof TimeStampMicroTZVector times) {
                times.set(row, FIRST_MICROSECOND + row * 1_000L);
            } else if (vector instanceof Float8Vector doubles) {
                doubles.set(row, row / 8.0);
            } else if (vector instanceof IntVector ints) {
                ints.set(row, row * 3);
            } else if (vector instanceof BitVector bits) {
                bits.set(row, row % 3 == 0 ? 1 : 0);
            } else if (vector instanceof SmallIntVector shorts) {
                shorts.set(row, (short) row);
            } else if (vector instanceof DateDayVector days) {
                days.set(row, FIRST_DAY + row);
            } else if (vector instanceof Float4Vector floats) {
                if (row % 7 == 5) {
                    floats.setNull(row);
                } else {
                    floats.set(row, row / 4f);
                }
            } else {
                throw new IllegalStateException("no values for " + vector.getField());
            }
        }
    }
}
