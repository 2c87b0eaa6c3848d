package dev.peregrine.bench.fence;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Any thread. Buffers that have no address to be had, so that all but single bytes leave them by methods that are counted: a
 * copy into memory of Java's buffers with the place that it went to, any other with none.
 */
final class CountingAllocator extends AbstractByteBufAllocator {
    private static final long NOWHERE = 0;

    private final Traffic traffic;

    CountingAllocator(Traffic traffic) {
        super(true);
        this.traffic = traffic;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return new Counting(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return true; // Else channels copy what they write.
    }

    private final class Counting extends UnpooledDirectByteBuf {
        Counting(int initialCapacity, int maxCapacity) {
            super(CountingAllocator.this, initialCapacity, maxCapacity);
        }

        @Override
        public ByteBuf getBytes(int index, ByteBuffer to) {
            traffic.copied(
                    to.remaining(), to.isDirect() ? MemoryUtil.getByteBufferAddress(to) + to.position() : NOWHERE);
            return super.getBytes(index, to);
        }

        @Override
        public ByteBuf getBytes(int index, ByteBuf to, int toIndex, int length) {
            traffic.copied(length, NOWHERE);
            return super.getBytes(index, to, toIndex, length);
        }

        @Override
        public ByteBuf getBytes(int index, byte[] to, int toIndex, int length) {
            traffic.copied(length, NOWHERE);
            return super.getBytes(index, to, toIndex, length);
        }

        @Override
        public ByteBuf getBytes(int index, OutputStream to, int length) throws IOException {
            traffic.copied(length, NOWHERE);
            return super.getBytes(index, to, length);
        }

        @Override
        public ByteBuf copy(int index, int length) {
            traffic.copied(length, NOWHERE);
            return super.copy(index, length);
        }
    }
}
