package dev.peregrine.transport.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. DATA of one call that waits to be decoded, and its end if that has come. Nothing of it was given back to
 * the stream's window, which thus bounds it.
 */
final class WaitingData {
    /** Bytes; copied together, so that small pieces do not hold the large buffers that they came in. */
    private static final int TOGETHER = 16 << 10;

    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private StreamCall.@Nullable Event end;

    /** Copies {@code piece}, which is lent, behind the rest. */
    void add(ByteBuf piece) {
        while (piece.isReadable()) {
            ByteBuf last = pieces.peekLast();
            if (last == null || last.maxWritableBytes() == 0) {
                last = ByteBufAllocator.DEFAULT.buffer(Math.min(piece.readableBytes(), TOGETHER), TOGETHER);
                pieces.add(last);
            }
            last.writeBytes(piece, Math.min(piece.readableBytes(), last.maxWritableBytes()));
        }
    }

    /** What is to happen behind the rest. */
    void end(StreamCall.Event end) {
        this.end = end;
    }

    /** What is to happen now; null if the end has not come. */
    StreamCall.@Nullable Event end() {
        return end;
    }

    boolean isEnded() {
        return end != null;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /** The next bytes, which are the caller's; there must be some. */
    ByteBuf take() {
        return pieces.remove();
    }

    /** These are the next bytes after all; taken. */
    void putBack(ByteBuf piece) {
        pieces.addFirst(piece);
    }

    void release() {
        for (ByteBuf piece; (piece = pieces.poll()) != null; ) {
            piece.release();
        }
    }
}
