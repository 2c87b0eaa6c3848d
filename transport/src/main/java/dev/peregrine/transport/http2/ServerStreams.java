package dev.peregrine.transport.http2;

import dev.peregrine.transport.CallRouter;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Logs;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.connect.ConnectionLife;
import dev.peregrine.transport.connect.Durations;
import dev.peregrine.transport.connect.PingStrikes;
import dev.peregrine.transport.connect.Sockets;
import dev.peregrine.transport.tls.TlsContexts;
import dev.peregrine.transport.tls.TlsErrors;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Event loop only. The calls on one connection of a server. */
final class ServerStreams extends CallStreams {
    private static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");

    /** The PING behind the first GOAWAY: its answer says that the client has seen that. */
    private static final long DRAIN_PING = 0x5045524547524e45L;

    /** How long that answer may take, milliseconds. */
    private static final long DRAIN_PING_PATIENCE = 1000;

    /** How long the client may take to close a drained connection before the server does, milliseconds. */
    private static final long CLOSE_PATIENCE = 250;

    /** How much earlier or later than others a connection may grow old, as a share of its age. */
    private static final double AGE_SPREAD = 0.1;

    /** Bytes of a refused request that are read, for clients which take a reset for a failure; more is stopped. */
    private static final int MOST_DROPPED = 16 << 10;

    private final CallRouter router;
    private final Consumer<Connection> whenLost;
    private @Nullable Future<?> ageTimer;
    private @Nullable PingStrikes strikes;
    private long pingedAt;
    private boolean draining;
    private boolean begun;
    private boolean lastGoAwaySent;
    private boolean closing;
    private List<X509Certificate> peerCertificates = List.of();

    /**
     * @param whenLost is told when the connection is gone
     */
    ServerStreams(CallRouter router, Consumer<Connection> whenLost) {
        this.router = router;
        this.whenLost = whenLost;
    }

    @Override
    void request(Http2Stream stream, Http2Headers headers, boolean endStream) {
        RequestCheck.Refusal refusal = RequestCheck.check(headers);
        CharSequence path = headers.path();
        if (refusal != null || path == null) {
            refuse(stream, refusal == null ? new RequestCheck.Refusal(400, "The request has no :path") : refusal);
            return;
        }
        String method = path.toString();
        Metadata metadata = new Metadata();
        Long deadline = null;
        GrpcException malformed = null;
        try {
            RequestCheck.checkMessages(headers);
            metadata = HeaderCodec.read(headers);
            CharSequence timeout = headers.get(TIMEOUT);
            if (timeout != null) {
                deadline = deadline(GrpcTimeout.parse(timeout));
            }
        } catch (GrpcException e) {
            malformed = e;
        }
        ServerCall call = new ServerCall(connection(), stream, headers, metadata, deadline);
        opened(stream, call);
        if (malformed != null) {
            call.finishNow(malformed.status(), malformed.trailers());
            return;
        }
        CallRouter.Handler handler = route(method);
        if (handler == null) {
            call.finishNow(GrpcCode.UNIMPLEMENTED.with("This server has no method " + method), new Metadata());
            return;
        }
        call.accept(handler);
        if (endStream) {
            call.endedAtOnce();
        }
    }

    /** A time so far away that nanoTime overflows is no deadline. */
    private static @Nullable Long deadline(long timeoutNanos) {
        return timeoutNanos > TimeUnit.DAYS.toNanos(365 * 50) ? null : System.nanoTime() + timeoutNanos;
    }

    private CallRouter.@Nullable Handler route(String method) {
        try {
            return router.route(method);
        } catch (RuntimeException e) {
            Logs.CALLS.error("Routing {} failed", method, e);
            return call -> {
                throw new GrpcException(GrpcCode.INTERNAL, "The call failed; the server's log says why");
            };
        }
    }

    private void refuse(Http2Stream stream, RequestCheck.Refusal refusal) {
        Connection c = connection();
        ChannelHandlerContext ctx = c.context();
        c.encoder().writeHeaders(ctx, stream.id(), refusal.headers(), 0, false, ctx.newPromise());
        OutboundStream out = c.writer().outbound(stream);
        out.add(ByteBufUtil.writeAscii(ctx.alloc(), refusal.text()));
        out.end(null, written -> stopIfLong(stream));
        c.writer().enlist(out);
        c.flushSoon();
    }

    /** The rest of a refused request is dropped. It goes back to no window, which thus counts it. */
    @Override
    int unwanted(Http2Stream stream, int bytes) {
        stopIfLong(stream);
        return 0;
    }

    /** A refused request that is answered and still goes on is told to stop (RFC 9113, 8.1). */
    private void stopIfLong(Http2Stream stream) {
        int dropped = connection().connection().local().flowController().unconsumedBytes(stream);
        if (dropped > MOST_DROPPED && !stream.state().localSideOpen()) {
            connection().reset(stream, Http2Error.NO_ERROR);
        }
    }

    /** The preface has come: the connection has so long to live. */
    private void begin(ConnectionLife life) {
        opened(life.maxIdle());
        if (life.maxAge() != null) {
            long age = Durations.nanos(life.maxAge());
            long spread =
                    (long) (AGE_SPREAD * age * (2 * ThreadLocalRandom.current().nextDouble() - 1));
            ageTimer = later(() -> grownOld(life.grace()), age + spread);
        }
    }

    private Future<?> later(Runnable action, long nanos) {
        return connection().context().executor().schedule(action, nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    String peerName() {
        return Sockets.peer(connection().context().channel());
    }

    @Override
    void idle() {
        drain();
    }

    private void grownOld(@Nullable Duration grace) {
        drain();
        if (grace != null) {
            ageTimer = later(
                    () -> stop("The connection has reached its age, and the time for its last calls is over"),
                    Durations.nanos(grace));
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        if (!begun) {
            begun = true;
            begin(connection().options().connectionLife());
        }
    }

    /** Takes no new calls; closes the connection when the running ones are over. Idempotent. */
    void drain() {
        if (draining) {
            return;
        }
        draining = true;
        if (!connection().isOpen()) {
            return;
        }
        // Calls that are on their way must not be lost: the last stream is named only after the client has seen that
        // it should open no more (RFC 9113, 6.8).
        connection().goAway(Integer.MAX_VALUE);
        connection().ping(DRAIN_PING);
        connection().context().executor().schedule(this::sendLastGoAway, DRAIN_PING_PATIENCE, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        PingStrikes counted = strikes;
        if (counted == null) {
            counted = new PingStrikes(connection().options().pingLimits());
            strikes = counted;
        }
        boolean callsOpen = connection().connection().numActiveStreams() > 0;
        if (counted.ping(System.nanoTime(), callsOpen, connection().hasSentSince(pingedAt))) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too_many_pings");
        }
        pingedAt = connection().sent();
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
        if (draining && data == DRAIN_PING) {
            sendLastGoAway();
        }
    }

    private void sendLastGoAway() {
        if (!lastGoAwaySent && connection().isOpen()) {
            lastGoAwaySent = true;
            connection().goAway(connection().connection().remote().lastStreamCreated());
            closeIfDrained();
        }
    }

    /** The server is being shut down: ends the calls that still run, and then the connection. */
    void stop() {
        stop("The server has been shut down");
    }

    private void stop(String reason) {
        drain();
        for (StreamCall call : calls()) {
            ((ServerCall) call).finishNow(GrpcCode.UNAVAILABLE.with(reason), new Metadata());
        }
        sendLastGoAway();
        if (!closing) {
            closing = true;
            connection().closeAfterWrites("this end closed it");
        }
    }

    private void closeIfDrained() {
        if (lastGoAwaySent && !closing && connection().connection().numActiveStreams() == 0) {
            closing = true;
            // The client closes when it has read everything: who closes first keeps the port for minutes (TIME_WAIT).
            connection()
                    .context()
                    .executor()
                    .schedule(() -> connection().closeAfterWrites("drained"), CLOSE_PATIENCE, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    void closed(Http2Stream stream) {
        closeIfDrained();
    }

    /** What the client has shown in the TLS handshake. */
    List<X509Certificate> peerCertificates() {
        return peerCertificates;
    }

    @Override
    void secured(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return;
        }
        if (TlsContexts.selectedH2(tls)) {
            peerCertificates = TlsContexts.peerCertificates(tls);
        } else {
            String why = TlsErrors.noHttp2Asked(Sockets.peer(channel));
            Logs.CONNECTION.info("{}", why);
            connection().closeAfterWrites(why);
        }
    }

    @Override
    String tlsFailure(Throwable cause) {
        Channel channel = connection().context().channel();
        if (TlsErrors.isNoTls(cause)) {
            // Past TLS, which has nothing to say to such a client. By this it sees what it is talking to.
            channel.pipeline().firstContext().writeAndFlush(TlsErrors.alert(channel.alloc()));
        }
        String why = TlsErrors.server(Sockets.peer(channel), cause);
        Logs.CONNECTION.info("{}", why);
        return why;
    }

    @Override
    @Nullable
    String strange(ByteBuf first) {
        return TlsErrors.looksLikeTls(first) ? "the client speaks TLS, but this server does not" : null;
    }

    @Override
    void lost() {
        super.lost();
        if (ageTimer != null) {
            ageTimer.cancel(false);
        }
        whenLost.accept(connection());
    }
}
