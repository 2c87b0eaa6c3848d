package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The part of {@link IncumbentFailuresTest} that is about dictionaries. */
@ExtendWith(LeakCheck.class)
final class IncumbentDictionaryFailuresTest {
    private static final ArrowType.Int INT8 = new ArrowType.Int(8, true);
    private static final DictionaryEncoding WORDS = new DictionaryEncoding(7, false, INT8);

    private static VarCharVector words(BufferAllocator allocator, String... values) {
        VarCharVector words = new VarCharVector("words", allocator);
        fill(words, values);
        return words;
    }

    private static void fill(VarCharVector words, String... values) {
        words.allocateNew();
        for (int i = 0; i < values.length; i++) {
            words.setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
        }
        words.setValueCount(values.length);
    }

    private static VectorSchemaRoot indices(BufferAllocator allocator, DictionaryEncoding encoding) {
        Field field = new Field("index", new FieldType(true, encoding.getIndexType(), encoding), null);
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator);
        SampleTypes.fill(root.getVector(0), 1, false);
        root.setRowCount(1);
        return root;
    }

    /** Writes a batch with each of the versions of a dictionary. */
    private static void writeVersions(Pipe pipe, BufferAllocator allocator, boolean deltas, String[]... versions) {
        try (VarCharVector words = words(allocator);
                VectorSchemaRoot root = indices(allocator, WORDS)) {
            pipe.writer.use(IpcWriteOptions.DEFAULT.deltas(deltas));
            pipe.writer.begin(root.getSchema(), new MapDictionaryProvider(new Dictionary(words, WORDS)));
            for (String[] version : versions) {
                fill(words, version);
                pipe.writer.write(root);
            }
            pipe.writer.doneWriting();
        }
    }

    private static void assertReads(Pipe pipe, String[]... versions) {
        for (String[] version : versions) {
            assertThat(pipe.reader.next()).isTrue();
            assertThat(Values.of(pipe.reader.dictionaries().lookup(7).getVector()))
                    .containsExactly(version);
        }
        assertThat(pipe.reader.next()).isFalse();
    }

    private static List<Boolean> deltasOf(Pipe pipe) {
        List<Boolean> deltas = new ArrayList<>();
        while (pipe.reader.nextMessage()) {
            if (pipe.reader.message() instanceof ArrowDictionaryBatch dictionary) {
                deltas.add(dictionary.isDelta());
            }
        }
        return deltas;
    }

    private static final String[][] REPLACED = {{"a", "b"}, {"c"}, {"d", "e", "f"}};
    private static final String[][] GROWING = {{"a"}, {"a", "b"}, {"a", "b", "", "d"}};

    @Test
    void aDeltaDictionaryIsTakenForAReplacement(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            writeVersions(pipe, allocator, true, GROWING);
            assertReads(pipe, GROWING);
        }
    }

    @Test
    void deltaDictionariesAreNotSent(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            writeVersions(pipe, allocator, true, GROWING);
            assertThat(deltasOf(pipe)).containsExactly(false, true, true);
        }
    }

    @Test
    void replacementDictionariesAreNotSent(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            writeVersions(pipe, allocator, false, REPLACED);
            assertReads(pipe, REPLACED);
        }
    }

    /** Read on a stack so small that a call for each dictionary would not fit. */
    @Test
    void theStackOverflowsAtManyDictionaryBatches(BufferAllocator allocator) throws Exception {
        int count = 1_500;
        try (Pipe first = new Pipe(allocator);
                Pipe pipe = new Pipe(allocator)) {
            writeVersions(first, allocator, false, new String[] {"a"});
            pipe.writer.begin(first.reader.messageSchema());
            assertThat(first.reader.nextMessage()).isTrue();
            for (int i = 0; i < count; i++) {
                pipe.writer.write((ArrowDictionaryBatch) first.reader.message());
            }
            assertThat(first.reader.nextMessage()).isTrue();
            pipe.writer.write((ArrowRecordBatch) first.reader.message());
            pipe.writer.doneWriting();
            FutureTask<Void> reading = new FutureTask<>(() -> assertReads(pipe, new String[] {"a"}), null);
            Thread reader = new Thread(null, reading, "reader", 256 << 10);
            reader.start();
            reading.get(30, TimeUnit.SECONDS);
            reader.join();
        }
    }

    @Test
    void nestedDictionariesAreSkipped(BufferAllocator allocator) {
        DictionaryEncoding outer = new DictionaryEncoding(8, false, INT8);
        Field item = new Field("item", new FieldType(true, INT8, WORDS), null);
        Field list = new Field("list", FieldType.nullable(new ArrowType.List()), List.of(item));
        try (VarCharVector words = words(allocator, "a", "b");
                ListVector lists = (ListVector) list.createVector(allocator);
                VectorSchemaRoot root = indices(allocator, outer);
                Pipe pipe = new Pipe(allocator)) {
            SampleTypes.fill(lists, 4, true);
            pipe.writer.begin(
                    root.getSchema(),
                    new MapDictionaryProvider(new Dictionary(words, WORDS), new Dictionary(lists, outer)));
            pipe.writer.write(root);
            assertThat(pipe.reader.next()).isTrue();
            FieldVector read = pipe.reader.dictionaries().lookup(8).getVector();
            assertThat(Values.of(read)).isEqualTo(Values.of(lists));
            assertThat(read.getField().getChildren().get(0).getDictionary()).isEqualTo(WORDS);
            assertThat(Values.of(pipe.reader.dictionaries().lookup(7).getVector()))
                    .containsExactly("a", "b");
        }
    }

    @ParameterizedTest
    @CsvSource({"8", "16", "32", "64"})
    void unsignedIndicesAreSkipped(int bits, BufferAllocator allocator) {
        DictionaryEncoding unsigned = new DictionaryEncoding(7, false, new ArrowType.Int(bits, false));
        try (VarCharVector words = words(allocator, "a");
                VectorSchemaRoot root = indices(allocator, unsigned);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema(), new MapDictionaryProvider(new Dictionary(words, unsigned)));
            pipe.writer.write(root);
            assertThat(pipe.reader.schema()).isEqualTo(root.getSchema());
            assertThat(pipe.reader.next()).isTrue();
            assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
        }
    }
}
