package dev.peregrine.protocol.wire.memory;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. A body as it arrives, written once to where it stays, or read from the socket to there: into a buffer each if the plan says so, but for
 * small ones, which share one; else into one for all. Buffers are allocated when their first byte arrives. Owns them until
 * {@link #take}.
 *
 * <p>A length is a claim of the peer's. Of a buffer longer than {@link #TRUSTED} only so much is allocated at first; when
 * that is full, its bytes move to a larger one, twice at most. So who claims 2 GiB has to send for them.
 */
public final class ArrivingBody {
    /** What is allocated on the word of the peer alone, bytes: a chunk of the pool, and the default stream window. */
    public static final int TRUSTED = 16 << 20;

    /** How many times what has arrived is allocated next. Large, for each step copies what is there and holds both. */
    private static final int GROWTH = 16;

    private final BufferAllocator allocator;
    private final Placements placements;
    private final int length;

    /** The plan, if it asks for separate buffers; null for one buffer. */
    private final @Nullable BodyPlan plan;

    private List<ArrowBuf> buffers;

    /** What the small ones of separate buffers are slices of. */
    private @Nullable ArrowBuf small;

    private int smallUsed;

    /** How many bytes of the body have arrived. */
    private int position;

    /** The buffer being filled, where its first byte lies in the body, and its bytes once it is full. */
    private @Nullable ArrowBuf filling;

    private int fillingBegins;
    private int fillingSize;

    /** Up to where in the body the buffer being filled, or the gap before it, reaches as yet. */
    private int fillingEnds;

    public ArrivingBody(BufferAllocator allocator, Placements placements, int length, @Nullable BodyPlan plan) {
        this.allocator = allocator;
        this.placements = placements;
        this.length = length;
        this.plan = plan != null && plan.separate() ? plan : null;
        this.buffers = new ArrayList<>(this.plan == null ? 1 : this.plan.offsets.length);
    }

    /** Bytes, of which some may still have to arrive. */
    public int length() {
        return length;
    }

    /** How many bytes are still to come. */
    public int missing() {
        return length - position;
    }

    /**
     * Takes {@code n} bytes off {@code piece}; at most as many as are missing.
     *
     * @throws OutOfMemoryException the allocator has no room for the next buffer
     */
    public void add(ByteBuf piece, int n) {
        int left = n;
        while (left > 0) {
            advance();
            int part = Math.min(left, fillingEnds - position);
            if (filling == null) {
                piece.skipBytes(part);
            } else {
                copy(piece, part, filling, position - fillingBegins);
            }
            position += part;
            left -= part;
        }
    }

    /** Makes room for the byte that is next. */
    private void advance() {
        if (position < fillingEnds) {
            return;
        }
        if (filling != null && fillingEnds - fillingBegins < fillingSize) {
            grow(filling);
        } else {
            next();
        }
    }

    /**
     * Where the next bytes stay, {@code most} at most; {@link #add} then finds them there. Null if they are padding, or
     * fewer than is worth it, or if the allocator has no room: {@link #add} will say so.
     */
    public @Nullable ByteBuf placement(int most) {
        if (missing() == 0) {
            return null;
        }
        try {
            advance();
        } catch (OutOfMemoryException | OutOfMemoryError e) {
            return null;
        }
        ArrowBuf buffer = filling;
        int n = Math.min(most, fillingEnds - position);
        if (buffer == null || n < Placements.LEAST) {
            return null;
        }
        return placements.of(buffer, fillingEnds - fillingBegins).part(position - fillingBegins, n);
    }

    /** Goes on to the next buffer, or to the gap before it, which is padding. */
    private void next() {
        if (plan == null) {
            fill(0, length);
            return;
        }
        while (buffers.size() < plan.offsets.length && plan.lengths[buffers.size()] == 0) {
            buffers.add(allocator.getEmpty());
        }
        int i = buffers.size();
        int begins = i < plan.offsets.length ? plan.offsets[i] : length;
        if (begins > position) {
            filling = null;
            fillingEnds = begins;
        } else {
            fill(begins, plan.lengths[i]);
        }
    }

    private void fill(int begins, int size) {
        ArrowBuf buffer = plan != null && plan.sharedBytes > 0 && size <= BodyPlan.SMALL
                ? share(plan.sharedBytes, size)
                : RecycledMemory.SHARED.buffer(allocator, Math.min(size, TRUSTED));
        buffers.add(buffer);
        fillingBegins = begins;
        fillingSize = size;
        filling(buffer, Math.min(size, TRUSTED));
    }

    private ArrowBuf share(int sharedBytes, int size) {
        ArrowBuf shared = small;
        if (shared == null) {
            shared = RecycledMemory.SHARED.buffer(allocator, sharedBytes);
            small = shared;
        }
        ArrowBuf slice = shared.slice(smallUsed, size);
        slice.getReferenceManager().retain();
        smallUsed += BodyPlan.shareOf(size);
        return slice;
    }

    /** The buffer being filled is full, but not yet as long as it shall be. */
    private void grow(ArrowBuf full) {
        int arrived = position - fillingBegins;
        int size = (int) Math.min(fillingSize, (long) GROWTH * arrived);
        ArrowBuf larger = RecycledMemory.SHARED.buffer(allocator, size);
        larger.setBytes(0, full, 0, arrived);
        buffers.set(buffers.size() - 1, larger);
        filling(larger, size);
        full.close();
    }

    private void filling(ArrowBuf buffer, int size) {
        buffer.writerIndex(size);
        filling = buffer;
        fillingEnds = fillingBegins + size;
    }

    private static void copy(ByteBuf from, int n, ArrowBuf to, int at) {
        int index = from.readerIndex();
        if (from.hasMemoryAddress()) {
            long source = from.memoryAddress() + index;
            if (source != to.memoryAddress() + at) {
                MemoryUtil.copyMemory(source, to.memoryAddress() + at, n);
            }
        } else if (from.hasArray()) {
            to.setBytes(at, from.array(), from.arrayOffset() + index, n);
        } else {
            from.getBytes(index, to.nioBuffer(at, n));
        }
        from.skipBytes(n);
    }

    /** Whether {@link #take} hands over one buffer for each in the header, rather than one for all of the body. */
    public boolean isSeparate() {
        return plan != null;
    }

    /** Whether the buffers are those of {@code other}. */
    public boolean isFor(BodyPlan other) {
        return plan != null && plan.isSame(other);
    }

    /** Hands over the buffers, once nothing is missing. */
    public List<ArrowBuf> take() {
        if (plan != null) {
            while (buffers.size() < plan.offsets.length) {
                buffers.add(allocator.getEmpty());
            }
        } else if (buffers.isEmpty()) {
            buffers.add(allocator.getEmpty());
        }
        List<ArrowBuf> all = buffers;
        buffers = List.of();
        releaseShared();
        return all;
    }

    /** The slices have references of their own. */
    private void releaseShared() {
        if (small != null) {
            small.close();
            small = null;
        }
    }

    /** Frees what is not taken. Idempotent. */
    public void release() {
        for (ArrowBuf buffer : buffers) {
            buffer.close();
        }
        buffers = List.of();
        releaseShared();
    }
}
