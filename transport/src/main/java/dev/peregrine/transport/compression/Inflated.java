package dev.peregrine.transport.compression;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.MessagePrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** One thread. One message as it is inflated; holds what it inflates to, until it is polled or closed. */
final class Inflated implements AutoCloseable {
    /** Bytes; what Netty's threads keep for themselves is not larger. */
    private static final int PIECE = 32 << 10;

    private final Compression compression;
    private final ByteBufAllocator allocator;
    private final int maxLength;
    private final int most;
    private final Inflater inflater;
    private final @Nullable GzipFormat gzip;
    private final ArrayDeque<ByteBuf> pieces = new ArrayDeque<>();
    private long length;

    /** {@code maxLength} in bytes. */
    Inflated(Compression compression, ByteBufAllocator allocator, int maxLength) {
        this.compression = compression;
        this.allocator = allocator;
        this.maxLength = maxLength;
        // Who counts a message's bytes with its prefix must not overflow.
        this.most = Math.min(maxLength, Integer.MAX_VALUE - MessagePrefix.LENGTH);
        this.gzip = compression == Compression.GZIP ? new GzipFormat() : null;
        this.inflater = new Inflater(gzip != null);
    }

    /** How long the message is, as far as it is inflated. */
    long length() {
        return length;
    }

    /**
     * Inflates the next bytes of the compressed message.
     *
     * @param in lent; its reader index is at its end when this returns
     * @throws GrpcException INTERNAL if they are not what they should be, RESOURCE_EXHAUSTED if the message is too long
     */
    void add(ByteBuf in) throws GrpcException {
        while (in.isReadable()) {
            if (gzip != null && !gzip.inBody()) {
                String wrong = gzip.read(in);
                if (wrong != null) {
                    throw corrupt(wrong);
                }
                if (gzip.inBody()) {
                    inflater.reset();
                }
            } else if (inflater.finished()) {
                throw corrupt("something follows its end");
            } else {
                inflate(in);
            }
        }
    }

    private void inflate(ByteBuf in) throws GrpcException {
        ByteBuffer input = in.nioBuffer();
        inflater.setInput(input);
        try {
            int n;
            do {
                n = inflateOnce();
                length += n;
                if (length > most) {
                    throw new GrpcException(
                            GrpcCode.RESOURCE_EXHAUSTED,
                            "The peer sent a compressed message that inflates to more than " + maxLength
                                    + " bytes, the limit (option maxInboundMessageSize)");
                }
            } while (n > 0 && !inflater.finished());
        } catch (DataFormatException e) {
            throw corrupt(e.getMessage());
        }
        if (inflater.needsDictionary()) {
            throw corrupt("it needs a dictionary");
        }
        in.skipBytes(in.readableBytes() - input.remaining());
        if (gzip != null && inflater.finished()) {
            gzip.bodyEnds();
        }
    }

    private int inflateOnce() throws DataFormatException {
        ByteBuf piece = pieces.peekLast();
        if (piece == null || !piece.isWritable()) {
            piece = allocator.buffer(PIECE, PIECE);
            pieces.add(piece);
        }
        int at = piece.writerIndex();
        ByteBuffer to = piece.nioBuffer(at, piece.writableBytes());
        int n = inflater.inflate(to);
        piece.writerIndex(at + n);
        if (gzip != null && n > 0) {
            gzip.bodyBytes(to.flip());
        }
        return n;
    }

    /** All bytes have been added. */
    void end() throws GrpcException {
        if (gzip != null ? !gzip.isComplete() : !inflater.finished()) {
            throw corrupt("it ends too early");
        }
    }

    private GrpcException corrupt(@Nullable String why) {
        return new GrpcException(
                GrpcCode.INTERNAL,
                "The peer sent a message that is no " + compression.encoding() + " data although it says so"
                        + (why == null ? "" : ": " + why));
    }

    /** The next bytes of the message, which the caller releases; null after the last. */
    @Nullable
    ByteBuf poll() {
        return pieces.poll();
    }

    /** Frees all. Idempotent. */
    @Override
    public void close() {
        inflater.end();
        for (ByteBuf piece; (piece = pieces.poll()) != null; ) {
            piece.release();
        }
    }
}
