package dev.peregrine.protocol.wire.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Event loop only. An ArrowBuf's memory for the transport to read the socket into, so that what arrives need not be copied;
 * part after part, for a large one is read in dozens.
 *
 * <p>Keeps no reference to the ArrowBuf: a part is read and handed on in one go, on the event loop that frees the body if it
 * comes to that; and whoever has the body then must be able to free it at once.
 */
final class Placement extends UnpooledUnsafeDirectByteBuf {
    private final int length;

    /** Bytes behind the part that is being read; 0 while Netty's constructor runs. */
    private int behind;

    /** The first {@code length} bytes of {@code buffer}. */
    Placement(ArrowBuf buffer, int length) {
        super(UnpooledByteBufAllocator.DEFAULT, buffer.nioBuffer(0, length), length);
        this.length = length;
    }

    /** Whether this is the memory of the first {@code n} bytes of {@code buffer}, and nobody holds a part of it. */
    boolean isFreeAndOf(ArrowBuf buffer, int n) {
        return n == length && memoryAddress() == buffer.memoryAddress() && refCnt() == 1;
    }

    /** The part of {@code n} bytes from {@code begin} on, empty; to be released. */
    ByteBuf part(int begin, int n) {
        behind = length - begin - n;
        setIndex(begin, begin);
        return retain();
    }

    /** Whoever reads the socket stops here. */
    @Override
    public int capacity() {
        return super.capacity() - behind;
    }
}
