package dev.peregrine.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. An ArrowBuf for the transport to read the socket into, so that what arrives need not be copied; part after
 * part, for a large one is read in dozens. While it is lent it keeps a reference of its own to the ArrowBuf. Netty's own
 * class, which does not free what it was given.
 */
final class Placement extends UnpooledUnsafeDirectByteBuf {
    private final int length;

    /** The ArrowBuf whose memory this is; null between two of them that lie at the same address. */
    private @Nullable ArrowBuf buffer;

    /** Bytes behind the part that is being read; 0 while Netty's constructor runs. */
    private int behind;

    /** The first {@code length} bytes of {@code buffer}, which is lent to it by {@link #lend}. */
    Placement(ArrowBuf buffer, int length) {
        super(UnpooledByteBufAllocator.DEFAULT, buffer.nioBuffer(0, length), length);
        this.length = length;
    }

    /** Whether this is the memory of the first {@code n} bytes of {@code other}. */
    boolean isMemoryOf(ArrowBuf other, int n) {
        return n == length && memoryAddress() == other.memoryAddress();
    }

    /** The ArrowBuf that this is going to be: the one it was made of, or one with the same memory. */
    void lend(ArrowBuf owner) {
        buffer = owner;
        owner.getReferenceManager().retain();
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

    /** The loan of the ArrowBuf is over. */
    void giveBack() {
        ArrowBuf owner = buffer;
        buffer = null;
        if (owner != null) {
            owner.getReferenceManager().release();
        }
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        giveBack();
    }
}
