package dev.peregrine.bench.fence;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.nio.ByteBuffer;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Any thread. What went through the channels of one side. */
final class Traffic {
    /** Written to the socket out of the vectors' own memory, bytes. */
    final LongAdder lent = new LongAdder();
    /** Written to the socket out of any other memory, bytes. */
    final LongAdder written = new LongAdder();

    final LongAdder flushes = new LongAdder();
    /** Buffers that the socket filled, each by one system call. */
    final LongAdder reads = new LongAdder();
    /** Copied out of buffers that the socket filled, bytes. */
    final LongAdder copied = new LongAdder();
    /** Read from the socket into memory that is not of the channel's allocator, bytes. */
    final LongAdder placed = new LongAdder();

    /** Vectors' memory, which is sent: its end by its begin. */
    private final TreeMap<Long, Long> sent = new TreeMap<>();
    /** Where bytes were read or copied to: the end of each place by its begin; they do not overlap. */
    private final TreeMap<Long, Long> places = new TreeMap<>();

    /** {@code root} is going to be sent. */
    void sends(VectorSchemaRoot root) {
        synchronized (sent) {
            for (FieldVector vector : root.getFieldVectors()) {
                for (ArrowBuf buffer : vector.getFieldBuffers()) {
                    sent.put(buffer.memoryAddress(), buffer.memoryAddress() + buffer.capacity());
                }
            }
        }
    }

    /**
     * How many bytes of the vectors' buffers lie where the socket was read to, or where they were copied to out of what it
     * filled; throws if any came there in another way.
     */
    long inPlace(VectorSchemaRoot root) {
        long bytes = 0;
        synchronized (places) {
            for (FieldVector vector : root.getFieldVectors()) {
                for (ArrowBuf buffer : vector.getFieldBuffers()) {
                    bytes += inPlace(vector, buffer);
                }
            }
        }
        return bytes;
    }

    private long inPlace(FieldVector vector, ArrowBuf buffer) {
        long at = buffer.memoryAddress();
        long end = at + buffer.readableBytes();
        while (at < end) {
            var place = places.floorEntry(at);
            if (place == null || place.getValue() <= at) {
                throw new IllegalStateException("byte " + (at - buffer.memoryAddress()) + " of "
                        + buffer.readableBytes() + " of " + vector.getName()
                        + " neither came there from the socket nor out of what it filled");
            }
            at = place.getValue();
        }
        return buffer.readableBytes();
    }

    /** {@code n} bytes go from a buffer that the socket filled to {@code address}. */
    void copied(int n, long address) {
        copied.add(n);
        places(n, address);
    }

    private void places(int n, long address) {
        long end = address + n;
        synchronized (places) {
            // What lay there before is gone, but not what lay around it.
            for (var before = places.lowerEntry(end);
                    before != null && before.getValue() > address;
                    before = places.lowerEntry(end)) {
                places.remove(before.getKey());
                if (before.getValue() > end) {
                    places.put(end, before.getValue());
                }
                if (before.getKey() < address) {
                    places.put(before.getKey(), address);
                }
            }
            places.put(address, end);
        }
    }

    ChannelHandler handler() {
        return new Handler();
    }

    private final class Handler extends ChannelDuplexHandler {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            for (ByteBuffer buffer : ((ByteBuf) message).nioBuffers()) {
                (isSent(buffer) ? lent : written).add(buffer.remaining());
            }
            ctx.write(message, promise);
        }

        private boolean isSent(ByteBuffer buffer) {
            if (!buffer.isDirect()) {
                return false;
            }
            long address = MemoryUtil.getByteBufferAddress(buffer) + buffer.position();
            synchronized (sent) {
                var range = sent.floorEntry(address);
                return range != null && address + buffer.remaining() <= range.getValue();
            }
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            flushes.increment();
            ctx.flush();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            reads.increment();
            ByteBuf filled = (ByteBuf) message;
            if (filled.hasMemoryAddress()) {
                placed.add(filled.readableBytes());
                places(filled.readableBytes(), filled.memoryAddress() + filled.readerIndex());
            }
            ctx.fireChannelRead(message);
        }
    }

    /** As one line. */
    String line() {
        return "lent " + lent + " written " + written + " flushes " + flushes + " reads " + reads + " copied " + copied
                + " placed " + placed;
    }

    void reset() {
        for (LongAdder count : new LongAdder[] {lent, written, flushes, reads, copied, placed}) {
            count.reset();
        }
    }
}
