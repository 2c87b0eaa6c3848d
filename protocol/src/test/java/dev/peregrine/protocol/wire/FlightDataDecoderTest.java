package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.protocol.wire.memory.ArrivingBody;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * FlightData as it may come in: cut anywhere, in any order, with lies. Sources: the protobuf encoding guide, and Arrow's
 * columnar format.
 */
@ExtendWith(LeakCheck.class)
final class FlightDataDecoderTest {
    private static final byte[] NO_BYTES = {};

    private static FlightMessage decode(FlightDataDecoder decoder, byte[] message, int... cuts) throws GrpcException {
        decoder.begin(message.length);
        int from = 0;
        for (int cut : cuts) {
            feed(decoder, message, from, cut);
            from = cut;
        }
        feed(decoder, message, from, message.length);
        return decoder.end();
    }

    private static void feed(FlightDataDecoder decoder, byte[] message, int from, int to) throws GrpcException {
        // Alternately direct and heap memory: the transport may come with either.
        ByteBuf piece = (from + to) % 2 == 0
                ? Unpooled.wrappedBuffer(message, from, to - from)
                : Unpooled.directBuffer(to - from + 1).writeBytes(message, from, to - from);
        try {
            decoder.bytes(piece);
        } finally {
            piece.release();
        }
    }

    private static List<List<String>> values(FlightMessage message, Schema schema, BufferAllocator allocator)
            throws Exception {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
                ArrowRecordBatch batch = message.takeBatch(schema)) {
            new VectorLoader(root).load(batch);
            return Values.of(root);
        }
    }

    @Test
    void aMessageCutInTwoAtEveryByte(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 11)) {
            byte[] message = FlightDataBytes.of(out -> {
                out.writeByteArray(1, FlightDescriptor.path("a", "b").serialize());
                out.writeUInt64(77, Long.MAX_VALUE);
                out.writeByteArray(2, FlightDataBytes.header(root));
                out.writeFixed64(78, 1);
                out.writeByteArray(3, new byte[] {1, 2, 3});
                out.writeFixed32(79, 1);
                out.writeByteArray(80, new byte[200]);
                out.writeByteArray(1000, FlightDataBytes.body(root));
            });
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            for (int cut = 0; cut <= message.length; cut++) {
                FlightMessage decoded = decode(decoder, message, cut);
                assertThat(decoded.descriptor()).isEqualTo(FlightDescriptor.path("a", "b"));
                assertThat(decoded.metadata()).containsExactly(1, 2, 3);
                assertThat(values(decoded, root.getSchema(), allocator)).isEqualTo(Values.of(root));
            }
        }
    }

    @Test
    void aMessageByteByByte(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, 100)) {
            byte[] message = FlightDataBytes.batch(root, new byte[] {9});
            int[] cuts = new int[message.length];
            Arrays.setAll(cuts, i -> i);
            FlightMessage decoded = decode(new FlightDataDecoder(allocator), message, cuts);
            assertThat(values(decoded, root.getSchema(), allocator)).isEqualTo(Values.of(root));
        }
    }

    @Test
    void fieldsInAnyOrderWithUnknownOnesBetween(BufferAllocator allocator) throws Exception {
        Random random = new Random(1);
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 4, 50)) {
            List<FlightDataBytes.Fields> fields = new ArrayList<>(List.of(
                    out -> out.writeByteArray(1, FlightDescriptor.command("c").serialize()),
                    out -> out.writeByteArray(2, FlightDataBytes.header(root)),
                    out -> out.writeByteArray(3, new byte[] {5}),
                    out -> out.writeByteArray(1000, FlightDataBytes.body(root)),
                    out -> out.writeUInt64(4, -1),
                    out -> out.writeFixed64(1001, 1),
                    out -> out.writeFixed32((1 << 29) - 1, 1),
                    out -> out.writeByteArray(999, new byte[300])));
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            for (int round = 0; round < 60; round++) {
                Collections.shuffle(fields, random);
                byte[] message = FlightDataBytes.of(out -> {
                    for (FlightDataBytes.Fields field : fields) {
                        field.writeTo(out);
                    }
                });
                FlightMessage decoded = decode(decoder, message, random.nextInt(message.length));
                assertThat(decoded.descriptor()).isEqualTo(FlightDescriptor.command("c"));
                assertThat(decoded.metadata()).containsExactly(5);
                assertThat(values(decoded, root.getSchema(), allocator)).isEqualTo(Values.of(root));
            }
        }
    }

    @Test
    void ofRepeatedFieldsTheLastCounts(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot first = SampleTypes.longs(allocator, 2, 300_000);
                VectorSchemaRoot second = SampleTypes.longs(allocator, 2, 7)) {
            SampleTypes.refill(second, 7, 500);
            byte[] message = FlightDataBytes.of(out -> {
                out.writeByteArray(3, new byte[] {1});
                out.writeByteArray(2, FlightDataBytes.header(first));
                out.writeByteArray(1000, FlightDataBytes.body(first));
                out.writeByteArray(1, FlightDescriptor.path("first").serialize());
                out.writeByteArray(3, new byte[] {2});
                out.writeByteArray(2, FlightDataBytes.header(second));
                out.writeByteArray(1, FlightDescriptor.path("second").serialize());
                out.writeByteArray(1000, FlightDataBytes.body(second));
            });
            FlightMessage decoded = decode(new FlightDataDecoder(allocator), message);
            assertThat(decoded.descriptor()).isEqualTo(FlightDescriptor.path("second"));
            assertThat(decoded.metadata()).containsExactly(2);
            assertThat(values(decoded, second.getSchema(), allocator)).isEqualTo(Values.of(second));
        }
    }

    @Test
    void aKnownFieldWithAnotherWireTypeIsSkipped(BufferAllocator allocator) throws Exception {
        byte[] message = FlightDataBytes.of(out -> {
            out.writeUInt64(2, 5);
            out.writeFixed64(1000, 5);
            out.writeFixed32(1, 5);
            out.writeByteArray(3, new byte[] {1});
        });
        FlightMessage decoded = decode(new FlightDataDecoder(allocator), message);
        assertThat(decoded.header()).isNull();
        assertThat(decoded.descriptor()).isNull();
        assertThat(decoded.metadata()).containsExactly(1);
    }

    @Test
    void nothingAtAllIsAMessage(BufferAllocator allocator) throws Exception {
        FlightMessage decoded = decode(new FlightDataDecoder(allocator), NO_BYTES);
        assertThat(decoded.header()).isNull();
        assertThat(decoded.descriptor()).isNull();
        assertThat(decoded.metadata()).isEmpty();
    }

    @Test
    void aBodyWithoutAHeaderIsHarmless(BufferAllocator allocator) throws Exception {
        FlightMessage decoded = decode(
                new FlightDataDecoder(allocator), FlightDataBytes.of(out -> out.writeByteArray(1000, new byte[5000])));
        assertThat(decoded.header()).isNull();
        decoded.release();
        decoded.release();
    }

    @Test
    void aHeaderWithoutABodyIsFineIfItNeedsNone(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 0)) {
            byte[] schema = ByteString.copyFrom(
                            MessageSerializer.serializeMetadata(root.getSchema(), IpcOption.DEFAULT))
                    .toByteArray();
            FlightMessage decoded =
                    decode(new FlightDataDecoder(allocator), FlightDataBytes.of(out -> out.writeByteArray(2, schema)));
            assertThat(decoded.header().type()).isEqualTo(MessageHeader.Schema);
            FlightMessage empty = decode(
                    new FlightDataDecoder(allocator),
                    FlightDataBytes.of(out -> out.writeByteArray(2, emptyBatch(allocator))));
            assertThat(values(empty, root.getSchema(), allocator)).containsExactly(List.of(), List.of());
        }
    }

    private static byte[] emptyBatch(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 0)) {
            return FlightDataBytes.header(root);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 1_000, 20_000, 300_000, 600_000})
    void bodiesAreOneAllocationAndVeryLargeOnesOneABuffer(int rows, BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 5, rows)) {
            byte[] message = FlightDataBytes.batch(root, NO_BYTES);
            long before = allocator.getAllocatedMemory();
            FlightMessage decoded = decode(new FlightDataDecoder(allocator), message, message.length / 3);
            long used = allocator.getAllocatedMemory() - before;
            int bodyLength = FlightDataBytes.body(root).length;
            if (bodyLength > ArrivingBody.TRUSTED) {
                // Five columns, each with a validity and a value buffer.
                assertThat(used).isEqualTo(5 * (allocated(rows / 8) + allocated(rows * 8)));
            } else {
                assertThat(used).isEqualTo(allocated(bodyLength));
            }
            assertThat(values(decoded, root.getSchema(), allocator)).isEqualTo(Values.of(root));
        }
    }

    /** What is taken for so many bytes: the next power of two; of large ones, the next eighth of the last one. */
    private static long allocated(int bytes) {
        int power = Integer.highestOneBit(2 * bytes - 1);
        int step = bytes < 64 << 10 ? power : power / 16;
        return (bytes + step - 1L) / step * step;
    }

    @Test
    void smallBuffersOfAVeryLargeBodyShareAnAllocation(BufferAllocator allocator) throws Exception {
        int rows = 100_000;
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 22, rows)) {
            byte[] message = FlightDataBytes.batch(root, NO_BYTES);
            long before = allocator.getAllocatedMemory();
            FlightMessage decoded = decode(new FlightDataDecoder(allocator), message, message.length / 3);
            long used = allocator.getAllocatedMemory() - before;
            int shared = 22 * ((rows / 8 + 63) / 64 * 64);
            assertThat(used).isEqualTo(allocated(shared) + 22 * allocated(rows * 8));
            assertThat(values(decoded, root.getSchema(), allocator)).isEqualTo(Values.of(root));
        }
    }

    @Test
    void aBodyBeforeItsHeaderIsOneAllocation(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 4, 100_000)) {
            byte[] message = FlightDataBytes.of(out -> {
                out.writeByteArray(1000, FlightDataBytes.body(root));
                out.writeByteArray(2, FlightDataBytes.header(root));
            });
            FlightMessage decoded = decode(new FlightDataDecoder(allocator), message);
            assertThat(values(decoded, root.getSchema(), allocator)).isEqualTo(Values.of(root));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 200_000})
    void buffersThatOverlapOrComeInAnotherOrder(int rows, BufferAllocator allocator) throws Exception {
        // Two columns whose values are the same bytes, and the validity after them.
        int values = rows * 8;
        int validity = (rows + 63) / 64 * 8;
        byte[] header = header(
                rows, values + validity, new long[][] {{values, validity}, {0, values}, {values, validity}, {0, values}
                });
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, rows)) {
            byte[] body = new byte[values + validity];
            ((BigIntVector) root.getVector(0)).getDataBuffer().getBytes(0, body, 0, values);
            Arrays.fill(body, values, body.length, (byte) 0xff);
            byte[] message = FlightDataBytes.of(out -> {
                out.writeByteArray(2, header);
                out.writeByteArray(1000, body);
            });
            FlightMessage decoded = decode(new FlightDataDecoder(allocator), message, message.length / 2);
            List<List<String>> columns = values(decoded, root.getSchema(), allocator);
            assertThat(columns.get(0)).isEqualTo(Values.of(root.getVector(0)));
            assertThat(columns.get(1)).isEqualTo(columns.get(0));
        }
    }

    @Test
    void aLargeBodyWithoutBuffers(BufferAllocator allocator) throws Exception {
        byte[] message = withBody(header(3, 2 << 20, new long[][] {}), 2 << 20);
        FlightMessage decoded = decode(new FlightDataDecoder(allocator), message);
        try (ArrowRecordBatch batch = decoded.takeBatch(new Schema(List.of()))) {
            assertThat(batch.getLength()).isEqualTo(3);
            assertThat(batch.getBuffers()).isEmpty();
        }
    }

    @Test
    void paddingBetweenAndAfterBuffersIsSkipped(BufferAllocator allocator) throws Exception {
        int rows = 200_000;
        int values = rows * 8;
        int validity = rows / 8;
        // As far apart as Arrow's recommendation of 64 bytes, and more.
        int begin = 4096 + validity + 64;
        byte[] header = header(rows, begin + values + 1000, new long[][] {{4096, validity}, {begin, values}});
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, rows)) {
            byte[] body = new byte[begin + values + 1000];
            Arrays.fill(body, (byte) 0xff);
            ((BigIntVector) root.getVector(0)).getDataBuffer().getBytes(0, body, begin, values);
            byte[] message = FlightDataBytes.of(out -> {
                out.writeByteArray(2, header);
                out.writeByteArray(1000, body);
            });
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            for (int cut : new int[] {100, 4096 + header.length, begin + header.length, message.length - 500}) {
                FlightMessage decoded = decode(decoder, message, cut);
                assertThat(values(decoded, root.getSchema(), allocator)).isEqualTo(Values.of(root));
            }
        }
    }

    /** A header with one column for each two buffers, each {@code {offset, length}}. */
    private static byte[] header(int rows, long bodyLength, long[][] buffers) {
        var builder = new com.google.flatbuffers.FlatBufferBuilder();
        RecordBatch.startNodesVector(builder, buffers.length / 2);
        for (int i = 0; i < buffers.length / 2; i++) {
            org.apache.arrow.flatbuf.FieldNode.createFieldNode(builder, rows, 1);
        }
        int nodes = builder.endVector();
        RecordBatch.startBuffersVector(builder, buffers.length);
        for (int i = buffers.length - 1; i >= 0; i--) {
            Buffer.createBuffer(builder, buffers[i][0], buffers[i][1]);
        }
        int layout = builder.endVector();
        RecordBatch.startRecordBatch(builder);
        RecordBatch.addLength(builder, rows);
        RecordBatch.addNodes(builder, nodes);
        RecordBatch.addBuffers(builder, layout);
        int batch = RecordBatch.endRecordBatch(builder);
        org.apache.arrow.flatbuf.Message.startMessage(builder);
        org.apache.arrow.flatbuf.Message.addHeaderType(builder, MessageHeader.RecordBatch);
        org.apache.arrow.flatbuf.Message.addHeader(builder, batch);
        org.apache.arrow.flatbuf.Message.addVersion(builder, MetadataVersion.V5);
        org.apache.arrow.flatbuf.Message.addBodyLength(builder, bodyLength);
        builder.finish(org.apache.arrow.flatbuf.Message.endMessage(builder));
        return builder.sizedByteArray();
    }

    private static byte[] bytes(int... bytes) {
        byte[] array = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            array[i] = (byte) bytes[i];
        }
        return array;
    }

    private static byte[] withBody(byte[] header, int bodyLength) {
        return FlightDataBytes.of(out -> {
            out.writeByteArray(2, header);
            out.writeByteArray(1000, new byte[bodyLength]);
        });
    }

    static Stream<Arguments> malformed() {
        long big = 17L << 20;
        return Stream.of(
                Arguments.of("tag 0", bytes(0), "impossible tag 0"),
                Arguments.of("field number 0", bytes(2, 0), "impossible tag 2"),
                Arguments.of("a tag of 33 bits", bytes(0x82, 0x80, 0x80, 0x80, 0x10), "impossible tag 4294967298"),
                Arguments.of("a group begins", bytes(0x0B), "field 1 has the wire type 3"),
                Arguments.of("a group ends", bytes(0x14), "field 2 has the wire type 4"),
                Arguments.of("wire type 6", bytes(0x16), "field 2 has the wire type 6"),
                Arguments.of("wire type 7", bytes(0x17), "field 2 has the wire type 7"),
                Arguments.of("a tag without an end", bytes(0x82), "ends within a tag"),
                Arguments.of("a tag without a value", bytes(0x12), "ends within field 2"),
                Arguments.of("a varint without an end", bytes(0x20, 0x80), "ends within field 4"),
                Arguments.of(
                        "a varint of 11 bytes",
                        bytes(0x20, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0),
                        "longer than 10 bytes"),
                Arguments.of("half of a fixed64", bytes(0x21, 1, 2, 3), "ends within field 4"),
                Arguments.of("half of a fixed32", bytes(0x25, 1, 2, 3), "ends within field 4"),
                Arguments.of(
                        "a header beyond the end", bytes(0x12, 5, 1, 2), "field 2 claims 5 bytes where 2 are left"),
                Arguments.of(
                        "a body of 2 GiB", bytes(0xC2, 0x3E, 0xFF, 0xFF, 0xFF, 0xFF, 7, 1), "claims 2147483647 bytes"),
                Arguments.of(
                        "a negative length",
                        bytes(0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1),
                        "claims 18446744073709551615 bytes"),
                Arguments.of(
                        "an unknown field beyond the end", bytes(0x22, 9), "field 4 claims 9 bytes where 0 are left"),
                Arguments.of("a descriptor that is none", bytes(0x0A, 2, 0x12, 9), "FlightDescriptor"),
                Arguments.of("a header that is no flatbuffer", bytes(0x12, 4, 1, 2, 3, 4), "IPC header is broken"),
                Arguments.of("a header of one byte", bytes(0x12, 1, 1), "IPC header is broken"),
                Arguments.of(
                        "a header whose root lies outside",
                        bytes(0x12, 8, 0xF0, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0),
                        "IPC header is broken"),
                Arguments.of(
                        "a body shorter than announced",
                        withBody(header(1, 100, new long[][] {}), 99),
                        "announces a body of 100 bytes, but the message has 99"),
                Arguments.of(
                        "a batch without its body",
                        FlightDataBytes.of(out -> out.writeByteArray(2, header(1, 8, new long[][] {{0, 8}, {0, 0}}))),
                        "announces a body of 8 bytes, but the message has 0"),
                Arguments.of(
                        "a negative body length",
                        withBody(header(1, -1, new long[][] {}), 8),
                        "announces a body of -1 bytes"),
                Arguments.of(
                        "a buffer that begins outside",
                        withBody(header(1, 64, new long[][] {{0, 8}, {65, 8}}), 64),
                        "buffer 1 of the Arrow IPC header, 8 bytes at 65, lies outside of the body of 64 bytes"),
                Arguments.of(
                        "a buffer that ends outside",
                        withBody(header(1, 64, new long[][] {{0, 8}, {60, 8}}), 64),
                        "buffer 1 of the Arrow IPC header, 8 bytes at 60"),
                Arguments.of(
                        "a buffer that ends outside by overflow",
                        withBody(header(1, 64, new long[][] {{0, 8}, {8, Long.MAX_VALUE}}), 64),
                        "lies outside"),
                Arguments.of(
                        "a negative offset",
                        withBody(header(1, 64, new long[][] {{-8, 8}, {8, 8}}), 64),
                        "8 bytes at -8, lies outside"),
                Arguments.of(
                        "a negative buffer length",
                        withBody(header(1, 64, new long[][] {{0, -8}, {8, 8}}), 64),
                        "-8 bytes at 0, lies outside"),
                Arguments.of(
                        "a buffer outside of a body that came first",
                        FlightDataBytes.of(out -> {
                            out.writeByteArray(1000, new byte[64]);
                            out.writeByteArray(2, header(1, 64, new long[][] {{0, 8}, {60, 8}}));
                        }),
                        "lies outside"),
                Arguments.of(
                        "a header that changes after a large body",
                        FlightDataBytes.of(out -> {
                            out.writeByteArray(2, header(1, big, new long[][] {{0, big / 2}, {big / 2, big / 2}}));
                            out.writeByteArray(1000, new byte[(int) big]);
                            out.writeByteArray(2, header(1, big, new long[][] {{0, big}, {0, 0}}));
                        }),
                        "changes after the body"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformed")
    void whatIsNoFlightDataFailsTheCall(String name, byte[] message, String complaint, BufferAllocator allocator) {
        for (int cut : new int[] {0, 1, message.length / 2, message.length}) {
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            GrpcException failure = catchThrowableOfType(
                    GrpcException.class, () -> decode(decoder, message, Math.min(cut, message.length)));
            assertThat(failure).as(name).isNotNull();
            assertThat(failure.status().code()).isEqualTo(GrpcCode.INTERNAL);
            assertThat(failure.status().message()).contains(complaint);
            // At once, not only when somebody abandons the decoder.
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }

    @Test
    void moreBytesThanAnnounced(BufferAllocator allocator) {
        FlightDataDecoder decoder = new FlightDataDecoder(allocator);
        decoder.begin(1);
        assertThatThrownBy(() -> feed(decoder, new byte[] {0x12, 0}, 0, 2))
                .isInstanceOf(GrpcException.class)
                .hasMessageContaining("announced end");
    }

    @Test
    void randomDamageNeverLeaksAndNeverThrowsAnythingElse(BufferAllocator allocator) throws Exception {
        Random random = new Random(42);
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, 20)) {
            byte[] good = FlightDataBytes.batch(root, new byte[] {1, 2, 3, 4});
            long before = allocator.getAllocatedMemory();
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            int refused = 0;
            for (int round = 0; round < 3_000; round++) {
                byte[] bad = good.clone();
                for (int i = 0; i <= random.nextInt(3); i++) {
                    // Where the header is, mostly: the body's bytes mean nothing to the decoder.
                    bad[random.nextInt(Math.min(bad.length, 400))] = (byte) random.nextInt(256);
                }
                try {
                    FlightMessage message = decode(decoder, bad, random.nextInt(bad.length));
                    try (ArrowRecordBatch batch = message.takeBatch(root.getSchema())) {
                        assertThat(batch.getLength()).isNotNegative();
                    } catch (IllegalStateException | IpcHeader.Malformed e) {
                        refused++;
                    } finally {
                        message.release();
                    }
                } catch (GrpcException e) {
                    assertThat(e.status().code()).isEqualTo(GrpcCode.INTERNAL);
                    refused++;
                }
                assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
            }
            assertThat(refused).isBetween(300, 3_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {50_000, 300_000})
    void anAllocatorWithoutRoomFailsOnlyThisCall(int rows, BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, rows);
                RootAllocator small = new RootAllocator(3 << 19)) {
            byte[] message = FlightDataBytes.batch(root, NO_BYTES);
            FlightDataDecoder decoder = new FlightDataDecoder(small);
            if (rows * 16 < 1 << 20) {
                decode(decoder, message, 1000).release();
                return;
            }
            GrpcException failure =
                    catchThrowableOfType(GrpcException.class, () -> decode(decoder, message, message.length / 2));
            assertThat(failure.status().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
            assertThat(failure.status().message()).contains("raise the allocator's limit");
            assertThat(small.getAllocatedMemory()).isZero();
        }
    }

    @Test
    void aMessageThatIsAbandonedInItsBodyFreesIt(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 300_000)) {
            long before = allocator.getAllocatedMemory();
            byte[] message = FlightDataBytes.batch(root, NO_BYTES);
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            decoder.begin(message.length);
            feed(decoder, message, 0, message.length / 2);
            assertThat(allocator.getAllocatedMemory()).isGreaterThan(before);
            decoder.abandon();
            assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
            decoder.abandon();
            // And the decoder is as good as new.
            FlightMessage decoded = decode(decoder, message);
            assertThat(values(decoded, root.getSchema(), allocator)).isEqualTo(Values.of(root));
        }
    }

    @Test
    void aLargeBodyIsNotAllocatedOnTheWordOfItsLength(BufferAllocator allocator) throws Exception {
        int claimed = 512 << 20;
        long part = claimed / 4;
        byte[] header =
                header(1, claimed, new long[][] {{0, 64 << 10}, {64 << 10, part}, {2 * part, part}, {3 * part, part}});
        byte[] begin = FlightDataBytes.of(out -> {
            out.writeByteArray(2, header);
            out.writeTag(1000, 2);
            out.writeUInt32NoTag(claimed);
            out.writeRawBytes(new byte[100]);
        });
        FlightDataDecoder decoder = new FlightDataDecoder(allocator);
        decoder.begin(begin.length - 100 + claimed);
        feed(decoder, begin, 0, begin.length);
        assertThat(allocator.getAllocatedMemory()).isEqualTo(64 << 10);
        decoder.abandon();
    }
}
