package dev.peregrine.transport.http2;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.MessageListener;
import dev.peregrine.transport.MessagePrefix;
import dev.peregrine.transport.compression.InflatedCredit;
import dev.peregrine.transport.compression.InflatedMessages;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Cuts the DATA of one call into messages and hands their bytes on as they come; keeps none of them.
 *
 * <pre>
 * Length-Prefixed-Message = Compressed-Flag Message-Length Message
 * Compressed-Flag         = 0 / 1             ; 1 byte
 * Message-Length          = length of Message ; 4 bytes, unsigned, big endian
 * </pre>
 *
 * <p>Pieces of DATA may be cut anywhere, in the five bytes too.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>
 */
final class LengthPrefixReader {
    private final int maxMessageSize;
    private final GrpcCode codeForUnknown;

    /** Where the messages go. */
    private MessageListener listener;

    private @Nullable CharSequence encoding;

    /** The same as the listener, if the peer may compress. */
    private @Nullable InflatedMessages inflated;

    private boolean stopped;

    /** Bytes of the prefix that have come; {@link MessagePrefix#LENGTH} while in a message. */
    private int prefixGot;

    private int flag;
    private int length;

    /** Bytes of the message that have not come. */
    private int missing;

    private LengthPrefixReader(MessageListener listener, int maxMessageSize, GrpcCode codeForUnknown) {
        this.listener = listener;
        this.maxMessageSize = maxMessageSize;
        this.codeForUnknown = codeForUnknown;
    }

    /** For what a server answers. {@code maxMessageSize} in bytes. */
    static LengthPrefixReader ofResponse(MessageListener listener, int maxMessageSize) {
        return new LengthPrefixReader(listener, maxMessageSize, GrpcCode.INTERNAL);
    }

    /** For what a client asks. {@code maxMessageSize} in bytes. */
    static LengthPrefixReader ofRequest(MessageListener listener, int maxMessageSize) {
        return new LengthPrefixReader(listener, maxMessageSize, GrpcCode.UNIMPLEMENTED);
    }

    /**
     * The peer's {@code grpc-encoding}; before the first message.
     *
     * @return what the bytes of inflated messages are worth; null if the peer compresses nothing that can be read here
     */
    @Nullable
    InflatedCredit encoding(@Nullable CharSequence encoding) {
        this.encoding = encoding;
        Compression compression = Compression.of(encoding);
        if (compression == null || compression == Compression.IDENTITY) {
            return null;
        }
        InflatedMessages inflating =
                new InflatedMessages(listener, compression, ByteBufAllocator.DEFAULT, maxMessageSize);
        inflated = inflating;
        listener = inflating;
        return inflating.credit();
    }

    /** The call is over: whatever comes from now on is ignored, also the rest of the piece in hand. */
    void stop() {
        stopped = true;
        if (inflated != null) {
            inflated.stop();
        }
    }

    /**
     * Reads all of {@code data}, or up to a message that would be one too many.
     *
     * @param data lent; its indices are as they were when this throws or returns, but for the reader index, which is at
     *     the end, or where the listener {@link MessageListener#isFull}
     * @param most bytes of messages that may wait before another one begins
     * @throws GrpcException the call failed, and this reader has stopped
     */
    void read(ByteBuf data, int most) throws GrpcException {
        int end = data.writerIndex();
        try {
            while (data.readerIndex() < end && !stopped) {
                if (prefixGot == 0 && listener.isFull(most)) {
                    return;
                }
                if (prefixGot < MessagePrefix.LENGTH) {
                    prefix(data);
                } else {
                    message(data, end);
                }
            }
        } catch (GrpcException | RuntimeException | Error e) {
            stop();
            throw e;
        } finally {
            data.setIndex(stopped ? end : data.readerIndex(), end);
        }
    }

    /** Where the next bytes of the message in hand, {@code most} at most, are going to stay; null if that is not known. */
    @Nullable
    ByteBuf placement(int most) {
        return stopped || missing == 0 ? null : listener.placement(Math.min(most, missing));
    }

    /**
     * The peer has half-closed.
     *
     * @throws GrpcException INTERNAL if a message is cut off
     */
    void end() throws GrpcException {
        if (stopped || prefixGot == 0) {
            return;
        }
        stop();
        String got = prefixGot < MessagePrefix.LENGTH
                ? "got " + prefixGot + " of the " + MessagePrefix.LENGTH + " bytes before it"
                : "got " + (length - missing) + " of " + length + " bytes";
        throw new GrpcException(GrpcCode.INTERNAL, "The stream ended in the middle of a message (" + got + ")");
    }

    private void prefix(ByteBuf data) throws GrpcException {
        if (prefixGot == 0 && data.readableBytes() >= MessagePrefix.LENGTH) {
            flag = data.readUnsignedByte();
            length = data.readInt();
            prefixGot = MessagePrefix.LENGTH;
        } else {
            int b = data.readUnsignedByte();
            if (prefixGot == 0) {
                flag = b;
                length = 0;
            } else {
                length = length << 8 | b;
            }
            prefixGot++;
        }
        if (prefixGot == MessagePrefix.LENGTH) {
            begin();
        }
    }

    private void begin() throws GrpcException {
        check();
        missing = length;
        if (flag == 0) {
            listener.messageBegins(length);
        } else {
            compressedBegins();
        }
        if (missing == 0) {
            ended();
        }
    }

    private void check() throws GrpcException {
        long size = Integer.toUnsignedLong(length);
        if (flag > 1) {
            throw new GrpcException(
                    GrpcCode.INTERNAL,
                    "The peer sent a message whose compressed flag is " + flag
                            + " instead of 0 or 1: this is no gRPC message");
        }
        if (size > maxMessageSize) {
            throw new GrpcException(
                    GrpcCode.RESOURCE_EXHAUSTED,
                    "The peer sent a message of " + size + " bytes; the limit is " + maxMessageSize
                            + " (option maxInboundMessageSize)");
        }
    }

    private void compressedBegins() throws GrpcException {
        CharSequence named = encoding;
        if (named == null || named.toString().equals(Compression.IDENTITY.encoding())) {
            throw new GrpcException(
                    GrpcCode.INTERNAL,
                    "The peer sent a message with compressed flag 1 without naming the compression in grpc-encoding");
        }
        if (inflated == null) {
            throw new GrpcException(
                    codeForUnknown,
                    "The peer sent a message with gRPC compression \"" + named + "\", which is unknown here; known are "
                            + Compression.ACCEPTED);
        }
        inflated.compressedBegins();
    }

    private void message(ByteBuf data, int end) throws GrpcException {
        int n = Math.min(missing, end - data.readerIndex());
        int pieceEnd = data.readerIndex() + n;
        missing -= n;
        data.writerIndex(pieceEnd);
        listener.messageBytes(data);
        data.setIndex(pieceEnd, end);
        if (missing == 0) {
            ended();
        }
    }

    private void ended() throws GrpcException {
        if (stopped) {
            return;
        }
        prefixGot = 0;
        listener.messageEnds();
    }
}
