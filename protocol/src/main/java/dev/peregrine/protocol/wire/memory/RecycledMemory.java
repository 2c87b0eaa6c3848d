package dev.peregrine.protocol.wire.memory;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.ForeignAllocation;
import org.apache.arrow.memory.OutOfMemoryException;

/**
 * Any thread. Memory for the bodies of large messages, used again and again; counted by the application's allocator like its
 * own, as long as somebody holds it.
 *
 * <p>Arrow's pool frees a chunk of 4 MiB whenever nothing of it is in use, which with large bodies is for every one, and
 * fills it with zeros when it comes again. Here what came back last goes out first, as it is, while the processor's
 * cache still has it.
 */
final class RecycledMemory {
    /** Smaller buffers are Arrow's own, bytes. */
    static final int SMALLEST = 64 << 10;

    /** Larger ones, too, bytes. */
    static final int LARGEST = 16 << 20;

    /** What is kept although nobody holds it, in all of the process, bytes. */
    static final int MOST_IDLE = 32 << 20;

    static final RecycledMemory SHARED = new RecycledMemory(MOST_IDLE);

    /** Lengths from a power of two to the next: an eighth is wasted at most. */
    private static final int STEPS = 8;

    private static final int SMALLEST_SHIFT = shift(SMALLEST);

    private static final ByteBufAllocator MEMORY = new UnpooledByteBufAllocator(true, true);

    private final int mostIdle;

    /** By length. What came back last is last. */
    private final List<ArrayDeque<Piece>> idle = new ArrayList<>();

    private int idleBytes;

    RecycledMemory(int mostIdle) {
        this.mostIdle = mostIdle;
        for (int i = 0; i < (shift(LARGEST) - SMALLEST_SHIFT + 1) * STEPS; i++) {
            idle.add(new ArrayDeque<>());
        }
    }

    /**
     * A buffer of {@code size} bytes or a little more, empty, of any content.
     *
     * @param allocator counts it, and limits it
     * @throws OutOfMemoryException the allocator's limit is reached
     */
    ArrowBuf buffer(BufferAllocator allocator, int size) {
        if (size < SMALLEST || size > LARGEST) {
            return allocator.buffer(size);
        }
        Piece piece = take(size);
        try {
            return allocator.wrapForeignAllocation(piece).writerIndex(0);
        } catch (RuntimeException | Error e) {
            // Arrow has released it or not, depending on what went wrong.
            piece.release0();
            throw e;
        }
    }

    /** Bytes that nobody holds. */
    synchronized int idleBytes() {
        return idleBytes;
    }

    /** The lengths that {@code size} lies between are multiples of two to the power of this. */
    private static int shift(int size) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(size - 1) - Integer.numberOfTrailingZeros(2 * STEPS);
    }

    private Piece take(int size) {
        int shift = shift(size);
        int units = (size - 1 >> shift) + 1;
        ArrayDeque<Piece> home = idle.get((shift - SMALLEST_SHIFT) * STEPS + units - STEPS - 1);
        synchronized (this) {
            Piece piece = home.pollLast();
            if (piece != null) {
                idleBytes -= piece.length();
                piece.isOut = true;
                return piece;
            }
        }
        return new Piece(home, MEMORY.directBuffer(units << shift));
    }

    private void takeBack(Piece piece) {
        synchronized (this) {
            if (!piece.isOut) {
                return;
            }
            piece.isOut = false;
            if (idleBytes + piece.length() <= mostIdle) {
                idleBytes += piece.length();
                piece.home.add(piece);
                return;
            }
        }
        piece.memory.release();
    }

    private final class Piece extends ForeignAllocation {
        private final ArrayDeque<Piece> home;
        private final ByteBuf memory;

        /** Under the lock. */
        private boolean isOut = true;

        Piece(ArrayDeque<Piece> home, ByteBuf memory) {
            super(memory.capacity(), memory.memoryAddress());
            this.home = home;
            this.memory = memory;
        }

        int length() {
            return memory.capacity();
        }

        @Override
        protected void release0() {
            takeBack(this);
        }
    }
}
