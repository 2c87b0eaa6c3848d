package dev.peregrine.transport.http2;

import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallRouter;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A call at its server.
 *
 * <pre>
 * Response      = (Response-Headers *Length-Prefixed-Message Trailers) / Trailers-Only
 * </pre>
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>
 */
final class ServerCall extends StreamCall implements IncomingCall {
    private record Finish(GrpcStatus status, Metadata trailers) {}

    private final String peer;
    private final Metadata requestHeaders;
    private final AtomicReference<@Nullable Metadata> responseHeaders = new AtomicReference<>();
    private final AtomicReference<@Nullable Finish> finish = new AtomicReference<>();

    // Event loop only.
    private CallListener listener = new Nobody();
    private LengthPrefixReader reader = LengthPrefixReader.ofRequest(listener, 0);
    private boolean headersSent;
    private boolean trailersSent;

    ServerCall(Connection connection, Http2Stream stream, String path, Metadata headers, @Nullable Long deadlineNanos) {
        super(connection.turns(), connection.options(), path, deadlineNanos);
        this.connection = connection;
        this.out = connection.writer().outbound(stream);
        this.peer = Sockets.peer(connection.context().channel());
        this.requestHeaders = headers;
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public Metadata headers() {
        return requestHeaders;
    }

    @Override
    public void sendHeaders(Metadata headers) {
        if (responseHeaders.compareAndSet(null, headers)) {
            turns.ask(this);
        }
    }

    @Override
    public void finish(GrpcStatus status, Metadata trailers) {
        if (finish.compareAndSet(null, new Finish(status, trailers))) {
            queue.end();
            turns.ask(this);
        }
    }

    /** Event loop only. Lets the handler say where the events of this call go. */
    void accept(CallRouter.Handler handler, @Nullable CharSequence encoding) {
        startDeadline();
        guarded(() -> {
            listener = handler.accept(this);
            reader = LengthPrefixReader.ofRequest(listener, options.maxInboundMessageSize());
            reader.encoding(encoding);
        });
    }

    /** Event loop only. The request had END_STREAM on its headers. */
    void endedAtOnce() {
        if (!isOver()) {
            guarded(this::halfClosed);
        }
    }

    @Override
    void begin() {}

    @Override
    void beforeData(OutboundStream stream) {
        Metadata metadata = responseHeaders.get();
        Connection c = connection;
        if (headersSent || c == null || (metadata == null && stream.bytes() == 0)) {
            return;
        }
        headersSent = true;
        Http2Headers head = new DefaultHttp2Headers(false, 8);
        head.status(StatusHeaders.HTTP_OK);
        head.add(StatusHeaders.CONTENT_TYPE, StatusHeaders.APPLICATION_GRPC);
        if (metadata != null) {
            HeaderCodec.write(metadata, head);
        }
        c.encoder()
                .writeHeaders(
                        c.context(),
                        stream.stream.id(),
                        head,
                        0,
                        false,
                        c.context().newPromise());
        c.flushSoon();
    }

    @Override
    void end(OutboundStream stream) {
        Finish finished = finish.get();
        if (finished != null) {
            dropInbound();
            stream.end(trailers(finished.status, finished.trailers), this::trailersSent);
        }
    }

    private Http2Headers trailers(GrpcStatus status, Metadata trailers) {
        return headersSent ? StatusHeaders.trailers(status, trailers) : StatusHeaders.trailersOnly(status, trailers);
    }

    private void trailersSent(ChannelFuture sent) {
        trailersSent = true;
        Connection c = connection;
        OutboundStream stream = out;
        if (c != null && stream != null && stream.stream.state().remoteSideOpen()) {
            // The answer is complete: the client need not send the rest (RFC 9113, 8.1).
            c.reset(stream.stream, Http2Error.NO_ERROR);
        }
        sent.addListener(done -> over(done.isSuccess() ? GrpcStatus.OK : connectionLost()));
    }

    /** Event loop only. Drops what is queued and ends the call with this status: for the peer and for the listener. */
    void finishNow(GrpcStatus status, Metadata trailers) {
        Connection c = connection;
        OutboundStream stream = out;
        if (isOver() || trailersSent || c == null || stream == null) {
            return;
        }
        queue.close();
        stream.skip();
        dropInbound();
        stream.end(trailers(status, trailers), this::trailersSent);
        over(status);
        c.writer().enlist(stream);
        c.flushSoon();
    }

    @Override
    CallListener listener() {
        return listener;
    }

    /** Trailers from the client: gRPC has none, but END_STREAM counts. */
    @Override
    void headers(Http2Headers headers, boolean endStream) {
        if (endStream) {
            endedAtOnce();
        }
    }

    @Override
    void read(ByteBuf piece) throws GrpcException {
        reader.read(piece);
    }

    @Override
    void halfClosed() throws GrpcException {
        reader.end();
        listener.halfClosed();
    }

    @Override
    void fail(GrpcStatus status, Metadata trailers) {
        finishNow(status, trailers);
    }

    @Override
    void abort(GrpcStatus reason) {
        resetAndOver(Http2Error.CANCEL, reason, new Metadata());
    }

    @Override
    void reset(long errorCode) {
        over(GrpcCode.CANCELLED.with("The client reset the stream with " + ResetCodes.name(errorCode)));
    }

    @Override
    void deadlineExceeded() {
        finishNow(GrpcCode.DEADLINE_EXCEEDED.with("The call's deadline has passed"), new Metadata());
    }

    @Override
    void streamClosed() {
        if (!trailersSent) {
            over(connectionLost());
        }
    }

    private GrpcStatus connectionLost() {
        Connection c = connection;
        String reason = c == null || !c.isLost() ? "the stream was closed" : c.lossReason();
        return GrpcCode.CANCELLED.with("The connection to the client " + peer + " was lost: " + reason);
    }

    @Override
    void stopReading() {
        reader.stop();
    }

    /** Nobody listens: the call is refused before a handler has it. */
    private static final class Nobody implements CallListener {
        @Override
        public void headers(Metadata headers) {}

        @Override
        public void messageBegins(int length) {}

        @Override
        public void messageBytes(ByteBuf piece) {}

        @Override
        public void messageEnds() {}

        @Override
        public void halfClosed() {}

        @Override
        public void closed(GrpcStatus status, Metadata trailers) {}
    }
}
