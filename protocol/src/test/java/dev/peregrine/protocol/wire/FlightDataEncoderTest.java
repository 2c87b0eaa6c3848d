package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.peregrine.proto.FlightData;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.MessagePrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes out is what protobuf's own parser and Arrow's own serializer say it is; and large buffers go uncopied. */
@ExtendWith(LeakCheck.class)
final class FlightDataEncoderTest {
    private static final byte[] NO_BYTES = {};

    private final AtomicInteger returned = new AtomicInteger();
    private final Loan loan = new Loan(returned::incrementAndGet);

    private static FlightData parse(ByteBuf[] slices) throws Exception {
        ByteBuf all = Unpooled.wrappedBuffer(slices);
        try {
            assertThat(all.readByte()).isZero();
            assertThat(all.readInt()).isEqualTo(all.readableBytes());
            return FlightData.parseFrom(ByteBufUtil.getBytes(all));
        } finally {
            all.release();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "3, 200", "2, 3000", "5, 100000", "40, 129"})
    void protobufReadsABatch(int columns, int rows, BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, columns, rows);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            byte[] header = header(batch);
            byte[] descriptor = FlightDescriptor.path("p").serialize();
            var encoder = FlightDataEncoder.of(descriptor, new OutgoingBatch().fill(batch), new byte[] {1, 2});
            FlightData data = parse(encoder.encode(loan));
            assertThat(data.getFlightDescriptor().getPathList()).containsExactly("p");
            assertThat(data.getDataHeader().toByteArray()).isEqualTo(header);
            assertThat(data.getAppMetadata().toByteArray()).containsExactly(1, 2);
            assertThat(data.getDataBody().toByteArray()).isEqualTo(FlightDataBytes.body(root));
            assertThat(data.getUnknownFields().asMap()).isEmpty();
            assertThat(encoder.payloadSize())
                    .isEqualTo(descriptor.length + header.length + 2L + FlightDataBytes.body(root).length);
        }
    }

    @Test
    void theBytesAreProtobufsOwn(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 1000);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            byte[] protobufs = FlightData.newBuilder()
                    .setDataHeader(ByteString.copyFrom(header(batch)))
                    .setAppMetadata(ByteString.copyFrom(new byte[] {7}))
                    .setDataBody(ByteString.copyFrom(FlightDataBytes.body(root)))
                    .build()
                    .toByteArray();
            var encoder = FlightDataEncoder.of(NO_BYTES, new OutgoingBatch().fill(batch), new byte[] {7});
            ByteBuf lent = Unpooled.wrappedBuffer(encoder.encode(loan));
            ByteBuf copied = encoder.encode();
            for (ByteBuf message : List.of(lent, copied)) {
                byte[] bytes = ByteBufUtil.getBytes(message.skipBytes(MessagePrefix.LENGTH));
                message.release();
                assertThat(bytes).isEqualTo(protobufs);
            }
        }
    }

    @Test
    void anEmptyBodyIsStillWrittenWithABatch(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = new VectorSchemaRoot(List.of());
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            ByteBuf[] slices = encode(batch);
            byte[] bytes = ByteBufUtil.getBytes(slices[0]);
            slices[0].release();
            assertThat(slices).hasSize(1);
            assertThat(bytes).endsWith(0xC2, 0x3E, 0x00);
        }
    }

    @Test
    void metadataAloneHasNoOtherField() throws Exception {
        ByteBuf message = FlightDataEncoder.of(NO_BYTES, ByteBuffer.allocate(0), new byte[] {1, 2, 3})
                .encode();
        assertThat(ByteBufUtil.getBytes(message)).containsExactly(0, 0, 0, 0, 5, 0x1A, 3, 1, 2, 3);
        message.release();
    }

    @Test
    void largeBuffersGoOutWhereTheyLie(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 10_000);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            ByteBuf[] slices = encode(batch);
            List<Long> addresses = new ArrayList<>();
            for (ByteBuf slice : slices) {
                assertThat(slice.isDirect()).isTrue();
                assertThat(slice.nioBufferCount()).isOne();
                addresses.add(slice.hasMemoryAddress() ? slice.memoryAddress() + slice.readerIndex() : 0);
            }
            // Validity, values, validity, values: only the values are worth it.
            for (int i = 1; i < 4; i += 2) {
                assertThat(addresses).contains(batch.getBuffers().get(i).memoryAddress());
            }
            assertThat(slices).hasSize(4);
            release(slices);
        }
    }

    @Test
    void smallBuffersAreCopiedAndLargeOnesLent(BufferAllocator allocator) throws Exception {
        // 3,000 values: their validity is 375 bytes, their values 24,000.
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 10, 3_000);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            ByteBuf[] slices = encode(batch);
            assertThat(slices).hasSize(20);
            assertThat(parse(slices).getDataBody().toByteArray()).isEqualTo(FlightDataBytes.body(root));
        }
    }

    @Test
    void theLoanEndsWithTheLastReferenceToTheLastSlice(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 10_000)) {
            ByteBuf[] slices;
            try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
                slices = encode(batch);
            }
            loan.complete();
            ByteBuf last = slices[1].readRetainedSlice(10);
            ByteBuf duplicate = slices[1].retainedDuplicate();
            release(slices);
            assertThat(returned).hasValue(0);
            last.release();
            assertThat(returned).hasValue(0);
            duplicate.release();
            assertThat(returned).hasValue(1);
        }
    }

    @Test
    void lentMemoryOutlivesItsRoot(BufferAllocator allocator) throws Exception {
        ByteBuf[] slices;
        byte[] body;
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 10_000);
                ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            body = FlightDataBytes.body(root);
            slices = encode(batch);
        }
        assertThat(allocator.getAllocatedMemory()).isPositive();
        assertThat(parse(slices).getDataBody().toByteArray()).isEqualTo(body);
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    @Test
    void moreThanAMessageCanHoldIsRefused(BufferAllocator allocator) {
        try (ArrowBuf buffer = allocator.buffer(1 << 20)) {
            buffer.writerIndex(1 << 20);
            // The same MiB 2,048 times: only its length is looked at.
            List<ArrowBuf> buffers = Collections.nCopies(2048, buffer);
            try (ArrowRecordBatch batch = new ArrowRecordBatch(1, List.of(new ArrowFieldNode(1, 0)), buffers)) {
                var encoder = FlightDataEncoder.of(NO_BYTES, new OutgoingBatch().fill(batch), NO_BYTES);
                assertThatThrownBy(encoder::encode).isInstanceOf(FlightInvalidArgumentException.class);
                assertThatThrownBy(() -> encoder.encode(loan))
                        .isInstanceOf(FlightInvalidArgumentException.class)
                        .hasMessageContaining("larger than one message may be");
            }
        }
    }

    private ByteBuf[] encode(ArrowRecordBatch batch) {
        return FlightDataEncoder.of(NO_BYTES, new OutgoingBatch().fill(batch), NO_BYTES)
                .encode(loan);
    }

    private static byte[] header(ArrowRecordBatch batch) {
        ByteBuf header = Unpooled.buffer();
        BatchHeader.write(new OutgoingBatch().fill(batch), header);
        return ByteBufUtil.getBytes(header);
    }

    private static void release(ByteBuf[] slices) {
        for (ByteBuf slice : slices) {
            slice.release();
        }
    }
}
