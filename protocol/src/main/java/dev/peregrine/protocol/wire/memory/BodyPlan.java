package dev.peregrine.protocol.wire.memory;

import dev.peregrine.protocol.ipc.IpcHeader;
import java.util.Arrays;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Where the buffers of a record batch lie in its body, in the header's order. Made of a peer's claims, and
 * checked: no buffer reaches beyond the body.
 */
public final class BodyPlan {
    /**
     * Up to this many bytes, the body is one allocation, of which the buffers are slices: it is read from the socket in
     * the fewest and longest pieces. Above, on the word of the peer alone, so much is not allocated at once.
     */
    private static final int ONE_ALLOCATION = ArrivingBody.TRUSTED;

    /** Of buffers smaller than this on average, so many would be allocated that the event loop would stall. */
    private static final int SMALLEST_AVERAGE = 4 << 10;

    /** Buffers up to so many bytes share an allocation even if the large ones have one each: validity bits, mostly. */
    static final int SMALL = 16 << 10;

    /** If they would need more bytes than this they do not share: it would be allocated on the word of the peer alone. */
    private static final int MOST_SHARED = 1 << 20;

    /** Where slices of a shared allocation begin: at multiples of so many bytes, as Arrow recommends. */
    private static final int ALIGNMENT = 64;

    public final int bodyLength;
    public final int[] offsets;
    public final int[] lengths;

    /** Bytes of the small buffers, each with its share; 0 if they do not share an allocation. */
    final int sharedBytes;

    /** Whether each buffer begins at or after the end of the one before it. */
    private final boolean inOrder;

    /** Whether buffers are passed over that nobody wants to read. Their lengths are 0 here. */
    private final boolean selected;

    private BodyPlan(int bodyLength, int[] offsets, int[] lengths, long smallBytes, boolean inOrder, boolean selected) {
        this.sharedBytes = smallBytes > MOST_SHARED ? 0 : (int) smallBytes;
        this.bodyLength = bodyLength;
        this.offsets = offsets;
        this.lengths = lengths;
        this.inOrder = inOrder;
        this.selected = selected;
    }

    /**
     * @param wanted of each buffer whether it is to be kept; null for all
     * @throws IpcHeader.Malformed a buffer lies outside of the body's {@code bodyLength} bytes
     */
    public static BodyPlan of(RecordBatch batch, int bodyLength, boolean @Nullable [] wanted)
            throws IpcHeader.Malformed {
        try {
            return read(batch, bodyLength, wanted);
        } catch (RuntimeException | AssertionError e) {
            throw IpcHeader.broken(e);
        }
    }

    private static BodyPlan read(RecordBatch batch, int bodyLength, boolean @Nullable [] wanted)
            throws IpcHeader.Malformed {
        int count = count(batch);
        int[] offsets = new int[count];
        int[] lengths = new int[count];
        boolean inOrder = true;
        long smallBytes = 0;
        long end = 0;
        Buffer buffer = new Buffer();
        for (int i = 0; i < count; i++) {
            batch.buffers(buffer, i);
            long offset = buffer.offset();
            long length = buffer.length();
            if (length == 0 || wanted != null && !wanted[i]) {
                // Writers put empty buffers anywhere.
                continue;
            }
            if (offset < 0 || length < 0 || offset > bodyLength || length > bodyLength - offset) {
                throw new IpcHeader.Malformed("buffer " + i + " of the Arrow IPC header, " + length + " bytes at "
                        + offset + ", lies outside of the body of " + bodyLength + " bytes");
            }
            inOrder &= offset >= end;
            end = offset + length;
            offsets[i] = (int) offset;
            lengths[i] = (int) length;
            smallBytes += length <= SMALL ? shareOf((int) length) : 0;
        }
        return new BodyPlan(bodyLength, offsets, lengths, smallBytes, inOrder, wanted != null);
    }

    /** How many buffers the header lists. May fail in any way if it is broken. */
    public static int count(RecordBatch batch) {
        int count = batch.buffersLength();
        // Sixteen bytes each in the flatbuffer: more than fit into it is a lie.
        if (count < 0 || count > batch.getByteBuffer().capacity() / 16) {
            throw new IllegalStateException("it claims to list " + count + " buffers");
        }
        return count;
    }

    boolean isSame(BodyPlan other) {
        return Arrays.equals(offsets, other.offsets) && Arrays.equals(lengths, other.lengths);
    }

    /** Whether to allocate each buffer by itself; otherwise the body is one allocation, and the buffers slices of it. */
    boolean separate() {
        return inOrder
                && offsets.length > 0
                && (selected || bodyLength > ONE_ALLOCATION && bodyLength / offsets.length >= SMALLEST_AVERAGE);
    }

    /** Bytes that a buffer of {@code length} takes of a shared allocation. */
    static int shareOf(int length) {
        return length + ALIGNMENT - 1 & -ALIGNMENT;
    }
}
