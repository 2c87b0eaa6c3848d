package dev.peregrine.transport.compression;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.MessageListener;
import dev.peregrine.transport.MessagePrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. The messages of a call whose peer compresses some of them. A compressed one is inflated as it arrives
 * and handed on when it is complete, because only then its length is known.
 */
public final class InflatedMessages implements MessageListener {
    private final MessageListener next;
    private final Compression compression;
    private final ByteBufAllocator allocator;
    private final int maxMessageSize;
    private final InflatedCredit credit = new InflatedCredit();

    /** The compressed message that arrives; null while none does. */
    private @Nullable Inflated arriving;

    private boolean stopped;

    /** {@code maxMessageSize} in bytes, inflated. */
    public InflatedMessages(
            MessageListener next, Compression compression, ByteBufAllocator allocator, int maxMessageSize) {
        this.next = next;
        this.compression = compression;
        this.allocator = allocator;
        this.maxMessageSize = maxMessageSize;
    }

    /** What the bytes handed on are worth. */
    public InflatedCredit credit() {
        return credit;
    }

    /** In place of {@link #messageBegins}: the message is compressed. */
    public void compressedBegins() {
        credit.arrived(MessagePrefix.LENGTH);
        arriving = new Inflated(compression, allocator, maxMessageSize);
    }

    @Override
    public void messageBegins(int length) throws GrpcException {
        credit.plain(MessagePrefix.LENGTH);
        next.messageBegins(length);
    }

    @Override
    public void messageBytes(ByteBuf piece) throws GrpcException {
        Inflated message = arriving;
        if (message == null) {
            credit.plain(piece.readableBytes());
            next.messageBytes(piece);
        } else {
            credit.arrived(piece.readableBytes());
            message.add(piece);
        }
    }

    @Override
    public void messageEnds() throws GrpcException {
        Inflated message = arriving;
        if (message == null) {
            next.messageEnds();
            return;
        }
        message.end();
        credit.inflated(message.length());
        try {
            next.messageWasCompressed();
            next.messageBegins((int) message.length());
            for (ByteBuf piece; (piece = message.poll()) != null; ) {
                try {
                    next.messageBytes(piece);
                } finally {
                    piece.release();
                }
            }
        } finally {
            free();
        }
        if (!stopped) {
            next.messageEnds();
        }
    }

    @Override
    public boolean isFull(int most) {
        return next.isFull(most);
    }

    /** The call is over: frees the message that arrives. Idempotent. */
    public void stop() {
        stopped = true;
        free();
    }

    private void free() {
        Inflated message = arriving;
        arriving = null;
        if (message != null) {
            message.close();
        }
    }
}
