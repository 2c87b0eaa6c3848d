package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.options.Alignment;
import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Reading some of the columns: which, and what the others cost. */
@ExtendWith(LeakCheck.class)
final class SelectedFieldsTest {
    private static final IpcReadOptions THREE = IpcReadOptions.DEFAULT.includedFields(1999, 7, 1000);

    /** Three columns of 2,000, whatever their size: what is allocated is what these three take. */
    @Test
    void threeColumnsOfTwoThousandCostTheBytesOfThree(BufferAllocator allocator) {
        for (int rows : new int[] {1, 100, 3000}) {
            long three = 3L * (rows * 8L + (rows + 7) / 8);
            try (Pipe pipe = new Pipe(allocator)) {
                pipe.reader.use(THREE);
                try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2000, rows)) {
                    pipe.writer.begin(root.getSchema());
                    long before = allocator.getAllocatedMemory();
                    pipe.writer.write(root);
                    assertThat(allocator.getAllocatedMemory() - before)
                            .as("%d rows; the pool gives powers of two", rows)
                            .isBetween(three, Math.max(1024, 2 * three + 6 * 64));
                }
                assertThat(pipe.reader.next()).isTrue();
                VectorSchemaRoot read = pipe.reader.root();
                assertThat(read.getSchema().getFields())
                        .extracting(Field::getName)
                        .containsExactly("c7", "c1000", "c1999");
                assertThat(read.getRowCount()).isEqualTo(rows);
                for (int i = 0; i < rows; i++) {
                    assertThat(read.getVector(0).getObject(i)).isEqualTo(7000L + i);
                    assertThat(read.getVector(1).getObject(i)).isEqualTo(1_000_000L + i);
                    assertThat(read.getVector(2).getObject(i)).isEqualTo(1_999_000L + i);
                }
            }
        }
    }

    /** All types in one schema, a random part of which is read; compressed and not, aligned and not. */
    @Test
    void anyPartOfAllTypes(BufferAllocator allocator) {
        List<Field> fields = new ArrayList<>(SampleTypes.all().values());
        Random random = new Random(5);
        for (int round = 0; round < 20; round++) {
            Collections.shuffle(fields, random);
            int[] chosen = random.ints(1 + random.nextInt(5), 0, fields.size())
                    .distinct()
                    .sorted()
                    .toArray();
            IpcReadOptions options =
                    IpcReadOptions.DEFAULT.includedFields(chosen).alignment(Alignment.values()[random.nextInt(3)]);
            BodyCompression compression = BodyCompression.values()[random.nextInt(3)];
            try (VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(fields), allocator);
                    Pipe pipe = new Pipe(allocator)) {
                root.getFieldVectors().forEach(vector -> SampleTypes.fill(vector, 50, true));
                root.setRowCount(50);
                pipe.reader.use(options);
                pipe.writer.use(IpcWriteOptions.DEFAULT.compression(compression));
                pipe.writer.begin(root.getSchema());
                pipe.writer.write(root);
                pipe.writer.write(root);
                assertThat(pipe.reader.next()).isTrue();
                assertSame(pipe.reader.root(), root, chosen);
                try (ArrowRecordBatch batch = pipe.reader.nextBatch();
                        VectorSchemaRoot loaded = VectorSchemaRoot.create(pipe.reader.schema(), allocator)) {
                    new VectorLoader(loaded).load(batch);
                    assertSame(loaded, root, chosen);
                }
            }
        }
    }

    private static void assertSame(VectorSchemaRoot read, VectorSchemaRoot all, int[] chosen) {
        assertThat(read.getFieldVectors()).hasSize(chosen.length);
        for (int i = 0; i < chosen.length; i++) {
            FieldVector expected = all.getVector(chosen[i]);
            FieldVector got = read.getVector(i);
            assertThat(got.getField()).isEqualTo(expected.getField());
            assertThat(VectorEqualsVisitor.vectorEquals(expected, got))
                    .as("%s", expected.getField())
                    .isTrue();
        }
    }

    @Test
    void columnsByNameAreAllOfThatName(BufferAllocator allocator) {
        FieldType ints = FieldType.nullable(new ArrowType.Int(64, true));
        Schema schema =
                new Schema(List.of(new Field("a", ints, null), new Field("b", ints, null), new Field("a", ints, null)));
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.reader.use(IpcReadOptions.DEFAULT.columns("a"));
            pipe.writer.begin(schema);
            assertThat(pipe.reader.schema().getFields())
                    .extracting(Field::getName)
                    .containsExactly("a", "a");
            assertThat(pipe.reader.messageSchema()).isEqualTo(schema);
        }
    }

    @Test
    void aFieldThatIsNotThereIsTheCallersError(BufferAllocator allocator) {
        Schema schema = new Schema(List.of(Field.nullable("a", new ArrowType.Bool())));
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.reader.use(IpcReadOptions.DEFAULT.columns("z"));
            pipe.writer.begin(schema);
            assertThatThrownBy(pipe.reader::schema)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("field z");
            pipe.reader.use(IpcReadOptions.DEFAULT.includedFields(1));
            assertThatThrownBy(pipe.reader::schema)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the schema has 1 fields");
            assertThatThrownBy(pipe.reader::nextMessage).isInstanceOf(IllegalStateException.class);
        }
    }

    /** A dictionary that only fields use which are not read is passed over; another one is not. */
    @Test
    void dictionariesOfWhatIsNotRead(BufferAllocator allocator) {
        try (VarCharVector words = words(allocator, 2);
                VarCharVector large = words(allocator, 50_000);
                TinyIntVector first = indices(allocator, "first", 1);
                TinyIntVector second = indices(allocator, "second", 2);
                VectorSchemaRoot root = new VectorSchemaRoot(List.of(first, second));
                Pipe pipe = new Pipe(allocator)) {
            MapDictionaryProvider provider = new MapDictionaryProvider(
                    new Dictionary(words, new DictionaryEncoding(1, false, new ArrowType.Int(8, true))),
                    new Dictionary(large, new DictionaryEncoding(2, false, new ArrowType.Int(8, true))));
            pipe.reader.use(IpcReadOptions.DEFAULT.columns("first"));
            pipe.writer.begin(root.getSchema(), provider);
            pipe.writer.write(root);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().getVector(0).getObject(0)).isEqualTo((byte) 1);
            assertThat(pipe.reader.dictionaries().getDictionaryIds()).containsExactly(1L);
            assertThat(pipe.reader.dictionaries().lookup(1).getVector().getObject(1))
                    .hasToString("word 1");
        }
    }

    private static VarCharVector words(BufferAllocator allocator, int count) {
        VarCharVector words = new VarCharVector("words", allocator);
        for (int i = 0; i < count; i++) {
            words.setSafe(i, ("word " + i).getBytes(StandardCharsets.UTF_8));
        }
        words.setValueCount(count);
        return words;
    }

    private static TinyIntVector indices(BufferAllocator allocator, String name, long dictionary) {
        FieldType type = new FieldType(
                true,
                new ArrowType.Int(8, true),
                new DictionaryEncoding(dictionary, false, new ArrowType.Int(8, true)));
        TinyIntVector indices = new TinyIntVector(name, type, allocator);
        indices.setSafe(0, 1);
        indices.setValueCount(1);
        return indices;
    }
}
