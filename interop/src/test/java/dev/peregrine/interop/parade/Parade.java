package dev.peregrine.interop.parade;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The data that the test services of all peers serve; the same as in {@code parade.py}. Any thread. */
public final class Parade {
    public static final int ROWS_A_BATCH = 4;
    public static final int BATCHES = 3;
    public static final int ROWS = ROWS_A_BATCH * BATCHES;

    public static final Schema INTS = new Schema(
            List.of(
                    new Field("i", FieldType.notNullable(new ArrowType.Int(64, true)), null),
                    new Field("s", FieldType.nullable(ArrowType.Utf8.INSTANCE), null)),
            Map.of("made by", "parade"));

    public static final Schema BIG =
            new Schema(List.of(new Field("i", FieldType.notNullable(new ArrowType.Int(64, true)), null)));

    public static final Instant EXPIRES = Instant.parse("2031-02-03T04:05:06.789012Z");

    /** Types and descriptions. */
    public static final List<Map.Entry<String, String>> ACTIONS = List.of(
            Map.entry("echo", "Sends the body back."),
            Map.entry("many", "As many results as the body says, beginning at 0."),
            Map.entry("silent", ""),
            Map.entry("ünïcode", "Größe \uD83E\uDD85"));

    private Parade() {}

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Makes {@code root} the n-th batch of ints. */
    public static void fillInts(VectorSchemaRoot root, int n) {
        BigIntVector i = (BigIntVector) root.getVector(0);
        VarCharVector s = (VarCharVector) root.getVector(1);
        i.allocateNew(ROWS_A_BATCH);
        s.allocateNew(ROWS_A_BATCH);
        for (int row = 0; row < ROWS_A_BATCH; row++) {
            int number = n * ROWS_A_BATCH + row;
            i.set(row, number);
            if (number % 3 == 2) {
                s.setNull(row);
            } else {
                s.setSafe(row, bytes("row " + number));
            }
        }
        root.setRowCount(ROWS_A_BATCH);
    }

    /** Throws AssertionError unless {@code root} is the n-th batch of ints. */
    public static void assertInts(VectorSchemaRoot root, int n) {
        assertThat(root.getRowCount()).as("rows of batch %s", n).isEqualTo(ROWS_A_BATCH);
        for (int row = 0; row < ROWS_A_BATCH; row++) {
            int number = n * ROWS_A_BATCH + row;
            assertThat(root.getVector("i").getObject(row)).isEqualTo((long) number);
            Object word = root.getVector("s").getObject(row);
            assertThat(word == null ? null : word.toString()).isEqualTo(number % 3 == 2 ? null : "row " + number);
        }
    }

    /** Makes {@code root} the n-th batch of column i, which counts on from batch to batch. */
    public static void fillBig(VectorSchemaRoot root, int rows, int n) {
        BigIntVector i = (BigIntVector) root.getVector(0);
        i.allocateNew(rows);
        for (int row = 0; row < rows; row++) {
            i.set(row, (long) n * rows + row);
        }
        root.setRowCount(rows);
    }

    /** Throws AssertionError unless {@code root} is the n-th such batch. */
    public static void assertBig(VectorSchemaRoot root, int rows, int n) {
        assertThat(root.getRowCount()).as("rows of batch %s", n).isEqualTo(rows);
        BigIntVector i = (BigIntVector) root.getVector(0);
        for (int row = 0; row < rows; row++) {
            if (i.get(row) != (long) n * rows + row) {
                assertThat(i.get(row)).as("row %s of batch %s", row, n).isEqualTo((long) n * rows + row);
            }
        }
    }

    /** Elements that are made when they are asked for. */
    static <T> Iterable<T> lazily(int count, IntFunction<T> make) {
        return () -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < count;
            }

            @Override
            public T next() {
                if (next >= count) {
                    throw new NoSuchElementException();
                }
                return make.apply(next++);
            }
        };
    }

    /** A dictionary column; the caller closes it. */
    public static final class Words implements AutoCloseable {
        public static final List<String> VALUES = List.of("alpha", "beta", "gamma");

        private final VarCharVector values;
        private final IntVector indices;
        public final DictionaryProvider.MapDictionaryProvider dictionaries =
                new DictionaryProvider.MapDictionaryProvider();
        public final VectorSchemaRoot root;

        public Words(BufferAllocator allocator) {
            DictionaryEncoding encoding = new DictionaryEncoding(7, false, new ArrowType.Int(32, true));
            values = new VarCharVector("words", FieldType.nullable(ArrowType.Utf8.INSTANCE), allocator);
            values.allocateNew(VALUES.size());
            for (int i = 0; i < VALUES.size(); i++) {
                values.setSafe(i, bytes(VALUES.get(i)));
            }
            values.setValueCount(VALUES.size());
            dictionaries.put(new Dictionary(values, encoding));
            indices = new IntVector("word", new FieldType(true, new ArrowType.Int(32, true), encoding), allocator);
            root = VectorSchemaRoot.of(indices);
        }

        /** Makes the root the n-th batch: n, null, 2, 0. */
        public void fill(int n) {
            indices.allocateNew(4);
            indices.set(0, n);
            indices.setNull(1);
            indices.set(2, 2);
            indices.set(3, 0);
            root.setRowCount(4);
        }

        @Override
        public void close() {
            root.close();
            values.close();
        }
    }

    /** Throws AssertionError unless {@code root} is the n-th batch of words. */
    public static void assertWords(VectorSchemaRoot root, DictionaryProvider dictionaries, int n) {
        assertThat(root.getRowCount()).isEqualTo(4);
        FieldVector column = root.getVector("word");
        DictionaryEncoding encoding = column.getField().getDictionary();
        assertThat(encoding).as("the column is dictionary-encoded").isNotNull();
        try (var decoded = DictionaryEncoder.decode(column, dictionaries.lookup(encoding.getId()))) {
            List<String> expected = Arrays.asList(Words.VALUES.get(n), null, Words.VALUES.get(2), Words.VALUES.get(0));
            for (int row = 0; row < 4; row++) {
                Object word = decoded.getObject(row);
                assertThat(word == null ? null : word.toString()).isEqualTo(expected.get(row));
            }
        }
    }
}
