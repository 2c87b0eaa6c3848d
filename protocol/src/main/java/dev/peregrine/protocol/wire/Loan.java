package dev.peregrine.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;

/**
 * Any thread. Arrow memory of one message that the transport may read: who lent it is told when all of it is back.
 *
 * <p>Each lent buffer keeps a reference to its ArrowBuf of its own, so the memory stays even if the lender closes its
 * batch; what the loan is about is that nobody writes to it.
 */
final class Loan {
    private static final ByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;

    private final Runnable returned;

    /** Buffers that are out, and one for the lender itself until {@link #complete}. */
    private final AtomicInteger out = new AtomicInteger(1);

    /** @param returned runs once, on whichever thread gives the last buffer back */
    Loan(Runnable returned) {
        this.returned = returned;
    }

    /** The readable bytes of {@code buffer}, without a copy; releasing the last reference gives them back. */
    ByteBuf lend(ArrowBuf buffer) {
        ByteBuf lent = new Lent(this, buffer, (int) buffer.readableBytes());
        out.incrementAndGet();
        buffer.getReferenceManager().retain();
        return lent;
    }

    /** Nothing more is going to be lent. */
    void complete() {
        giveBack();
    }

    private void giveBack() {
        if (out.decrementAndGet() == 0) {
            returned.run();
        }
    }

    /** Any thread. An ArrowBuf's bytes as Netty wants them; Netty's own class, which does not free what it was given. */
    private static final class Lent extends UnpooledUnsafeDirectByteBuf {
        private final Loan loan;
        private final ArrowBuf buffer;

        Lent(Loan loan, ArrowBuf buffer, int n) {
            super(ALLOCATOR, buffer.nioBuffer(buffer.readerIndex(), n), n);
            this.loan = loan;
            this.buffer = buffer;
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            buffer.getReferenceManager().release();
            loan.giveBack();
        }
    }
}
