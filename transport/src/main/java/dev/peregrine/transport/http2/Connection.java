package dev.peregrine.transport.http2;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.ConnectErrors;
import dev.peregrine.transport.connect.LingeringClose;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. The handler of one connection, at either end: Netty's, with our way in ({@link StreamingFrameReader}) and
 * our way out ({@link DataWriter}). Knows why the connection was lost, and asks silent peers whether they are there.
 */
final class Connection extends Http2ConnectionHandler {
    private final TransportOptions options;
    private final Turns turns;
    private final StreamingFrameReader frames;
    private final DataWriter writer;
    private final LateFrames late;
    private final CallStreams streams;

    /** Calls that were handed DATA, and not yet told that this was all for now. */
    private final List<InboundData> fed = new ArrayList<>();

    private @Nullable ChannelHandlerContext context;
    private @Nullable KeepaliveTimer keepalive;
    private boolean windowRaised;
    private boolean read;
    private boolean reading;
    private boolean lost;
    private boolean hungUpOn;
    private boolean over;
    private boolean lastWordsTimed;
    private String lossReason = "the peer closed it";

    Connection(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            TransportOptions options,
            Turns turns,
            StreamingFrameReader frames,
            DataWriter writer,
            LateFrames late,
            CallStreams streams) {
        // Closing the channel closes it: GOAWAY is sent by those who want to drain.
        super(decoder, encoder, settings, true);
        this.options = options;
        this.turns = turns;
        this.frames = frames;
        this.writer = writer;
        this.late = late;
        this.streams = streams;
        writer.attach(this);
        streams.attach(this);
        connection().addListener(streams);
        decoder.frameListener(streams);
    }

    ChannelHandlerContext context() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new AssertionError("the handler is in no pipeline");
        }
        return ctx;
    }

    CallStreams streams() {
        return streams;
    }

    TransportOptions options() {
        return options;
    }

    Turns turns() {
        return turns;
    }

    DataWriter writer() {
        return writer;
    }

    /** Why the connection was lost, or is about to be: the end of a sentence. */
    String lossReason() {
        return lossReason;
    }

    boolean isLost() {
        return lost;
    }

    /** Whether anything came of the peer. */
    boolean hasRead() {
        return read;
    }

    /** Whether the peer closed or reset the connection without a word. */
    boolean wasHungUpOn() {
        return hungUpOn;
    }

    /** Whether there is a connection: not before TCP is connected, and not any more when it lingers (LingeringClose). */
    boolean isOpen() {
        return !over && context().channel().isActive();
    }

    /** Closes the connection at once, for this reason, unless it is being lost for another one already. */
    void lose(String reason) {
        explainLoss(reason);
        ChannelHandlerContext ctx = context;
        if (ctx != null && !over) {
            LingeringClose.closeAbruptly(ctx);
        }
    }

    /** The connection is about to be lost: says why, if nobody has yet. */
    private void explainLoss(String reason) {
        if (!lost) {
            lost = true;
            lossReason = reason;
        }
    }

    /** The call was handed DATA: to be told when nothing more is at hand. */
    void fed(InboundData data) {
        fed.add(data);
    }

    private void deliver() {
        for (int i = 0; i < fed.size(); i++) {
            fed.get(i).delivered();
        }
        fed.clear();
    }

    /** Flushes what was written; a little later if more is about to be written. */
    void flushSoon() {
        if (!reading) {
            turns.flush(this);
        }
    }

    void flushNow() {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            flush(ctx);
        }
    }

    /** Gives bytes back to a stream's window. */
    void consume(Http2Stream stream, int bytes) {
        try {
            if (connection().local().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            onError(context(), false, e);
        }
    }

    /** Gives everything back that a stream's application has not taken. */
    void consumeAll(Http2Stream stream) {
        consume(stream, connection().local().flowController().unconsumedBytes(stream));
    }

    /** Sends RST_STREAM. What still arrives on the stream is dropped. */
    void reset(Http2Stream stream, Http2Error code) {
        if (stream.state() != Http2Stream.State.CLOSED) {
            resetStream(context(), stream.id(), code.code(), context().newPromise());
            flushSoon();
        }
    }

    @Override
    public ChannelFuture resetStream(ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        late.reset(streamId);
        return super.resetStream(ctx, streamId, errorCode, promise);
    }

    /** Sends GOAWAY with NO_ERROR: the peer may not open streams after {@code lastStream}. */
    void goAway(int lastStream) {
        ChannelHandlerContext ctx = context();
        goAway(ctx, lastStream, Http2Error.NO_ERROR.code(), ctx.alloc().buffer(0), ctx.newPromise());
        flushSoon();
    }

    /** Sends a PING. */
    void ping(long data) {
        encoder().writePing(context(), false, data, context().newPromise());
        flushSoon();
    }

    /** Closes the channel once everything written before has gone out. */
    void closeAfterWrites(String reason) {
        explainLoss(reason);
        flushNow();
        context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        if (options.tls() == null) {
            ctx.channel().config().setRecvByteBufAllocator(new ReadBuffers(frames, streams));
        }
        super.handlerAdded(ctx);
        begin(ctx);
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
        super.channelActive(ctx);
        begin(ctx);
    }

    /** Raises the connection's window and starts the keepalive, once the preface has been sent. */
    private void begin(ChannelHandlerContext ctx) throws Http2Exception {
        if (windowRaised || !isOpen()) {
            return;
        }
        windowRaised = true;
        int raise = options.connectionWindow() - Http2CodecUtil.DEFAULT_WINDOW_SIZE;
        connection().local().flowController().incrementWindowSize(connection().connectionStream(), raise);
        ctx.flush();
        Duration silence = options.keepaliveTime();
        if (silence != null) {
            keepalive = new KeepaliveTimer(this, options, silence.toNanos());
            keepalive.ask();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
        reading = true;
        if (!read) {
            read = true;
            String strange = msg instanceof ByteBuf first ? streams.strange(first) : null;
            if (strange != null) {
                explainLoss(strange);
            }
        }
        KeepaliveTimer alive = keepalive;
        if (alive != null) {
            alive.read();
        }
        super.channelRead(ctx, msg);
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
        if (over) {
            in.skipBytes(in.readableBytes());
        } else {
            super.decode(ctx, in, out);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        deliver();
        turns.run();
        reading = false;
        super.channelReadComplete(ctx);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                streams.secured(ctx.channel());
            } else {
                explainLoss(streams.tlsFailure(handshake.cause()));
            }
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        reading = false;
        over = true;
        hungUpOn |= !lost;
        explainLoss("the peer closed it");
        super.channelInactive(ctx);
        deliver();
        streams.lost();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) != null) {
            super.exceptionCaught(ctx, cause);
        } else if (!(cause instanceof ClosedChannelException)) {
            // With TLS 1.3 a client has ended the handshake before the server has looked at its certificate.
            hungUpOn |= !lost && cause instanceof IOException;
            boolean lateAlert = !lost && cause.getCause() instanceof SSLException;
            explainLoss(lateAlert ? streams.tlsFailure(cause) : ConnectErrors.plain(cause));
            ctx.close();
        }
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception http2Ex) {
        explainLoss((outbound ? "" : "the peer broke HTTP/2: ") + ConnectErrors.plain(cause));
        super.onConnectionError(ctx, outbound, cause, http2Ex);
        if (!lastWordsTimed) {
            lastWordsTimed = true;
            // It closes when GOAWAY has gone out. To a peer that does not read that is never.
            ctx.executor().schedule(() -> lose(lossReason), LingeringClose.MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException http2Ex) {
        StreamCall call = streams.call(connection().stream(http2Ex.streamId()));
        super.onStreamError(ctx, outbound, cause, http2Ex);
        if (call != null) {
            boolean tooLarge = http2Ex instanceof Http2Exception.HeaderListSizeException;
            call.over((tooLarge ? GrpcCode.RESOURCE_EXHAUSTED : GrpcCode.INTERNAL)
                    .with("HTTP/2 stream error with " + call.peer() + ": " + ConnectErrors.plain(http2Ex)));
        }
    }

    /** Calls were opened or closed: the keepalive depends on it. */
    void callsChanged() {
        if (keepalive != null) {
            keepalive.callsChanged();
        }
    }

    /** Changes with what is sent, but for PING: streams that begin and end, and DATA, which uses the window. */
    long sent() {
        Http2Connection c = connection();
        int window = writer.windowSize(c.connectionStream());
        return ((long) c.local().lastStreamCreated() + c.remote().lastStreamCreated() << 32)
                + 31L * c.numActiveStreams()
                + window;
    }

    /** Whether anything was sent since {@link #sent} had this value. */
    boolean hasSentSince(long before) {
        return sent() != before;
    }
}
