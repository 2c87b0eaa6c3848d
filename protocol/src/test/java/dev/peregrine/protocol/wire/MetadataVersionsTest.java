package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** V4 and V5 of Arrow's metadata, of which V4 has a validity buffer before those of a union; others. */
@ExtendWith(LeakCheck.class)
final class MetadataVersionsTest {
    private static final byte[] NO_BYTES = {};
    private static final IpcWriteOptions V4 = IpcWriteOptions.DEFAULT.version(MetadataVersion.V4);

    /** Unions of both kinds between other columns, one of them with variadic buffers, and in a struct. */
    private static VectorSchemaRoot unions(BufferAllocator allocator, int rows) {
        var types = SampleTypes.all();
        Field struct = new Field(
                "struct",
                FieldType.nullable(new ArrowType.Struct()),
                List.of(types.get("utf8 view"), types.get("union dense")));
        Schema schema = new Schema(List.of(
                types.get("utf8 view"),
                types.get("union sparse"),
                struct,
                types.get("union dense"),
                types.get("utf8")));
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        root.getFieldVectors().forEach(vector -> SampleTypes.fill(vector, rows, true));
        root.setRowCount(rows);
        return root;
    }

    private static void assertSame(ArrowRecordBatch batch, VectorSchemaRoot root, BufferAllocator allocator) {
        try (VectorSchemaRoot loaded = VectorSchemaRoot.create(root.getSchema(), allocator)) {
            new VectorLoader(loaded).load(batch);
            assertThat(Values.of(loaded)).isEqualTo(Values.of(root));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V4", "V5"})
    void unionsInEachWayToWriteAndToRead(MetadataVersion version, BufferAllocator allocator) {
        try (VectorSchemaRoot root = unions(allocator, 50);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.use(IpcWriteOptions.DEFAULT.version(version));
            pipe.writer.begin(root.getSchema());
            for (int i = 0; i < 2; i++) {
                pipe.writer.write(root);
                pipe.writer.write(batch);
            }
            for (int i = 0; i < 2; i++) {
                assertThat(pipe.reader.next()).isTrue();
                assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
            }
            for (int i = 0; i < 2; i++) {
                try (ArrowRecordBatch read = pipe.reader.nextBatch()) {
                    assertThat(read.getBuffers()).hasSameSizeAs(batch.getBuffers());
                    assertSame(read, root, allocator);
                }
            }
        }
    }

    @Test
    void someOfTheColumns(BufferAllocator allocator) {
        try (VectorSchemaRoot root = unions(allocator, 50);
                Pipe pipe = new Pipe(allocator)) {
            pipe.reader.use(IpcReadOptions.DEFAULT.includedFields(1, 4));
            pipe.writer.use(V4);
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            try (ArrowRecordBatch read = pipe.reader.nextBatch();
                    VectorSchemaRoot some = new VectorSchemaRoot(List.of(root.getVector(1), root.getVector(4)))) {
                assertSame(read, some, allocator);
            }
        }
    }

    /** What is passed on has the layout of the version that it goes out in. */
    @ParameterizedTest
    @EnumSource(names = {"V4", "V5"})
    void passedOnInTheOtherVersion(MetadataVersion version, BufferAllocator allocator) {
        MetadataVersion other = version == MetadataVersion.V4 ? MetadataVersion.V5 : MetadataVersion.V4;
        try (VectorSchemaRoot root = unions(allocator, 50);
                Pipe first = new Pipe(allocator);
                Pipe second = new Pipe(allocator)) {
            first.writer.use(IpcWriteOptions.DEFAULT.version(version));
            first.writer.begin(root.getSchema());
            first.writer.write(root);
            second.writer.use(IpcWriteOptions.DEFAULT.version(other));
            second.writer.begin(first.reader.messageSchema());
            assertThat(first.reader.nextMessage()).isTrue();
            second.writer.write((ArrowRecordBatch) first.reader.message());
            assertThat(second.reader.next()).isTrue();
            assertThat(Values.of(second.reader.root())).isEqualTo(Values.of(root));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDictionaryOfUnions(boolean passOn, BufferAllocator allocator) {
        DictionaryEncoding encoding = new DictionaryEncoding(3, false, new ArrowType.Int(8, true));
        FieldType type = new FieldType(true, new ArrowType.Int(8, true), encoding);
        try (VectorSchemaRoot values =
                        SampleTypes.root(allocator, SampleTypes.all().get("union dense"), 3, false);
                TinyIntVector indices = new TinyIntVector("index", type, allocator);
                VectorSchemaRoot root = new VectorSchemaRoot(List.of(indices));
                Pipe first = new Pipe(allocator);
                Pipe second = new Pipe(allocator)) {
            indices.setSafe(0, 2);
            root.setRowCount(1);
            first.writer.use(V4);
            first.writer.begin(
                    root.getSchema(), new MapDictionaryProvider(new Dictionary(values.getVector(0), encoding)));
            first.writer.write(root);
            Pipe last = first;
            if (passOn) {
                second.writer.use(V4);
                second.writer.begin(first.reader.messageSchema());
                assertThat(first.reader.nextMessage()).isTrue();
                second.writer.write((ArrowDictionaryBatch) first.reader.message());
                assertThat(first.reader.nextMessage()).isTrue();
                second.writer.write((ArrowRecordBatch) first.reader.message());
                last = second;
            }
            assertThat(last.reader.next()).isTrue();
            assertThat(last.reader.root().getVector(0).getObject(0)).isEqualTo((byte) 2);
            assertThat(Values.of(last.reader.dictionaries().lookup(3).getVector()))
                    .isEqualTo(Values.of(values.getVector(0)));
        }
    }

    /** What Arrow's own serializer writes, of V4 and with the option of the format before 0.15. */
    @Test
    void aForeignStreamInV4(BufferAllocator allocator) {
        IpcOption old = new IpcOption(true, MetadataVersion.V4);
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, 20);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
                Pipe pipe = new Pipe(allocator)) {
            send(pipe, MessageSerializer.serializeMetadata(root.getSchema(), old));
            byte[] header = bytes(MessageSerializer.serializeMetadata(batch, old));
            byte[] body = FlightDataBytes.body(root);
            pipe.receive(FlightDataBytes.of(out -> {
                out.writeByteArray(2, header);
                out.writeByteArray(1000, body);
            }));
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().equals(root)).isTrue();
        }
    }

    /** Each message says its version. C++ and Go read each by its own, flight-core refuses the second. */
    @Test
    void aVersionThatChangesInMidStreamIsReadMessageByMessage(BufferAllocator allocator) {
        try (VectorSchemaRoot root = unions(allocator, 20);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            for (int i = 0; i < 3; i++) {
                pipe.writer.write(root);
                OutgoingBatch old = new OutgoingBatch(V4).fill(root);
                pipe.client.send(FlightDataEncoder.of(NO_BYTES, old, NO_BYTES).encode());
            }
            pipe.writer.doneWriting();
            for (int i = 0; i < 6; i++) {
                assertThat(pipe.reader.next()).isTrue();
                assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
            }
            assertThat(pipe.reader.next()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(shorts = {0, 2, 5, -1})
    void anUnknownVersionIsRefused(short version, BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            send(pipe, emptySchema(version, null));
            assertThat(pipe.reader.isReady()).isTrue();
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightUnimplementedException.class)
                    .hasMessageContaining("the metadata version "
                            + (version == 0 ? "V1" : version == 2 ? "V3" : "number " + version));
        }
    }

    /** C++ 0.17 wrote such streams; their batches look as if they were not compressed. */
    @Test
    void theCompressionThatV4TriedOutIsRefused(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            send(pipe, emptySchema(org.apache.arrow.flatbuf.MetadataVersion.V4, "LZ4_FRAME"));
            assertThatThrownBy(pipe.reader::schema)
                    .isInstanceOf(FlightUnimplementedException.class)
                    .hasMessageContaining("compressed as Arrow 0.17 did, with LZ4_FRAME");
        }
    }

    @Test
    void aUnionWithNullsOfItsOwnIsRefused(BufferAllocator allocator) {
        try (VectorSchemaRoot root =
                        SampleTypes.root(allocator, SampleTypes.all().get("union dense"), 3, false);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch();
                Pipe pipe = new Pipe(allocator)) {
            List<ArrowFieldNode> nodes = new ArrayList<>(batch.getNodes());
            nodes.set(0, new ArrowFieldNode(3, 1));
            pipe.writer.use(V4);
            pipe.writer.begin(root.getSchema());
            try (ArrowRecordBatch lie = new ArrowRecordBatch(3, nodes, batch.getBuffers())) {
                for (int i = 0; i < 3; i++) {
                    pipe.writer.write(lie);
                }
            }
            // The schema is taken in by the first.
            List<ThrowingCallable> ways = List.of(pipe.reader::next, pipe.reader::nextBatch, pipe.reader::nextMessage);
            for (ThrowingCallable read : ways) {
                assertThatThrownBy(read)
                        .isInstanceOf(FlightInternalException.class)
                        .hasMessageContaining("a union with nulls of its own, which only V4 had");
            }
        }
    }

    private static ByteBuffer emptySchema(short version, String compression) {
        FlatBufferBuilder flat = new FlatBufferBuilder();
        int metadata = 0;
        if (compression != null) {
            int pair = KeyValue.createKeyValue(
                    flat, flat.createString("ARROW:experimental_compression"), flat.createString(compression));
            metadata = Message.createCustomMetadataVector(flat, new int[] {pair});
        }
        int fields = org.apache.arrow.flatbuf.Schema.createFieldsVector(flat, new int[0]);
        int schema = org.apache.arrow.flatbuf.Schema.createSchema(flat, (short) 0, fields, 0, 0);
        flat.finish(Message.createMessage(flat, version, MessageHeader.Schema, schema, 0, metadata));
        return flat.dataBuffer();
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static void send(Pipe pipe, ByteBuffer header) {
        pipe.client.send(FlightDataEncoder.of(NO_BYTES, header, NO_BYTES).encode());
    }
}
