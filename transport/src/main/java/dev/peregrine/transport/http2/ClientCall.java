package dev.peregrine.transport.http2;

import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.connect.ConnectErrors;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call at its client. It first waits to be admitted: for a connection, and for a stream on it.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>
 */
final class ClientCall extends StreamCall implements OutgoingCall {

    private final ConnectionPool pool;
    private final CallSettings settings;
    private final Compression compression;
    private final CallListener listener;
    private final LengthPrefixReader reader;
    private final long started = System.nanoTime();

    // Event loop only.
    private final Repetition repetition;
    private Metadata requestHeaders;
    private @Nullable ChannelFuture sent;
    private @Nullable Http2Headers heldHeaders;
    private boolean begun;
    private boolean headersCame;
    private boolean ending;
    private @Nullable ForeignResponse foreign;

    ClientCall(
            ConnectionPool pool,
            String path,
            Metadata requestHeaders,
            @Nullable Long deadlineNanos,
            CallSettings settings,
            CallListener listener) {
        super(
                pool.turns(),
                pool.client().options(),
                path,
                deadlineNanos,
                Math.min(pool.client().options().maxOutboundMessageSize(), settings.maxOutboundMessageSize()));
        this.pool = pool;
        this.requestHeaders = requestHeaders;
        this.settings = settings;
        Compression asked = settings.compression();
        this.compression = asked == null ? options.compression() : asked;
        this.repetition = new Repetition(this, pool, settings);
        this.listener = listener;
        this.reader = LengthPrefixReader.ofResponse(
                listener, Math.min(options.maxInboundMessageSize(), settings.maxInboundMessageSize()));
    }

    @Override
    public String peer() {
        return pool.client().address().toString();
    }

    @Override
    void tooLarge(GrpcStatus status) {
        cancel(status);
    }

    ClientEndpoint client() {
        return pool.client();
    }

    @Override
    Compression compression() {
        return compression;
    }

    @Override
    public void sendLast(ByteBuf... slices) {
        if (isShortEnough(slices) && queue.putLast(compressed(slices))) {
            sent();
        }
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
            pool.admit(this);
        }
    }

    /** Event loop only. Opens a stream on a connection that has room for one more. */
    void open(ClientStreams streams) {
        Connection c = streams.connection();
        int id = c.connection().local().incrementAndGetNextStreamId();
        ChannelFuture written = c.encoder()
                .writeHeaders(
                        c.context(),
                        id,
                        RequestHead.of(this, requestHeaders, repetition.previousAttempts()),
                        0,
                        false,
                        c.context().newPromise());
        Http2Stream stream = c.connection().stream(id);
        if (stream == null || (written.isDone() && !written.isSuccess())) {
            over(notSent(written.cause()));
            return;
        }
        sent = written;
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
            if (repetition.holdsHeaders()) {
                heldHeaders = headers;
            } else {
                deliver(headers);
            }
        }
    }

    /** The answer begins: from now on the call is not made again. */
    private void deliver(Http2Headers headers) {
        heldHeaders = null;
        repetition.over();
        in.inflated(reader.encoding(headers.get(StatusHeaders.ENCODING)));
        guarded(() -> answered(headers));
    }

    private void deliverHeld() {
        Http2Headers held = heldHeaders;
        if (held != null) {
            deliver(held);
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
        if (status.isOk()) {
            pool.client().throttle().succeeded();
        } else if (repetition.failed(status, trailers)) {
            return;
        }
        deliverHeld();
        if (in.isPaused()) {
            ending = true;
            pool.remember(this);
            guarded(() -> listener.ending(status, trailers));
            queue.close();
        }
        in.end(() -> done(status, trailers));
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
    LengthPrefixReader reader() {
        return reader;
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
            deliverHeld();
            if (isOver()) {
                piece.skipBytes(piece.readableBytes());
                return;
            }
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
        pool.forget(this);
        resetAndOver(Http2Error.CANCEL, status, trailers);
    }

    @Override
    void abort(GrpcStatus reason) {
        fail(reason, new Metadata());
    }

    @Override
    void deadlineExceeded() {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
        String where = connection == null ? pool.waitingFor() : "waiting for " + peer();
        where += repetition.lastFailure();
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
            GrpcStatus status = ResetCodes.status(errorCode);
            unlessRepeated(status, errorCode == Http2Error.REFUSED_STREAM.code());
        }
    }

    @Override
    void streamClosed() {
        Connection c = connection;
        if (!isOver() && !ending && c != null) {
            ClientStreams streams = (ClientStreams) c.streams();
            GrpcStatus status = GrpcCode.UNAVAILABLE.with(streams.whyClosed(out));
            unlessRepeated(status, streams.hasRefused(out) || wasNotSent());
        }
    }

    /** The call is over, unless it is made again. {@code refused}: the server has certainly not processed it. */
    private void unlessRepeated(GrpcStatus status, boolean refused) {
        if (!(refused ? repetition.refused(status) : repetition.failed(status, new Metadata()))) {
            over(status);
        }
    }

    /** The socket has not taken the headers, and will not. */
    private boolean wasNotSent() {
        ChannelFuture written = sent;
        return written != null && written.isDone() && !written.isSuccess();
    }

    /** Event loop only. The server cannot be reached, and the call does not wait until it can. */
    void unreachable(GrpcStatus status) {
        unlessRepeated(status, false);
    }

    boolean waitsForReady() {
        return settings.waitForReady();
    }

    boolean connectsAtOnce() {
        return settings.connectsAtOnce();
    }

    /** Event loop only. What the next attempt is to have. */
    void requestHeaders(Metadata headers) {
        requestHeaders = headers;
    }

    @Override
    void taken(OutboundStream stream, int before, boolean last) {
        repetition.taken(stream, before, last);
    }

    /** Event loop only. The next attempt begins, as if there had been none. */
    void again(@Nullable ByteBuf request) {
        headersCame = false;
        heldHeaders = null;
        foreign = null;
        stopSending();
        restart(request);
    }

    @Override
    void over(GrpcStatus status, Metadata trailers) {
        if (isOver()) {
            return;
        }
        super.over(status, trailers);
        repetition.over();
        pool.callOver();
        if (ending) {
            pool.forget(this);
        }
    }

    @Override
    void stopReading() {
        reader.stop();
    }
}
