package dev.peregrine.transport.retry;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. What a call has sent, as long as it may have to be sent again. Owns its bytes.
 *
 * <p>A stream's messages are copied: what was lent to the socket must go back to whoever lent it when the socket has taken it,
 * and not wait until the server answers. A request that is complete is kept as it is.
 */
public final class KeptRequest {
    private final int limit;
    private @Nullable ByteBuf bytes;
    private boolean given;

    /** {@code limit}: bytes of a stream that are kept at most. */
    public KeptRequest(int limit) {
        this.limit = limit;
    }

    /** Whether all of what was sent is here. */
    public boolean isComplete() {
        return !given;
    }

    /** The whole request was sent as this, which is lent. Nothing may be kept yet. */
    public void whole(ByteBuf request) {
        if (!given) {
            bytes = request.retainedDuplicate();
        }
    }

    /** More was sent, which is lent. */
    public void add(ByteBuf slice) {
        if (given) {
            return;
        }
        int length = slice.readableBytes();
        ByteBuf kept = bytes;
        int before = kept == null ? 0 : kept.readableBytes();
        if (length > limit - before) {
            giveUp();
            return;
        }
        if (kept == null) {
            kept = ByteBufAllocator.DEFAULT.directBuffer(Math.min(Math.max(length, 1024), limit), limit);
            bytes = kept;
        }
        kept.writeBytes(slice, slice.readerIndex(), length);
    }

    /** Gives everything away to be sent, and kept, once more; it is the caller's. Null if nothing has been sent. */
    public @Nullable ByteBuf takeAll() {
        ByteBuf all = bytes;
        bytes = null;
        return all;
    }

    /** Nothing will have to be sent again, or it is too much. Idempotent. */
    public void giveUp() {
        given = true;
        ByteBuf kept = bytes;
        bytes = null;
        if (kept != null) {
            kept.release();
        }
    }
}
