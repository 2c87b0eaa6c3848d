package dev.peregrine.transport.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2FrameTypes;

/**
 * Event loop only. Reads frames; hands the payload of DATA up in the pieces in which it comes off the socket, instead of
 * waiting for whole frames as Netty's reader does.
 *
 * <pre>
 * +-----------------------------------------------+
 * |                 Length (24)                   |
 * +---------------+---------------+---------------+
 * |   Type (8)    |   Flags (8)   |
 * +-+-------------+---------------+-------------------------------+
 * |R|                 Stream Identifier (31)                      |
 * +=+=============================================================+
 * |                   Frame Payload (0...)                      ...
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Everything but unpadded, well-formed DATA goes to Netty's reader, a whole frame at a time, so that its checks and
 * limits hold. A frame longer than was advertised is refused as soon as its header is there.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113.html#section-4.1">RFC 9113, 4.1</a>
 */
final class StreamingFrameReader implements Http2FrameReader {
    private static final int HEADER = 9;

    private final DefaultHttp2FrameReader whole;
    private final FrameLog log;

    /** Payload of the DATA frame in hand that has not come, bytes. */
    private int missing;

    private int streamId;
    private boolean endStream;

    /** A header block has begun and its END_HEADERS has not come: only CONTINUATION may follow. */
    private boolean headerBlockOpen;

    private boolean failed;

    StreamingFrameReader(DefaultHttp2FrameReader whole, FrameLog log) {
        this.whole = whole;
        this.log = log;
    }

    /** Payload that is to come of the DATA frame in hand, bytes; 0 if a frame begins next. */
    int missing() {
        return missing;
    }

    /** The stream of the DATA frame in hand. */
    int streamId() {
        return streamId;
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf in, Http2FrameListener listener) throws Http2Exception {
        if (failed) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            while (in.isReadable()) {
                if (missing > 0) {
                    piece(ctx, in, listener);
                } else if (!frame(ctx, in, listener)) {
                    return;
                }
            }
        } catch (Http2Exception e) {
            failed = !Http2Exception.isStreamError(e);
            throw e;
        } catch (RuntimeException | Error e) {
            failed = true;
            throw e;
        }
    }

    /**
     * Hands up what is there of the DATA frame in hand, and takes it off {@code in} even if the listener throws. Not as a
     * slice: there are dozens in a large message.
     */
    private void piece(ChannelHandlerContext ctx, ByteBuf in, Http2FrameListener listener) throws Http2Exception {
        int n = Math.min(missing, in.readableBytes());
        missing -= n;
        int end = in.writerIndex();
        int pieceEnd = in.readerIndex() + n;
        in.writerIndex(pieceEnd);
        try {
            listener.onDataRead(ctx, streamId, in, 0, missing == 0 && endStream);
        } finally {
            in.setIndex(pieceEnd, end);
        }
    }

    /** Begins the next frame; false if more bytes are needed for that. */
    private boolean frame(ChannelHandlerContext ctx, ByteBuf in, Http2FrameListener listener) throws Http2Exception {
        if (in.readableBytes() < HEADER) {
            return false;
        }
        int at = in.readerIndex();
        int length = in.getUnsignedMedium(at);
        byte type = in.getByte(at + 3);
        int flags = in.getUnsignedByte(at + 4);
        int id = in.getInt(at + 5) & Integer.MAX_VALUE;
        if (length > whole.maxFrameSize()) {
            whole.readFrame(ctx, in.readSlice(HEADER), listener);
            return true;
        }
        if (type == Http2FrameTypes.DATA && id != 0 && (flags & Http2Flags.PADDED) == 0 && !headerBlockOpen) {
            in.skipBytes(HEADER);
            log.received(ctx, type, id, flags, length);
            streamId = id;
            endStream = (flags & Http2Flags.END_STREAM) != 0;
            missing = length;
            if (length == 0) {
                listener.onDataRead(ctx, id, Unpooled.EMPTY_BUFFER, 0, endStream);
            }
            return true;
        }
        if (in.readableBytes() < HEADER + length) {
            return false;
        }
        log.received(ctx, type, id, flags, length);
        switch (type) {
            case Http2FrameTypes.HEADERS, Http2FrameTypes.PUSH_PROMISE, Http2FrameTypes.CONTINUATION ->
                headerBlockOpen = (flags & Http2Flags.END_HEADERS) == 0;
            default -> {}
        }
        whole.readFrame(ctx, in.readSlice(HEADER + length), listener);
        return true;
    }

    @Override
    public Configuration configuration() {
        return whole.configuration();
    }

    @Override
    public void close() {
        whole.close();
    }
}
