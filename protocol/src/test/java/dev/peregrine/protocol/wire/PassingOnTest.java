package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowBodyCompression;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Messages that are passed on as they are, from one stream to another, without being loaded in between. */
@ExtendWith(LeakCheck.class)
final class PassingOnTest {
    private static final DictionaryEncoding ENCODING = new DictionaryEncoding(7, false, new ArrowType.Int(8, true));

    /** In message form: the field has the type of its values. */
    private static final Schema CITIES =
            new Schema(List.of(new Field("city", new FieldType(true, ArrowType.Utf8.INSTANCE, ENCODING), null)));

    @Test
    void dictionariesTheirReplacementsAndDeltas(BufferAllocator allocator) {
        try (Pipe first = new Pipe(allocator);
                Pipe second = new Pipe(allocator)) {
            first.writer.begin(CITIES);
            write(first, dictionary(allocator, false, "Oslo", "Rome"));
            write(first, indices(allocator, 1, 0), "one");
            write(first, dictionary(allocator, true, "Lima"));
            write(first, indices(allocator, 2), "");
            write(first, dictionary(allocator, false, "Bonn"));
            write(first, indices(allocator, 0), "three");
            first.writer.doneWriting();

            passOn(first, second);

            assertThat(second.reader.messageSchema()).isEqualTo(CITIES);
            assertThat(second.reader.schema().getFields().get(0).getType()).isEqualTo(new ArrowType.Int(8, true));
            assertThat(next(second)).containsExactly("Rome", "Oslo");
            assertThat(second.reader.metadata())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("one");
            assertThat(next(second)).containsExactly("Lima");
            assertThat(next(second)).containsExactly("Bonn");
            assertThat(second.reader.metadata())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("three");
            assertThat(second.reader.next()).isFalse();
        }
    }

    @Test
    void theMetadataOfEachKindOfMessage(BufferAllocator allocator) {
        try (Pipe first = new Pipe(allocator);
                Pipe second = new Pipe(allocator)) {
            first.writer.begin(CITIES, new byte[] {1});
            try (ArrowDictionaryBatch dictionary = dictionary(allocator, false, "Oslo")) {
                first.writer.write(dictionary, new byte[] {2});
            }
            write(first, indices(allocator, 0), "3");
            first.writer.doneWriting();

            passOn(first, second);

            List<String> seen = new ArrayList<>();
            while (second.reader.nextMessage()) {
                ArrowMessage message = second.reader.message();
                seen.add((message == null ? "schema" : message.getClass().getSimpleName()) + " "
                        + Arrays.toString(second.reader.metadata()));
            }
            assertThat(seen).containsExactly("schema [1]", "ArrowDictionaryBatch [2]", "ArrowRecordBatch [51]");
        }
    }

    @Test
    void compressedBodiesOfTypesWithoutAVector(BufferAllocator allocator) {
        Schema schema = new Schema(List.of(Field.nullable("price", new ArrowType.Decimal(5, 2, 32))));
        ArrowBodyCompression zstd = new ArrowBodyCompression(CompressionType.ZSTD, BodyCompressionMethod.BUFFER);
        byte[] bytes = "whatever zstd made of it".getBytes(StandardCharsets.UTF_8);
        try (Pipe first = new Pipe(allocator);
                Pipe second = new Pipe(allocator);
                ArrowBuf body = allocator.buffer(bytes.length)) {
            body.writeBytes(bytes);
            first.writer.begin(schema);
            write(
                    first,
                    new ArrowRecordBatch(
                            1_000, List.of(new ArrowFieldNode(1_000, 0)), List.of(allocator.getEmpty(), body), zstd),
                    "");
            first.writer.doneWriting();

            passOn(first, second);

            assertThat(second.reader.messageSchema()).isEqualTo(schema);
            assertThat(second.reader.nextMessage()).isTrue();
            ArrowRecordBatch batch = (ArrowRecordBatch) second.reader.message();
            byte[] arrived = new byte[bytes.length];
            batch.getBuffers().get(1).getBytes(0, arrived);
            assertThat(arrived).isEqualTo(bytes);
            assertThat(batch.getBodyCompression().getCodec()).isEqualTo(CompressionType.ZSTD);
            assertThatExceptionOfType(FlightInternalException.class)
                    .isThrownBy(second.reader::root)
                    .withMessageContaining("Arrow for Java has no vector for price: Decimal(5, 2, 32)");
            assertThat(second.reader.nextMessage()).isFalse();
            assertThat(second.reader.message()).isNull();
        }
    }

    @Test
    void aBatchWithoutAVectorIsFreedWhenItCannotBeLoaded(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator);
                ArrowBuf body = allocator.buffer(4_000)) {
            pipe.writer.begin(new Schema(List.of(Field.nullable("price", new ArrowType.Decimal(5, 2, 32)))));
            write(
                    pipe,
                    new ArrowRecordBatch(
                            1_000,
                            List.of(new ArrowFieldNode(1_000, 0)),
                            List.of(allocator.getEmpty(), body.writerIndex(4_000))),
                    "");
            pipe.writer.doneWriting();

            assertThatExceptionOfType(FlightInternalException.class)
                    .isThrownBy(pipe.reader::next)
                    .withMessageContaining("no vector for price");
            assertThat(pipe.reader.next()).isFalse();
        }
    }

    @Test
    void theSchemaIsAMessageUnlessSomebodyWaitedForIt(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.writer.writeMetadata(new byte[] {1});
            pipe.writer.begin(CITIES);
            pipe.writer.writeMetadata(new byte[] {2});
            pipe.writer.doneWriting();

            assertThat(pipe.reader.nextMessage()).isTrue();
            assertThat(pipe.reader.metadata()).containsExactly(1);
            assertThat(pipe.reader.hasSchema()).isFalse();
            assertThat(pipe.reader.nextMessage()).isTrue();
            assertThat(pipe.reader.hasSchema()).isTrue();
            assertThat(pipe.reader.message()).isNull();
            assertThat(pipe.reader.nextMessage()).isTrue();
            assertThat(pipe.reader.metadata()).containsExactly(2);
            assertThat(pipe.reader.nextMessage()).isFalse();
        }
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.writer.writeMetadata(new byte[] {1});
            pipe.writer.begin(CITIES);
            pipe.writer.doneWriting();

            assertThat(pipe.reader.messageSchema()).isEqualTo(CITIES);
            assertThat(pipe.reader.nextMessage()).isTrue();
            assertThat(pipe.reader.metadata()).containsExactly(1);
            assertThat(pipe.reader.nextMessage()).isFalse();
        }
    }

    @Test
    void aStreamOfNothing(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.writer.doneWriting();

            assertThat(pipe.reader.nextMessage()).isFalse();
            assertThat(pipe.reader.hasSchema()).isFalse();
            assertThatExceptionOfType(FlightInternalException.class)
                    .isThrownBy(pipe.reader::messageSchema)
                    .withMessageContaining("Server never sent a data message");
        }
    }

    @Test
    void whatIsLentIsFreedWithTheReader(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(CITIES);
            write(pipe, dictionary(allocator, false, "Oslo"));
            write(pipe, indices(allocator, 0), "");
            assertThat(pipe.reader.nextMessage()).isTrue();
            assertThat(pipe.reader.nextMessage()).isTrue();
            ArrowDictionaryBatch lent = (ArrowDictionaryBatch) pipe.reader.message();
            assertThat(lent.getDictionary().getBuffers().get(1).refCnt()).isPositive();
        }
    }

    @Test
    void rootsNeedAProviderAndAProviderSendsByItself(BufferAllocator allocator) {
        try (VarCharVector values = new VarCharVector("", allocator);
                TinyIntVector index = new TinyIntVector(
                        "city", new FieldType(true, new ArrowType.Int(8, true), ENCODING), allocator);
                Pipe passing = new Pipe(allocator);
                Pipe providing = new Pipe(allocator)) {
            values.setSafe(0, "Oslo".getBytes(StandardCharsets.UTF_8));
            values.setValueCount(1);
            VectorSchemaRoot root = VectorSchemaRoot.of(index);

            passing.writer.begin(root.getSchema());
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> passing.writer.write(root))
                    .withMessageContaining("begin with their provider");

            providing.writer.begin(
                    root.getSchema(), new DictionaryProvider.MapDictionaryProvider(new Dictionary(values, ENCODING)));
            try (ArrowDictionaryBatch dictionary = dictionary(allocator, false, "Rome")) {
                assertThatExceptionOfType(IllegalStateException.class)
                        .isThrownBy(() -> providing.writer.write(dictionary))
                        .withMessageContaining("sent by themselves");
            }
        }
    }

    private static void passOn(Pipe from, Pipe to) {
        boolean begun = false;
        while (from.reader.nextMessage()) {
            if (!begun && from.reader.hasSchema()) {
                to.writer.begin(from.reader.messageSchema(), from.reader.metadata());
                begun = true;
            }
            if (from.reader.message() instanceof ArrowRecordBatch batch) {
                to.writer.write(batch, from.reader.metadata());
            } else if (from.reader.message() instanceof ArrowDictionaryBatch dictionary) {
                to.writer.write(dictionary, from.reader.metadata());
            }
        }
        to.writer.doneWriting();
    }

    private static void write(Pipe pipe, ArrowRecordBatch batch, String metadata) {
        try (batch) {
            pipe.writer.write(batch, metadata.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void write(Pipe pipe, ArrowDictionaryBatch dictionary) {
        try (dictionary) {
            pipe.writer.write(dictionary);
        }
    }

    private static List<String> next(Pipe pipe) {
        assertThat(pipe.reader.next()).isTrue();
        Dictionary dictionary = pipe.reader.dictionaries().lookup(7);
        List<String> values = new ArrayList<>();
        try (var decoded = DictionaryEncoder.decode(pipe.reader.root().getVector(0), dictionary)) {
            for (int i = 0; i < decoded.getValueCount(); i++) {
                values.add(String.valueOf(decoded.getObject(i)));
            }
        }
        return values;
    }

    private static ArrowRecordBatch indices(BufferAllocator allocator, int... indices) {
        try (TinyIntVector vector = new TinyIntVector("city", allocator)) {
            for (int i = 0; i < indices.length; i++) {
                vector.setSafe(i, indices[i]);
            }
            vector.setValueCount(indices.length);
            return new VectorUnloader(VectorSchemaRoot.of(vector)).getRecordBatch();
        }
    }

    private static ArrowDictionaryBatch dictionary(BufferAllocator allocator, boolean isDelta, String... cities) {
        try (VarCharVector vector = new VarCharVector("", allocator)) {
            for (int i = 0; i < cities.length; i++) {
                vector.setSafe(i, cities[i].getBytes(StandardCharsets.UTF_8));
            }
            vector.setValueCount(cities.length);
            return new ArrowDictionaryBatch(
                    7, new VectorUnloader(VectorSchemaRoot.of(vector)).getRecordBatch(), isDelta);
        }
    }
}
