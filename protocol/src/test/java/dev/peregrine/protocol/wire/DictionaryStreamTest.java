package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightWriteSizeExceededException;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Dictionaries on the wire: sent once, replaced when they change, appended to, nested. */
@ExtendWith(LeakCheck.class)
final class DictionaryStreamTest {
    private static final DictionaryEncoding ENCODING = new DictionaryEncoding(7, false, new ArrowType.Int(32, true));

    private static void fill(VarCharVector vector, String... words) {
        vector.allocateNew();
        for (int i = 0; i < words.length; i++) {
            vector.setSafe(i, words[i].getBytes(StandardCharsets.UTF_8));
        }
        vector.setValueCount(words.length);
    }

    private static VectorSchemaRoot indices(BufferAllocator allocator, int... indices) {
        Field field = new Field("word", new FieldType(true, new ArrowType.Int(32, true), ENCODING), null);
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator);
        refill(root, indices);
        return root;
    }

    private static void refill(VectorSchemaRoot root, int... indices) {
        IntVector vector = (IntVector) root.getVector(0);
        vector.allocateNew(indices.length);
        for (int i = 0; i < indices.length; i++) {
            vector.set(i, indices[i]);
        }
        root.setRowCount(indices.length);
    }

    private static List<String> decoded(MessageStreamReader reader) {
        FieldVector vector = reader.root().getVector(0);
        Dictionary dictionary =
                reader.dictionaries().lookup(vector.getField().getDictionary().getId());
        try (FieldVector words = (FieldVector) DictionaryEncoder.decode(vector, dictionary)) {
            return Values.of(words);
        }
    }

    /** The kinds of messages that a pipe's writer has sent. */
    private static List<Byte> kinds(Pipe pipe, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    FlightMessage message = pipe.take();
                    message.release();
                    return message.header().type();
                })
                .toList();
    }

    @Test
    void aDictionaryIsSentOnceAndAgainWhenItWasRefilledInPlace(BufferAllocator allocator) {
        try (VarCharVector words = new VarCharVector("words", allocator);
                VectorSchemaRoot root = indices(allocator, 0, 1, 0);
                Pipe pipe = new Pipe(allocator);
                Pipe raw = new Pipe(allocator)) {
            for (Pipe each : List.of(pipe, raw)) {
                fill(words, "a", "b");
                var provider = new DictionaryProvider.MapDictionaryProvider(new Dictionary(words, ENCODING));
                each.writer.begin(root.getSchema(), provider);
                each.writer.write(root);
                each.writer.write(root);
                // As many bytes, in the same memory.
                words.set(1, "z".getBytes(StandardCharsets.UTF_8));
                words.setValueCount(2);
                each.writer.write(root);
                fill(words, "longer", "than", "before");
                each.writer.write(root);
                each.writer.doneWriting();
            }
            assertThat(kinds(raw, 8))
                    .containsExactly(
                            MessageHeader.Schema,
                            MessageHeader.DictionaryBatch,
                            MessageHeader.RecordBatch,
                            MessageHeader.RecordBatch,
                            MessageHeader.DictionaryBatch,
                            MessageHeader.RecordBatch,
                            MessageHeader.DictionaryBatch,
                            MessageHeader.RecordBatch);
            assertThat(pipe.reader.schema()).isEqualTo(root.getSchema());
            assertThat(pipe.reader.next()).isTrue();
            assertThat(decoded(pipe.reader)).containsExactly("a", "b", "a");
            assertThat(pipe.reader.next()).isTrue();
            assertThat(decoded(pipe.reader)).containsExactly("a", "b", "a");
            assertThat(pipe.reader.next()).isTrue();
            assertThat(decoded(pipe.reader)).containsExactly("a", "z", "a");
            assertThat(pipe.reader.next()).isTrue();
            assertThat(decoded(pipe.reader)).containsExactly("longer", "than", "longer");
            assertThat(pipe.reader.next()).isFalse();
        }
    }

    @Test
    void anExchangedDictionaryIsSentAgain(BufferAllocator allocator) {
        try (VarCharVector first = new VarCharVector("words", allocator);
                VarCharVector second = new VarCharVector("words", allocator);
                VectorSchemaRoot root = indices(allocator, 1);
                Pipe pipe = new Pipe(allocator)) {
            fill(first, "a", "b");
            fill(second, "c", "d");
            var provider = new DictionaryProvider.MapDictionaryProvider(new Dictionary(first, ENCODING));
            pipe.writer.begin(root.getSchema(), provider);
            pipe.writer.write(root);
            provider.put(new Dictionary(second, ENCODING));
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            pipe.reader.next();
            assertThat(decoded(pipe.reader)).containsExactly("b");
            pipe.reader.next();
            assertThat(decoded(pipe.reader)).containsExactly("d");
        }
    }

    @Test
    void theWireHasTheTypeOfTheValues(BufferAllocator allocator) throws Exception {
        try (VarCharVector words = new VarCharVector("words", allocator);
                VectorSchemaRoot root = indices(allocator, 0);
                Pipe pipe = new Pipe(allocator)) {
            fill(words, "a");
            pipe.writer.begin(
                    root.getSchema(), new DictionaryProvider.MapDictionaryProvider(new Dictionary(words, ENCODING)));
            Schema onTheWire =
                    MessageSerializer.deserializeSchema(pipe.take().header().message());
            assertThat(onTheWire.getFields().get(0).getType()).isEqualTo(new ArrowType.Utf8());
            assertThat(onTheWire.getFields().get(0).getDictionary()).isEqualTo(ENCODING);
        }
    }

    @Test
    void aDeltaIsAppended(BufferAllocator allocator) {
        try (VarCharVector words = new VarCharVector("words", allocator);
                VarCharVector more = new VarCharVector("words", allocator);
                VectorSchemaRoot root = indices(allocator, 0, 1);
                Pipe pipe = new Pipe(allocator)) {
            fill(words, "a", "b");
            pipe.writer.begin(
                    root.getSchema(), new DictionaryProvider.MapDictionaryProvider(new Dictionary(words, ENCODING)));
            pipe.writer.write(root);
            for (int delta = 0; delta < 300; delta++) {
                fill(more, "delta " + delta);
                send(pipe, 7, more, true);
            }
            refill(root, 0, 1, 2, 301);
            pipe.writer.write(root);
            send(pipe, 7, more, false);
            refill(root, 0);
            // The writer does not know of the replacement: its own dictionary has not changed.
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            pipe.reader.next();
            assertThat(decoded(pipe.reader)).containsExactly("a", "b");
            pipe.reader.next();
            assertThat(decoded(pipe.reader)).containsExactly("a", "b", "delta 0", "delta 299");
            pipe.reader.next();
            assertThat(decoded(pipe.reader)).containsExactly("delta 299");
        }
    }

    /** Sends a dictionary batch past the writer. */
    private static void send(Pipe pipe, long id, FieldVector values, boolean isDelta) {
        VectorSchemaRoot root =
                new VectorSchemaRoot(List.of(values.getField()), List.of(values), values.getValueCount());
        try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            OutgoingBatch dictionary = new OutgoingBatch().fill(new ArrowDictionaryBatch(id, batch, isDelta));
            pipe.client.send(
                    FlightDataEncoder.of(new byte[0], dictionary, new byte[0]).encode());
        }
    }

    @Test
    void aDictionaryThatNoFieldHasIsRefused(BufferAllocator allocator) {
        try (VarCharVector words = new VarCharVector("words", allocator);
                VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1);
                Pipe pipe = new Pipe(allocator)) {
            fill(words, "a");
            pipe.writer.begin(root.getSchema());
            send(pipe, 99, words, false);
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("id 99, which no field of the schema has");
        }
    }

    @Test
    void aFieldInAStructAndOneInAListOfADictionary(BufferAllocator allocator) {
        DictionaryEncoding outer = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
        DictionaryEncoding inner = new DictionaryEncoding(2, false, new ArrowType.Int(32, true));
        Field innerField = new Field("inner", new FieldType(true, new ArrowType.Int(32, true), inner), null);
        Field listField = new Field("lists", FieldType.nullable(new ArrowType.List()), List.of(innerField));
        Field outerField = new Field("outer", new FieldType(true, new ArrowType.Int(32, true), outer), null);
        Field structField =
                new Field("struct", FieldType.nullable(new ArrowType.Struct()), List.of(outerField, innerField));
        try (VarCharVector words = new VarCharVector("words", allocator);
                ListVector lists = (ListVector) listField.createVector(allocator);
                VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(structField)), allocator);
                Pipe pipe = new Pipe(allocator)) {
            fill(words, "x", "y", "z");
            lists.allocateNew();
            IntVector items = (IntVector) lists.getDataVector();
            for (int i = 0; i < 2; i++) {
                int start = lists.startNewValue(i);
                items.setSafe(start, 2);
                items.setSafe(start + 1, i);
                lists.endValue(i, 2);
            }
            lists.setValueCount(2);
            StructVector struct = (StructVector) root.getVector(0);
            struct.allocateNew();
            for (int i = 0; i < 3; i++) {
                struct.setIndexDefined(i);
                ((IntVector) struct.getChild("outer")).setSafe(i, i % 2);
                ((IntVector) struct.getChild("inner")).setSafe(i, i);
            }
            root.setRowCount(3);
            pipe.writer.begin(
                    root.getSchema(),
                    new DictionaryProvider.MapDictionaryProvider(
                            new Dictionary(lists, outer), new Dictionary(words, inner)));
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            assertThat(pipe.reader.schema()).isEqualTo(root.getSchema());
            assertThat(pipe.reader.next()).isTrue();
            assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
            assertThat(pipe.reader.dictionaries().getDictionaryIds()).isEqualTo(Set.of(1L, 2L));
            assertThat(Values.of(pipe.reader.dictionaries().lookup(1).getVector()))
                    .isEqualTo(Values.of(lists));
            assertThat(Values.of(pipe.reader.dictionaries().lookup(2).getVector()))
                    .isEqualTo(Values.of(words));
        }
    }

    @Test
    void aDictionaryThatTheProviderDoesNotHave(BufferAllocator allocator) {
        try (VarCharVector words = new VarCharVector("words", allocator);
                VectorSchemaRoot root = indices(allocator, 0);
                Pipe pipe = new Pipe(allocator)) {
            DictionaryProvider.MapDictionaryProvider provider = new DictionaryProvider.MapDictionaryProvider();
            assertThatThrownBy(() -> pipe.writer.begin(root.getSchema(), provider))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("7");
            // Nothing was sent, so it may begin again.
            fill(words, "a");
            provider.put(new Dictionary(words, ENCODING));
            pipe.writer.begin(root.getSchema(), provider);
            pipe.writer.write(root);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(decoded(pipe.reader)).containsExactly("a");
        }
    }

    @Test
    void aDictionaryLargerThanTheLimitIsTriedAgain(BufferAllocator allocator) {
        try (VarCharVector words = new VarCharVector("words", allocator);
                VectorSchemaRoot root = indices(allocator, 0);
                Pipe pipe = new Pipe(allocator, null, 2000)) {
            fill(words, "a".repeat(5000));
            pipe.writer.begin(
                    root.getSchema(), new DictionaryProvider.MapDictionaryProvider(new Dictionary(words, ENCODING)));
            assertThatThrownBy(() -> pipe.writer.write(root)).isInstanceOf(FlightWriteSizeExceededException.class);
            fill(words, "a");
            pipe.writer.write(root);
            pipe.reader.next();
            assertThat(decoded(pipe.reader)).containsExactly("a");
        }
    }
}
