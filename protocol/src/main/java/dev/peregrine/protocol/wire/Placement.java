package dev.peregrine.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Event loop only. An ArrowBuf for the transport to read the socket into, so that what arrives need not be copied; part after
 * part, for a large one is read in dozens. Keeps a reference of its own to the ArrowBuf. Netty's own class, which does
 * not free what it was given.
 */
final class Placement extends UnpooledUnsafeDirectByteBuf {
    private final ArrowBuf buffer;

    private final int length;

    /** Bytes behind the part that is being read; 0 while Netty's constructor runs. */
    private int behind;

    /** Of the whole buffer: its first {@code length} bytes. */
    Placement(ArrowBuf buffer, int length) {
        super(UnpooledByteBufAllocator.DEFAULT, buffer.nioBuffer(0, length), length);
        this.buffer = buffer;
        this.length = length;
        buffer.getReferenceManager().retain();
    }

    /** Whether somebody still holds what {@link #part} gave. */
    boolean isInUse() {
        return refCnt() > 1;
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

    @Override
    protected void deallocate() {
        super.deallocate();
        buffer.getReferenceManager().release();
    }
}
