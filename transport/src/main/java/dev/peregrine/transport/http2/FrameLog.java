package dev.peregrine.transport.http2;

import dev.peregrine.transport.Logs;
import dev.peregrine.transport.connect.Sockets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.logging.LogLevel;
import org.slf4j.Logger;

/**
 * Event loop only. A connection's frames, each a line: who, direction, type, stream, flags, length. The contents are not
 * shown, since header fields and data may be secret. Off means a look at the logger's level for each frame.
 *
 * <pre>
 * 10.1.2.3:4711 <- DATA stream 3 flags 0x1 length 1024
 * </pre>
 */
final class FrameLog extends Http2FrameLogger {
    private static final String[] NAMES = {
        "DATA",
        "HEADERS",
        "PRIORITY",
        "RST_STREAM",
        "SETTINGS",
        "PUSH_PROMISE",
        "PING",
        "GOAWAY",
        "WINDOW_UPDATE",
        "CONTINUATION"
    };

    private final Logger log;

    FrameLog() {
        this(Logs.FRAMES);
    }

    FrameLog(Logger log) {
        super(LogLevel.DEBUG, FrameLog.class);
        this.log = log;
    }

    @Override
    public boolean isEnabled() {
        return log.isDebugEnabled();
    }

    /** A frame has come, or its header. */
    void received(ChannelHandlerContext ctx, int type, int stream, int flags, int length) {
        if (isEnabled()) {
            line(ctx, "<-", type, stream, flags, "length " + length);
        }
    }

    /** A DATA frame goes out. */
    void sentData(ChannelHandlerContext ctx, int stream, boolean endStream, int length) {
        if (isEnabled()) {
            line(ctx, "->", Http2FrameTypes.DATA, stream, endStream ? Http2Flags.END_STREAM : 0, "length " + length);
        }
    }

    /** The rest of the line is put together only if it is written: some of these frames are sent for each batch. */
    private void sent(ChannelHandlerContext ctx, int type, int stream, int flags, String what, int number) {
        if (isEnabled()) {
            line(ctx, "->", type, stream, flags, what + number);
        }
    }

    private void line(ChannelHandlerContext ctx, String direction, int type, int stream, int flags, String rest) {
        String name = type >= 0 && type < NAMES.length ? NAMES[type] : "type " + type;
        log.debug(
                "{} {} {} stream {} flags 0x{} {}",
                Sockets.peer(ctx.channel()),
                direction,
                name,
                stream,
                Integer.toHexString(flags),
                rest);
    }

    @Override
    public void logHeaders(
            Direction direction,
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endStream) {
        int flags = Http2Flags.END_HEADERS | (endStream ? Http2Flags.END_STREAM : 0);
        sent(ctx, Http2FrameTypes.HEADERS, streamId, flags, "fields ", headers.size());
    }

    @Override
    public void logHeaders(
            Direction direction,
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endStream) {
        logHeaders(direction, ctx, streamId, headers, padding, endStream);
    }

    @Override
    public void logRstStream(Direction direction, ChannelHandlerContext ctx, int streamId, long errorCode) {
        sent(ctx, Http2FrameTypes.RST_STREAM, streamId, 0, "length 4, code ", (int) errorCode);
    }

    @Override
    public void logSettings(Direction direction, ChannelHandlerContext ctx, Http2Settings settings) {
        sent(ctx, Http2FrameTypes.SETTINGS, 0, 0, "length ", 6 * settings.size());
    }

    @Override
    public void logSettingsAck(Direction direction, ChannelHandlerContext ctx) {
        sent(ctx, Http2FrameTypes.SETTINGS, 0, Http2Flags.ACK, "length ", 0);
    }

    @Override
    public void logPing(Direction direction, ChannelHandlerContext ctx, long data) {
        sent(ctx, Http2FrameTypes.PING, 0, 0, "length ", 8);
    }

    @Override
    public void logPingAck(Direction direction, ChannelHandlerContext ctx, long data) {
        sent(ctx, Http2FrameTypes.PING, 0, Http2Flags.ACK, "length ", 8);
    }

    @Override
    public void logGoAway(
            Direction direction, ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
        sent(ctx, Http2FrameTypes.GO_AWAY, 0, 0, "length ", 8 + debugData.readableBytes());
    }

    @Override
    public void logWindowsUpdate(
            Direction direction, ChannelHandlerContext ctx, int streamId, int windowSizeIncrement) {
        sent(ctx, Http2FrameTypes.WINDOW_UPDATE, streamId, 0, "length 4, +", windowSizeIncrement);
    }
}
