package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.options.Alignment;
import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dictionaries of several fields and of each other; where they lie; what comes with them. */
@ExtendWith(LeakCheck.class)
final class DictionaryShapesTest {
    private static final ArrowType.Int INT8 = new ArrowType.Int(8, true);
    private static final DictionaryEncoding WORDS = new DictionaryEncoding(1, false, INT8);
    private static final DictionaryEncoding LISTS = new DictionaryEncoding(2, false, INT8);

    private static Field encoded(String name, DictionaryEncoding encoding) {
        return new Field(name, new FieldType(true, INT8, encoding), null);
    }

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

    /** Two lists of indices of words: [1], [0, 1]. */
    private static ListVector lists(BufferAllocator allocator) {
        Field field = new Field("lists", FieldType.nullable(new ArrowType.List()), List.of(encoded("item", WORDS)));
        ListVector lists = (ListVector) field.createVector(allocator);
        lists.allocateNew();
        TinyIntVector items = (TinyIntVector) lists.getDataVector();
        lists.startNewValue(0);
        items.setSafe(0, 1);
        lists.endValue(0, 1);
        lists.startNewValue(1);
        items.setSafe(1, 0);
        items.setSafe(2, 1);
        lists.endValue(1, 2);
        lists.setValueCount(2);
        return lists;
    }

    private static VectorSchemaRoot root(BufferAllocator allocator, List<Field> fields) {
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(fields), allocator);
        for (FieldVector vector : root.getFieldVectors()) {
            ((TinyIntVector) vector).setSafe(0, 1);
        }
        root.setRowCount(1);
        return root;
    }

    /** Readers that resolve values as they come need the inner dictionary first, whichever field has it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAnotherDictionaryRefersToIsSentBeforeIt(boolean listsFirst, BufferAllocator allocator) {
        List<Field> fields = new ArrayList<>(List.of(encoded("word", WORDS), encoded("list", LISTS)));
        if (listsFirst) {
            Collections.reverse(fields);
        }
        try (VarCharVector words = words(allocator, "a", "b");
                ListVector lists = lists(allocator);
                VectorSchemaRoot root = root(allocator, fields);
                Pipe raw = new Pipe(allocator);
                Pipe pipe = new Pipe(allocator)) {
            for (Pipe each : List.of(raw, pipe)) {
                each.writer.begin(
                        root.getSchema(),
                        new MapDictionaryProvider(new Dictionary(words, WORDS), new Dictionary(lists, LISTS)));
                each.writer.write(root);
                fill(words, "c", "d");
                each.writer.write(root);
                each.writer.doneWriting();
                fill(words, "a", "b");
            }
            List<Long> sent = new ArrayList<>();
            while (raw.reader.nextMessage()) {
                if (raw.reader.message() instanceof ArrowDictionaryBatch dictionary) {
                    sent.add(dictionary.getDictionaryId());
                }
            }
            assertThat(sent).containsExactly(1L, 2L, 1L);

            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.schema()).isEqualTo(root.getSchema());
            assertThat(Values.of(values(pipe, 1))).containsExactly("a", "b");
            assertThat(Values.of(values(pipe, 2))).containsExactly("[1]", "[0,1]");
            assertThat(pipe.reader.next()).isTrue();
            assertThat(Values.of(values(pipe, 1))).containsExactly("c", "d");
            assertThat(Values.of(values(pipe, 2))).containsExactly("[1]", "[0,1]");
        }
    }

    private static FieldVector values(Pipe pipe, long id) {
        return pipe.reader.dictionaries().lookup(id).getVector();
    }

    @Test
    void twoFieldsOfOneDictionarySendItOnce(BufferAllocator allocator) {
        try (VarCharVector words = words(allocator, "a", "b");
                VectorSchemaRoot root = root(allocator, List.of(encoded("first", WORDS), encoded("second", WORDS)));
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema(), new MapDictionaryProvider(new Dictionary(words, WORDS)));
            pipe.writer.write(root);
            fill(words, "c", "d");
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            List<String> sent = new ArrayList<>();
            while (pipe.reader.nextMessage()) {
                sent.add(String.valueOf(pipe.reader.message()).replaceAll("\\W.*", ""));
            }
            assertThat(sent)
                    .containsExactly(
                            "null",
                            "ArrowDictionaryBatch",
                            "ArrowRecordBatch",
                            "ArrowDictionaryBatch",
                            "ArrowRecordBatch");
        }
    }

    /** C++ cannot read such deltas. */
    @Test
    void aDictionaryThatRefersToAnotherGoesOutWhole(BufferAllocator allocator) {
        try (VarCharVector words = words(allocator, "a", "b");
                ListVector lists = lists(allocator);
                VectorSchemaRoot root = root(allocator, List.of(encoded("list", LISTS)));
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.use(IpcWriteOptions.DEFAULT.deltas(true));
            pipe.writer.begin(
                    root.getSchema(),
                    new MapDictionaryProvider(new Dictionary(words, WORDS), new Dictionary(lists, LISTS)));
            pipe.writer.write(root);
            fill(words, "a", "b", "c");
            lists.startNewValue(2);
            lists.endValue(2, 0);
            lists.setValueCount(3);
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            List<String> sent = new ArrayList<>();
            while (pipe.reader.nextMessage()) {
                if (pipe.reader.message() instanceof ArrowDictionaryBatch dictionary) {
                    sent.add((dictionary.isDelta() ? "+" : "")
                            + dictionary.getDictionary().getLength() + " of "
                            + dictionary.getDictionaryId());
                }
            }
            assertThat(sent).containsExactly("2 of 1", "2 of 2", "+1 of 1", "3 of 2");
        }
    }

    @ParameterizedTest
    @EnumSource
    void dictionariesLieAsAskedFor(Alignment alignment, BufferAllocator allocator) {
        for (BodyCompression compression : BodyCompression.values()) {
            try (VarCharVector words = words(allocator, "a", "b", "c");
                    VectorSchemaRoot root = root(allocator, List.of(encoded("word", WORDS)));
                    Pipe pipe = new Pipe(allocator)) {
                pipe.reader.use(IpcReadOptions.DEFAULT.alignment(alignment));
                pipe.writer.use(IpcWriteOptions.DEFAULT.compression(compression).deltas(true));
                pipe.writer.begin(root.getSchema(), new MapDictionaryProvider(new Dictionary(words, WORDS)));
                String[][] versions = {{"a", "b", "c"}, {"a", "b", "c", "d"}, {"x"}};
                for (String[] version : versions) {
                    fill(words, version);
                    pipe.writer.write(root);
                    assertThat(pipe.reader.next()).isTrue();
                    assertThat(Values.of(values(pipe, 1))).containsExactly(version);
                    for (ArrowBuf buffer : values(pipe, 1).getFieldBuffers()) {
                        assertThat(buffer.memoryAddress() % alignment.bytes()).isZero();
                    }
                }
            }
        }
    }

    /** Go repeats a batch's app_metadata on the dictionaries before it; whoever reads batches shall have it once. */
    @Test
    void theMetadataOfDictionariesIsForWhoTakesThem(BufferAllocator allocator) {
        try (VarCharVector words = words(allocator, "a", "b");
                VectorSchemaRoot root = root(allocator, List.of(encoded("word", WORDS)));
                Pipe first = new Pipe(allocator);
                Pipe pipe = new Pipe(allocator)) {
            first.writer.begin(root.getSchema(), new MapDictionaryProvider(new Dictionary(words, WORDS)));
            first.writer.write(root);
            pipe.writer.begin(first.reader.messageSchema());
            assertThat(first.reader.nextMessage()).isTrue();
            pipe.writer.write((ArrowDictionaryBatch) first.reader.message(), new byte[] {7});
            try (var batch = new VectorUnloader(root).getRecordBatch()) {
                pipe.writer.write(batch, new byte[] {7});
            }
            pipe.writer.doneWriting();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.hasData()).isTrue();
            assertThat(pipe.reader.metadata()).containsExactly(7);
            assertThat(pipe.reader.next()).isFalse();
        }
    }
}
