package dev.peregrine.transport.http2;

import static io.netty.handler.codec.http2.Http2Error.FLOW_CONTROL_ERROR;
import static io.netty.handler.codec.http2.Http2Exception.connectionError;
import static io.netty.handler.codec.http2.Http2Exception.streamError;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Writes DATA: one connection's way out, in place of Netty's remote flow controller. Netty's decoder
 * tells it of WINDOW_UPDATE and SETTINGS, Netty's handler when to write.
 *
 * <p>Streams that have something to send and a window for it take turns, one frame a turn, so that a small call does not
 * wait for the end of a large one. It stops while the channel is not writable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113.html#section-6.9">RFC 9113, 6.9</a>
 */
final class DataWriter implements Http2RemoteFlowController {
    /** Longest frame, bytes, when nobody else waits. */
    private static final int LONGEST_FRAME = 1 << 20;

    /** Longest frame, bytes, when others wait. */
    private static final int LONGEST_TURN = 256 << 10;

    /** Bytes after which the channel is flushed. */
    private static final int LARGEST_PASS = 1 << 20;

    private final Http2Connection connection;
    private final FrameLog log;
    private final Http2Connection.PropertyKey key;
    private final SendWindow window = new SendWindow(Http2CodecUtil.DEFAULT_WINDOW_SIZE);
    private final ArrayDeque<OutboundStream> round = new ArrayDeque<>();

    /** Streams whose last DATA is in {@link #frames}. */
    private final ArrayDeque<OutboundStream> ended = new ArrayDeque<>();

    private int initialStreamWindow = Http2CodecUtil.DEFAULT_WINDOW_SIZE;
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable FrameBuffer frames;
    private @Nullable Http2ConnectionHandler handler;

    DataWriter(Http2Connection connection, FrameLog log) {
        this.log = log;
        this.connection = connection;
        this.key = connection.newKey();
        connection.addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamAdded(Http2Stream stream) {
                stream.setProperty(key, new OutboundStream(stream, initialStreamWindow));
            }

            @Override
            public void onStreamClosed(Http2Stream stream) {
                outbound(stream).finish();
            }
        });
    }

    /** Says who writes trailers and closes streams; before the first write. */
    void attach(Http2ConnectionHandler handler) {
        this.handler = handler;
    }

    OutboundStream outbound(Http2Stream stream) {
        OutboundStream outbound = stream.getProperty(key);
        return outbound;
    }

    /** The stream has something to send: it takes its turn in the next {@link #writePendingBytes}. */
    void enlist(OutboundStream stream) {
        if (!stream.listed && stream.isPending() && (stream.window.bytes() > 0 || stream.endIsNext())) {
            stream.listed = true;
            round.add(stream);
        }
    }

    @Override
    public void writePendingBytes() {
        ChannelHandlerContext context = context();
        FrameBuffer out = frames;
        if (out == null || round.isEmpty()) {
            return;
        }
        // How many in a row are still in the round, because they wait for the connection's window.
        int idle = 0;
        long written = 0;
        while (idle < round.size()
                && written < LARGEST_PASS
                && context.channel().isWritable()) {
            OutboundStream stream = round.remove();
            stream.listed = false;
            int length = turn(context, out, stream);
            enlist(stream);
            if (length >= 0) {
                written += length;
                idle = 0;
            } else if (stream.listed) {
                idle++;
            }
        }
        out.flush();
        closeEnded(context);
        if (written >= LARGEST_PASS && !round.isEmpty()) {
            // TLS takes writes without counting them until it is flushed. So flush, and come again.
            handler().flush(context);
        }
    }

    /** One stream's turn: the bytes of DATA it wrote, -1 if it could write nothing at all. */
    private int turn(ChannelHandlerContext context, FrameBuffer out, OutboundStream stream) {
        boolean wrote = false;
        int length = allowed(stream);
        if (length > 0) {
            boolean endStream = stream.endsWith(length);
            window.use(length);
            stream.write(out, length, endStream);
            if (endStream) {
                stream.finish();
                ended.add(stream);
            }
            wrote = true;
        }
        if (stream.endIsNext()) {
            end(context, out, stream);
            wrote = true;
        }
        return wrote ? Math.max(length, 0) : -1;
    }

    private int allowed(OutboundStream stream) {
        int frame = Math.min(
                handler().encoder().configuration().frameSizePolicy().maxFrameSize(),
                round.isEmpty() ? LONGEST_FRAME : LONGEST_TURN);
        int windows = Math.min(window.bytes(), stream.window.bytes());
        return (int) Math.min(Math.min(frame, windows), stream.bytes());
    }

    private void end(ChannelHandlerContext context, FrameBuffer out, OutboundStream stream) {
        Http2Headers trailers = stream.trailers();
        if (trailers == null) {
            out.header(0, true, stream.stream.id(), 0);
            stream.finish();
            ended.add(stream);
        } else {
            out.flush();
            stream.ended(handler()
                    .encoder()
                    .writeHeaders(context, stream.stream.id(), trailers, 0, true, context.newPromise()));
        }
    }

    /** Closes this side of the streams whose last DATA has left the buffer: what follows from it must not overtake it. */
    private void closeEnded(ChannelHandlerContext context) {
        for (OutboundStream stream; (stream = ended.poll()) != null; ) {
            ChannelFuture written = context.newSucceededFuture();
            handler().closeStreamLocal(stream.stream, written);
            stream.ended(written);
        }
    }

    @Override
    public void initialWindowSize(int newWindowSize) throws Http2Exception {
        int change = newWindowSize - initialStreamWindow;
        initialStreamWindow = newWindowSize;
        connection.forEachActiveStream(stream -> {
            OutboundStream outbound = outbound(stream);
            if (!outbound.window.change(change)) {
                throw connectionError(
                        FLOW_CONTROL_ERROR,
                        "SETTINGS_INITIAL_WINDOW_SIZE %d makes the window of stream %d too large",
                        newWindowSize,
                        stream.id());
            }
            enlist(outbound);
            return true;
        });
    }

    @Override
    public int initialWindowSize() {
        return initialStreamWindow;
    }

    @Override
    public int windowSize(Http2Stream stream) {
        return (stream == connection.connectionStream() ? window : outbound(stream).window).bytes();
    }

    @Override
    public void incrementWindowSize(Http2Stream stream, int delta) throws Http2Exception {
        if (stream == connection.connectionStream()) {
            if (!window.change(delta)) {
                throw connectionError(FLOW_CONTROL_ERROR, "WINDOW_UPDATE of %d makes the window too large", delta);
            }
            return;
        }
        OutboundStream outbound = outbound(stream);
        if (!outbound.window.change(delta)) {
            throw streamError(
                    stream.id(), FLOW_CONTROL_ERROR, "WINDOW_UPDATE of %d makes the stream's window too large", delta);
        }
        enlist(outbound);
    }

    @Override
    public void channelWritabilityChanged() {
        ChannelHandlerContext context = context();
        if (context.channel().isWritable() && !round.isEmpty()) {
            handler().flush(context);
        }
    }

    @Override
    public void channelHandlerContext(ChannelHandlerContext ctx) {
        this.ctx = ctx;
        this.frames = new FrameBuffer(ctx, log);
    }

    @Override
    public ChannelHandlerContext channelHandlerContext() {
        return context();
    }

    private ChannelHandlerContext context() {
        return attached(ctx);
    }

    private Http2ConnectionHandler handler() {
        return attached(handler);
    }

    private static <T> T attached(@Nullable T part) {
        if (part == null) {
            throw new AssertionError("DataWriter is used before it is attached");
        }
        return part;
    }

    /** Netty asks before it writes trailers, whether they must queue: ours have waited for their DATA already. */
    @Override
    public boolean hasFlowControlled(Http2Stream stream) {
        return false;
    }

    /** Netty's own way to write DATA: nothing here uses it. */
    @Override
    public void addFlowControlled(Http2Stream stream, FlowControlled payload) {
        payload.error(context(), new UnsupportedOperationException("DATA goes out through DataWriter"));
    }

    @Override
    public boolean isWritable(Http2Stream stream) {
        return context().channel().isWritable() && windowSize(stream) > 0;
    }

    @Override
    public void listener(@Nullable Listener listener) {}

    /** Priorities are deprecated (RFC 9113, 5.3.2). */
    @Override
    public void updateDependencyTree(int childStreamId, int parentStreamId, short weight, boolean exclusive) {}
}
