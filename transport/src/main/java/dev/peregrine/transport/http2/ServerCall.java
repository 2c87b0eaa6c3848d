package dev.peregrine.transport.http2;

import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallRouter;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.connect.Sockets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
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
    private record Head(Metadata metadata, Compression compression) {}

    private record Finish(GrpcStatus status, Metadata trailers) {}

    private static final AsciiString ACCEPTED = AsciiString.cached(Compression.ACCEPTED);

    private final String peer;
    private final List<X509Certificate> peerCertificates;
    private final Metadata requestHeaders;
    private final @Nullable CharSequence requestEncoding;
    private final @Nullable CharSequence acceptEncoding;
    private final AtomicReference<@Nullable Head> responseHead = new AtomicReference<>();
    private final AtomicReference<@Nullable Finish> finish = new AtomicReference<>();

    // Event loop only.
    private CallListener listener = new Nobody();
    private LengthPrefixReader reader = LengthPrefixReader.ofRequest(listener, 0);
    private boolean headersSent;
    private boolean trailersSent;

    /** {@code fields} have a path; {@code headers} are the metadata among them. */
    ServerCall(
            Connection connection,
            Http2Stream stream,
            Http2Headers fields,
            Metadata headers,
            @Nullable Long deadlineNanos) {
        super(
                connection.turns(),
                connection.options(),
                String.valueOf(fields.path()),
                deadlineNanos,
                connection.options().maxOutboundMessageSize());
        this.connection = connection;
        this.out = connection.writer().outbound(stream);
        this.peer = Sockets.peer(connection.context().channel());
        this.peerCertificates = ((ServerStreams) connection.streams()).peerCertificates();
        this.requestHeaders = headers;
        this.requestEncoding = fields.get(StatusHeaders.ENCODING);
        this.acceptEncoding = fields.get(StatusHeaders.ACCEPT_ENCODING);
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return peerCertificates;
    }

    @Override
    public Metadata headers() {
        return requestHeaders;
    }

    @Override
    public void sendHeaders(Metadata headers, Compression compression) {
        if (responseHead.compareAndSet(null, new Head(headers, compression.ifAccepted(acceptEncoding)))) {
            turns.ask(this);
        }
    }

    @Override
    public void sendHeaders(Metadata headers) {
        sendHeaders(headers, options.compression());
    }

    @Override
    void tooLarge(GrpcStatus status) {
        finish(status, new Metadata());
    }

    @Override
    Compression compression() {
        return responseHead.get() == null && options.compression() == Compression.IDENTITY
                ? Compression.IDENTITY
                : head().compression;
    }

    /** The response headers, from now on the same. */
    private Head head() {
        Head head = responseHead.get();
        if (head == null) {
            Head usual = new Head(new Metadata(), options.compression().ifAccepted(acceptEncoding));
            head = responseHead.compareAndSet(null, usual) ? usual : responseHead.get();
        }
        return Objects.requireNonNull(head);
    }

    @Override
    public void finish(GrpcStatus status, Metadata trailers) {
        if (finish.compareAndSet(null, new Finish(status, trailers))) {
            queue.end();
            turns.ask(this);
        }
    }

    /** Event loop only. Lets the handler say where the events of this call go. */
    void accept(CallRouter.Handler handler) {
        startDeadline();
        guarded(() -> {
            listener = handler.accept(this);
            reader = LengthPrefixReader.ofRequest(listener, options.maxInboundMessageSize());
            in.inflated(reader.encoding(requestEncoding));
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
        Connection c = connection;
        if (headersSent || c == null || (responseHead.get() == null && stream.bytes() == 0)) {
            return;
        }
        headersSent = true;
        Head head = head();
        Http2Headers fields = new DefaultHttp2Headers(false, 8);
        fields.status(StatusHeaders.HTTP_OK);
        fields.add(StatusHeaders.CONTENT_TYPE, StatusHeaders.APPLICATION_GRPC);
        if (head.compression != Compression.IDENTITY) {
            fields.add(StatusHeaders.ENCODING, head.compression.encoding());
        }
        sayWhatIsAccepted(fields);
        HeaderCodec.write(head.metadata, fields);
        c.encoder()
                .writeHeaders(
                        c.context(),
                        stream.stream.id(),
                        fields,
                        0,
                        false,
                        c.context().newPromise());
        c.flushSoon();
    }

    @Override
    void end(OutboundStream stream) {
        Finish finished = finish.get();
        if (finished != null) {
            in.drop();
            stream.end(trailers(finished.status, finished.trailers), this::trailersSent);
        }
    }

    private Http2Headers trailers(GrpcStatus status, Metadata trailers) {
        if (headersSent) {
            return StatusHeaders.trailers(status, trailers);
        }
        Http2Headers only = StatusHeaders.trailersOnly(status, trailers);
        sayWhatIsAccepted(only);
        return only;
    }

    /** A client that compresses learns what can be read here; to others it is of no interest. */
    private void sayWhatIsAccepted(Http2Headers fields) {
        if (requestEncoding != null && Compression.of(requestEncoding) != Compression.IDENTITY) {
            fields.add(StatusHeaders.ACCEPT_ENCODING, ACCEPTED);
        }
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
        in.drop();
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
    LengthPrefixReader reader() {
        return reader;
    }

    @Override
    void read(ByteBuf piece) throws GrpcException {
        reader.read(piece, options.streamWindow());
    }

    @Override
    void halfClosed() {
        in.end(() -> {
            reader.end();
            listener.halfClosed();
        });
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
        public void delivered() {}

        @Override
        public void halfClosed() {}

        @Override
        public void closed(GrpcStatus status, Metadata trailers) {}
    }
}
