package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where flight-core 19 loses data, memory or the stream: each test has the name of what happens there, and shows that it does
 * not happen here. {@code docs/fidelity.md} has the table.
 */
@ExtendWith(LeakCheck.class)
final class IncumbentFailuresTest {
    private static final byte[] NO_BYTES = {};
    private static final ArrowType.Int INT8 = new ArrowType.Int(8, true);

    @Test
    void appMetadataOnTheSchemaMessageIsDropped(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema(), new byte[] {1, 2});
            assertThat(pipe.reader.schemaMetadata()).containsExactly(1, 2);
        }
    }

    @Test
    void aDescriptorWithoutDataIsNotDelivered(BufferAllocator allocator) {
        FlightDescriptor descriptor = FlightDescriptor.path("a");
        try (Pipe pipe = new Pipe(allocator, descriptor, 0)) {
            pipe.writer.sendDescriptor();
            assertThat(pipe.reader.descriptor()).isEqualTo(descriptor);
            pipe.writer.doneWriting();
            assertThat(pipe.reader.next()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4_FRAME", "ZSTD"})
    void bodiesAreNotCompressedOnSend(BodyCompression compression, BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1000);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.use(IpcWriteOptions.DEFAULT.compression(compression));
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().equals(root)).isTrue();
            assertThat(pipe.reader.nextMessage()).isTrue();
            ArrowRecordBatch batch = (ArrowRecordBatch) pipe.reader.message();
            assertThat(batch.getBodyCompression().getCodec()).isEqualTo(compression.code());
            assertThat(batch.computeBodyLength()).isLessThan(8000);
        }
    }

    @Test
    void aVersionChangeInMidStreamIsAnIllegalStateException(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 5);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            var v4 = IpcWriteOptions.DEFAULT.version(org.apache.arrow.vector.types.MetadataVersion.V4);
            pipe.client.send(FlightDataEncoder.of(NO_BYTES, new OutgoingBatch(v4).fill(root), NO_BYTES)
                    .encode());
            pipe.writer.write(root);
            for (int i = 0; i < 2; i++) {
                assertThat(pipe.reader.next()).isTrue();
                assertThat(pipe.reader.root().equals(root)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"32, 9", "64, 18"})
    void smallDecimalsAreSkipped(int bits, int precision, BufferAllocator allocator) {
        Schema schema = new Schema(List.of(Field.nullable("price", new ArrowType.Decimal(precision, 2, bits))));
        try (Pipe pipe = new Pipe(allocator);
                ArrowBuf values = allocator.buffer(bits)) {
            values.setLong(0, 4711);
            values.writerIndex(bits / 8);
            pipe.writer.begin(schema);
            try (ArrowRecordBatch batch =
                    new ArrowRecordBatch(1, List.of(new ArrowFieldNode(1, 0)), List.of(allocator.getEmpty(), values))) {
                pipe.writer.write(batch);
            }
            assertThat(pipe.reader.messageSchema()).isEqualTo(schema);
            assertThat(pipe.reader.nextMessage()).isTrue();
            ArrowBuf read =
                    ((ArrowRecordBatch) pipe.reader.message()).getBuffers().get(1);
            assertThat(read.getInt(0)).isEqualTo(4711);
        }
    }

    @Test
    void namesInsideOfMapsAreLost(BufferAllocator allocator) {
        Field key = new Field("k", FieldType.notNullable(INT8), null);
        Field value = new Field("v", new FieldType(true, INT8, null, Map.of("unit", "m")), null);
        Field pairs = new Field("pairs", FieldType.notNullable(new ArrowType.Struct()), List.of(key, value));
        Field map = new Field("map", FieldType.nullable(new ArrowType.Map(true)), List.of(pairs));
        try (VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(map)), allocator);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(new Schema(List.of(map)));
            assertThat(pipe.reader.messageSchema().getFields()).containsExactly(map);
            assertThat(pipe.reader.schema().getFields()).containsExactly(map);
        }
    }

    @Test
    void aBigEndianStreamIsReadAsIfItWereNot(BufferAllocator allocator) {
        FlatBufferBuilder flat = new FlatBufferBuilder();
        int fields = org.apache.arrow.flatbuf.Schema.createFieldsVector(flat, new int[0]);
        int schema = org.apache.arrow.flatbuf.Schema.createSchema(flat, Endianness.Big, fields, 0, 0);
        flat.finish(Message.createMessage(flat, MetadataVersion.V5, MessageHeader.Schema, schema, 0, 0));
        ByteBuffer header = flat.dataBuffer();
        try (Pipe pipe = new Pipe(allocator)) {
            pipe.client.send(FlightDataEncoder.of(NO_BYTES, header, NO_BYTES).encode());
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightUnimplementedException.class)
                    .hasMessageContaining("the stream is big-endian");
        }
    }

    @Test
    void anUnknownFieldDerailsTheRestOfTheMessage(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 5);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.receive(FlightDataBytes.of(out -> {
                // Its value looks like a body of ten bytes.
                out.writeByteArray(500, new byte[] {(byte) 0xC2, 0x3E, 10});
                out.writeByteArray(2, FlightDataBytes.header(root));
                out.writeUInt64(501, 1L << 40);
                out.writeByteArray(1000, FlightDataBytes.body(root));
            }));
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().equals(root)).isTrue();
        }
    }

    @Test
    void anEmptySchemaFails(BufferAllocator allocator) {
        try (VectorSchemaRoot root = new VectorSchemaRoot(List.of());
                Pipe pipe = new Pipe(allocator)) {
            root.setRowCount(3);
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().getRowCount()).isEqualTo(3);
        }
    }

    /** The same buffer again and again, so that no memory is needed for it. */
    @Test
    void aBodyOverTwoGibibytesOverflowsAnIntOnSend(BufferAllocator allocator) {
        int columns = 2049;
        Schema schema = new Schema(Collections.nCopies(columns, Field.notNullable("c", INT8)));
        try (ArrowBuf mebibyte = allocator.buffer(1 << 20).writerIndex(1 << 20);
                Pipe pipe = new Pipe(allocator)) {
            List<ArrowBuf> buffers = new ArrayList<>();
            for (int i = 0; i < columns; i++) {
                buffers.addAll(Arrays.asList(allocator.getEmpty(), mebibyte));
            }
            List<ArrowFieldNode> nodes = Collections.nCopies(columns, new ArrowFieldNode(1 << 20, 0));
            pipe.writer.begin(schema);
            try (ArrowRecordBatch batch = new ArrowRecordBatch(1 << 20, nodes, buffers)) {
                assertThatThrownBy(() -> pipe.writer.write(batch))
                        .isInstanceOf(FlightInvalidArgumentException.class)
                        .hasMessageContaining("larger than one message may be, which is 2 GiB; nothing was sent");
            }
            pipe.writer.writeMetadata(new byte[] {1});
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.metadata()).containsExactly(1);
        }
    }

    /** A body that claims more than a message can have; none of it is allocated. */
    @Test
    void aBodyOverTwoGibibytesOverflowsAnIntOnReceipt(BufferAllocator allocator) throws Exception {
        for (long claimed : new long[] {Integer.MAX_VALUE, 1L << 31, 5L << 30, Long.MAX_VALUE, -1}) {
            byte[] message = FlightDataBytes.of(out -> {
                out.writeTag(1000, 2);
                out.writeUInt64NoTag(claimed);
            });
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            decoder.begin(Integer.MAX_VALUE - 100);
            ByteBuf piece = Unpooled.wrappedBuffer(message);
            assertThatThrownBy(() -> decoder.bytes(piece))
                    .isInstanceOfSatisfying(
                            GrpcException.class,
                            e -> assertThat(e.status().code()).isEqualTo(GrpcCode.INTERNAL))
                    .hasMessageContaining("field 1000 claims " + Long.toUnsignedString(claimed) + " bytes where");
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }

    /** What waits is bounded in bytes: the window is refilled as messages are taken, not as they come. */
    @Test
    void fiveMessagesOfAnySizeAreFetchedAhead(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 10_000);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            assertThat(pipe.reader.schema()).isEqualTo(root.getSchema());
            pipe.writer.write(root);
            long before = pipe.server.consumed;
            for (int i = 0; i < 10; i++) {
                pipe.writer.write(root);
            }
            assertThat(pipe.server.consumed).isEqualTo(before);
            for (int i = 0; i < 11; i++) {
                assertThat(pipe.reader.next()).isTrue();
            }
            assertThat(pipe.server.consumed).isGreaterThan(before + 10 * 80_000);
        }
    }

    @Test
    void buffersAreCopiedOnSendUnlessASwitchIsSet(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 10_000);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.client.holding = true;
            var lent = pipe.writer.lend(root);
            long address = ((BigIntVector) root.getVector(0)).getDataBufferAddress();
            assertThat(pipe.client.held.element())
                    .anyMatch(slice -> slice.memoryAddress() + slice.readerIndex() == address);
            assertThat(lent).isNotDone();
            pipe.client.letGo();
            assertThat(lent).isCompleted();
        }
    }

    /** What the socket reads into the place where it stays is not moved when the message is complete. */
    @Test
    void receivedBytesAreCopiedTwice(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 300_000)) {
            byte[] message = FlightDataBytes.batch(root, NO_BYTES);
            int body = FlightDataBytes.body(root).length;
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            decoder.begin(message.length);
            int data = message.length - body + (300_000 / 8 + 7) / 8 * 8;
            decoder.bytes(Unpooled.wrappedBuffer(message, 0, data));
            ByteBuf place = decoder.placement(message.length - data);
            long address = place.memoryAddress() + place.writerIndex();
            place.writeBytes(message, data, message.length - data);
            decoder.bytes(place);
            FlightMessage decoded = decoder.end();
            try (ArrowRecordBatch batch = decoded.takeBatch(root.getSchema())) {
                assertThat(batch.getBuffers().get(1).memoryAddress()).isEqualTo(address);
                assertThat(batch.getBuffers().get(1).getLong(8 * 299_999L)).isEqualTo(299_999);
            }
        }
    }

    @Test
    void allColumnsAreReadWhoeverWantsSome(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 20, 10);
                Pipe pipe = new Pipe(allocator)) {
            pipe.reader.use(IpcReadOptions.DEFAULT.columns("c3"));
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().getFieldVectors()).hasSize(1);
            assertThat(pipe.reader.root().getVector("c3").getObject(9)).isEqualTo(3009L);
        }
    }

    @Test
    void aBatchThatIsTooLargeCannotBeSplit(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 10_000);
                Pipe pipe = new Pipe(allocator, null, 20_000)) {
            pipe.writer.splitLargeBatches(true);
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            long rows = 0;
            int batches = 0;
            for (; pipe.reader.next(); batches++) {
                assertThat(pipe.reader.root().getVector(0).getObject(0)).isEqualTo(rows);
                rows += pipe.reader.root().getRowCount();
            }
            assertThat(rows).isEqualTo(10_000);
            assertThat(batches).isBetween(4, 8);
        }
    }
}
