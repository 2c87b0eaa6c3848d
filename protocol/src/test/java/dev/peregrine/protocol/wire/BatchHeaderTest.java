package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowBodyCompression;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Says the same as the header that Arrow's own serializer writes for the same batch. */
@ExtendWith(LeakCheck.class)
final class BatchHeaderTest {
    private static final ArrowBodyCompression ZSTD = new ArrowBodyCompression((byte) 1, (byte) 0);

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, false",
        "1, 1, 0, false",
        "4, 8, 0, true",
        "17, 3, 1, false",
        "3, 17, 5, true",
        "2000, 4001, 9, true"
    })
    void theHeaderOfABatch(int nodes, int buffers, int variadic, boolean compressed, BufferAllocator allocator) {
        try (ArrowRecordBatch batch = batch(nodes, buffers, variadic, compressed, allocator)) {
            Message own = written(new OutgoingBatch().fill(batch));
            Message arrows = Message.getRootAsMessage(MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT));
            assertSame(own, arrows);
            assertThat(own.headerType()).isEqualTo(MessageHeader.RecordBatch);
            assertSame((RecordBatch) own.header(new RecordBatch()), (RecordBatch) arrows.header(new RecordBatch()));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 0, false, false", "1, 3, 0, true, true", "5, 12, 2, false, true"})
    void theHeaderOfADictionary(
            int nodes, int buffers, int variadic, boolean compressed, boolean isDelta, BufferAllocator allocator) {
        try (ArrowRecordBatch values = batch(nodes, buffers, variadic, compressed, allocator)) {
            var dictionary = new ArrowDictionaryBatch(-7_000_000_000L, values, isDelta);
            Message own = written(new OutgoingBatch().fill(dictionary));
            Message arrows =
                    Message.getRootAsMessage(MessageSerializer.serializeMetadata(dictionary, IpcOption.DEFAULT));
            assertSame(own, arrows);
            assertThat(own.headerType()).isEqualTo(MessageHeader.DictionaryBatch);
            var read = (DictionaryBatch) own.header(new DictionaryBatch());
            assertThat(read.id()).isEqualTo(-7_000_000_000L);
            assertThat(read.isDelta()).isEqualTo(isDelta);
            assertSame(read.data(), ((DictionaryBatch) arrows.header(new DictionaryBatch())).data());
        }
    }

    private static ArrowRecordBatch batch(
            int nodes, int buffers, int variadic, boolean compressed, BufferAllocator allocator) {
        Random random = new Random(nodes * 31L + buffers);
        List<ArrowFieldNode> fieldNodes = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            fieldNodes.add(new ArrowFieldNode(random.nextInt(1 << 30), random.nextInt(100)));
        }
        List<ArrowBuf> bodies = new ArrayList<>();
        for (int i = 0; i < buffers; i++) {
            int length = random.nextInt(40);
            ArrowBuf buffer = length == 0 ? allocator.getEmpty() : allocator.buffer(length);
            bodies.add(buffer.writerIndex(length));
        }
        List<Long> counts = random.longs(variadic, 0, 10).boxed().toList();
        return new ArrowRecordBatch(
                1_000_003,
                fieldNodes,
                bodies,
                compressed ? ZSTD : NoCompressionCodec.DEFAULT_BODY_COMPRESSION,
                counts,
                true,
                false);
    }

    private static Message written(OutgoingBatch batch) {
        ByteBuf out = Unpooled.buffer();
        BatchHeader.write(batch, out);
        assertThat(out.readableBytes()).isEqualTo(BatchHeader.length(batch)).isEqualTo(out.readableBytes() / 8 * 8);
        return Message.getRootAsMessage(
                ByteBuffer.wrap(out.array(), 0, out.readableBytes()).slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    private static void assertSame(Message own, Message arrows) {
        assertThat(own.version()).isEqualTo(arrows.version());
        assertThat(own.bodyLength()).isEqualTo(arrows.bodyLength());
        assertThat(own.customMetadataLength()).isZero();
    }

    private static void assertSame(RecordBatch own, RecordBatch arrows) {
        assertThat(own.length()).isEqualTo(arrows.length());
        assertThat(own.nodesLength()).isEqualTo(arrows.nodesLength());
        for (int i = 0; i < arrows.nodesLength(); i++) {
            assertThat(own.nodes(i).length()).isEqualTo(arrows.nodes(i).length());
            assertThat(own.nodes(i).nullCount()).isEqualTo(arrows.nodes(i).nullCount());
        }
        assertThat(own.buffersLength()).isEqualTo(arrows.buffersLength());
        for (int i = 0; i < arrows.buffersLength(); i++) {
            assertThat(own.buffers(i).offset()).isEqualTo(arrows.buffers(i).offset());
            assertThat(own.buffers(i).length()).isEqualTo(arrows.buffers(i).length());
        }
        assertThat(own.variadicBufferCountsLength()).isEqualTo(arrows.variadicBufferCountsLength());
        for (int i = 0; i < arrows.variadicBufferCountsLength(); i++) {
            assertThat(own.variadicBufferCounts(i)).isEqualTo(arrows.variadicBufferCounts(i));
        }
        assertThat(own.compression() == null).isEqualTo(arrows.compression() == null);
        if (arrows.compression() != null) {
            assertThat(own.compression().codec()).isEqualTo(arrows.compression().codec());
            assertThat(own.compression().method())
                    .isEqualTo(arrows.compression().method());
        }
    }
}
