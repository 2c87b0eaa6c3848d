package dev.peregrine.transport.http2;

import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.AsciiString;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call at its client. It first waits to be admitted: for a connection, and for a stream on it.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>
 */
final class ClientCall extends StreamCall implements OutgoingCall {
    private static final AsciiString POST = AsciiString.cached("POST");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final AsciiString USER_AGENT = AsciiString.cached("user-agent");
    private static final AsciiString ACCEPTED = AsciiString.cached(Compression.ACCEPTED);
    private static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");

    private final ClientEndpoint endpoint;
    private final Metadata requestHeaders;
    private final Compression compression;
    private final CallListener listener;
    private final LengthPrefixReader reader;
    private final long started = System.nanoTime();

    // Event loop only.
    private boolean begun;
    private boolean headersCame;
    private boolean ending;
    private @Nullable ForeignResponse foreign;

    ClientCall(
            ClientEndpoint endpoint,
            String path,
            Metadata requestHeaders,
            @Nullable Long deadlineNanos,
            Compression compression,
            CallListener listener) {
        super(endpoint.turns(), endpoint.options(), path, deadlineNanos);
        this.endpoint = endpoint;
        this.requestHeaders = requestHeaders;
        this.compression = compression;
        this.listener = listener;
        this.reader = LengthPrefixReader.ofResponse(listener, endpoint.options().maxInboundMessageSize());
    }

    @Override
    public String peer() {
        return endpoint.address().toString();
    }

    @Override
    Compression compression() {
        return compression;
    }

    @Override
    public void halfClose() {
        if (queue.end()) {
            turns.ask(this);
        }
    }

    @Override
    void begin() {
        if (!begun) {
            begun = true;
            startDeadline();
            endpoint.admit(this);
        }
    }

    /** Event loop only. Opens a stream on a connection that has room for one more. */
    void open(ClientStreams streams) {
        Connection c = streams.connection();
        int id = c.connection().local().incrementAndGetNextStreamId();
        ChannelFuture sent = c.encoder()
                .writeHeaders(c.context(), id, head(), 0, false, c.context().newPromise());
        Http2Stream stream = c.connection().stream(id);
        if (stream == null || (sent.isDone() && !sent.isSuccess())) {
            over(notSent(sent.cause()));
            return;
        }
        connection = c;
        out = c.writer().outbound(stream);
        streams.opened(stream, this);
        pull();
        c.flushSoon();
    }

    private GrpcStatus notSent(@Nullable Throwable cause) {
        String why = cause == null ? "the stream was closed" : ConnectErrors.plain(cause);
        GrpcCode code = cause instanceof Http2Exception.HeaderListSizeException
                ? GrpcCode.RESOURCE_EXHAUSTED
                : GrpcCode.UNAVAILABLE;
        return code.with("Cannot send the headers of the call to " + peer() + ": " + why);
    }

    private Http2Headers head() {
        Http2Headers head = new DefaultHttp2Headers(false, 16);
        head.method(POST)
                .scheme(endpoint.scheme())
                .authority(endpoint.authority())
                .path(path());
        head.add(TE, TRAILERS);
        head.add(StatusHeaders.CONTENT_TYPE, StatusHeaders.APPLICATION_GRPC);
        if (requestHeaders.get("user-agent") == null) {
            head.add(USER_AGENT, ClientEndpoint.USER_AGENT);
        }
        if (compression != Compression.IDENTITY) {
            head.add(StatusHeaders.ENCODING, compression.encoding());
        }
        head.add(StatusHeaders.ACCEPT_ENCODING, ACCEPTED);
        Long deadline = deadlineNanos();
        if (deadline != null) {
            head.add(TIMEOUT, GrpcTimeout.format(deadline - System.nanoTime()));
        }
        HeaderCodec.write(requestHeaders, head);
        return head;
    }

    @Override
    void beforeData(OutboundStream stream) {}

    @Override
    void end(OutboundStream stream) {
        stream.end();
    }

    @Override
    CallListener listener() {
        return listener;
    }

    @Override
    void headers(Http2Headers headers, boolean endStream) {
        if (isOver() || ending || ForeignResponse.isInformational(headers)) {
            return;
        }
        if (headersCame) {
            trailers(headers);
            return;
        }
        headersCame = true;
        foreign = ForeignResponse.of(headers);
        if (endStream) {
            trailers(headers);
        } else if (foreign == null) {
            inflated(reader.encoding(headers.get(StatusHeaders.ENCODING)));
            guarded(() -> answered(headers));
        }
    }

    private void answered(Http2Headers headers) throws GrpcException {
        CharSequence type = headers.get(StatusHeaders.CONTENT_TYPE);
        if (!ForeignResponse.isProtobuf(type)) {
            throw new GrpcException(
                    GrpcCode.INTERNAL, "The peer answers with content-type " + type + " instead of protobuf");
        }
        listener.headers(HeaderCodec.read(headers));
    }

    private void trailers(Http2Headers headers) {
        ForeignResponse stranger = foreign;
        GrpcStatus status = StatusHeaders.read(headers);
        if (status == null) {
            ends(
                    stranger != null
                            ? stranger.status()
                            : GrpcCode.UNKNOWN.with("The peer ended the call without a grpc-status"),
                    new Metadata());
            return;
        }
        ends(status, HeaderCodec.readTrailers(headers));
    }

    /** The peer has ended the call; which is over when the messages before that have been decoded. */
    private void ends(GrpcStatus status, Metadata trailers) {
        if (isPaused()) {
            ending = true;
            endpoint.remember(this);
            guarded(() -> listener.ending(status, trailers));
            queue.close();
        }
        endInbound(() -> done(status, trailers));
        stopSending();
    }

    private void done(GrpcStatus status, Metadata trailers) {
        if (status.isOk()) {
            try {
                reader.end();
            } catch (GrpcException e) {
                over(e.status(), trailers);
            }
        }
        over(status, trailers);
    }

    /**
     * The peer has ended the call. If this end still sends, nobody wants it any more: END_STREAM without the rest closes the
     * stream. RST_STREAM would do it too, but servers count those and hang up on clients that send many.
     */
    private void stopSending() {
        Connection c = connection;
        OutboundStream stream = out;
        if (c != null && stream != null && stream.stream.state().localSideOpen()) {
            stream.skip();
            stream.end();
            c.writer().enlist(stream);
            c.flushSoon();
        }
    }

    @Override
    void read(ByteBuf piece) throws GrpcException {
        ForeignResponse stranger = foreign;
        if (stranger != null) {
            int length = piece.readableBytes();
            stranger.text(piece);
            piece.skipBytes(length);
            consumed(length);
        } else if (headersCame) {
            reader.read(piece, options.streamWindow());
        } else {
            throw new GrpcException(GrpcCode.INTERNAL, "The peer sent DATA before response headers");
        }
    }

    @Override
    void halfClosed() {
        ForeignResponse stranger = foreign;
        ends(
                stranger != null
                        ? stranger.status()
                        : GrpcCode.INTERNAL.with(
                                "The peer ended the stream without trailers, so without a grpc-status"),
                new Metadata());
    }

    @Override
    void fail(GrpcStatus status, Metadata trailers) {
        endpoint.forget(this);
        resetAndOver(Http2Error.CANCEL, status, trailers);
    }

    @Override
    void abort(GrpcStatus reason) {
        fail(reason, new Metadata());
    }

    @Override
    void deadlineExceeded() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        String where = connection == null ? endpoint.waitingFor() : "waiting for " + peer();
        abort(GrpcCode.DEADLINE_EXCEEDED.with("The deadline passed after " + millis + " ms, " + where));
    }

    /**
     * A server whose deadline has passed may just cancel. Ours has passed then, too, even if its timer has not run yet; that
     * is the better reason.
     */
    @Override
    void reset(long errorCode) {
        if (ending) {
            // The answer is complete (RFC 9113, 8.1).
            return;
        }
        Long deadline = deadlineNanos();
        if (errorCode == Http2Error.CANCEL.code() && deadline != null && System.nanoTime() - deadline >= 0) {
            deadlineExceeded();
        } else {
            super.reset(errorCode);
        }
    }

    @Override
    void streamClosed() {
        Connection c = connection;
        if (!isOver() && !ending && c != null) {
            over(GrpcCode.UNAVAILABLE.with(((ClientStreams) c.streams()).whyClosed(out)));
        }
    }

    @Override
    void over(GrpcStatus status, Metadata trailers) {
        super.over(status, trailers);
        if (ending) {
            endpoint.forget(this);
        }
    }

    @Override
    void stopReading() {
        reader.stop();
    }
}
