package dev.peregrine.transport.http2;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.tls.TlsContexts;
import dev.peregrine.transport.tls.TlsErrors;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Event loop only. The calls on one connection of a client. */
final class ClientStreams extends CallStreams {
    /** Bytes of a GOAWAY's debug data that are shown. */
    private static final int SHOWN = 200;

    private final ConnectionPool pool;
    private boolean settingsCame;
    private boolean goAwayCame;
    private boolean closing;
    private int lastStream = Integer.MAX_VALUE;
    private String goAway = "";
    private boolean secured;
    private @Nullable String tlsProblem;

    ClientStreams(ConnectionPool pool) {
        this.pool = pool;
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        if (!settingsCame) {
            settingsCame = true;
            opened(pool.client().options().idleTimeout());
            pool.ready(this);
        } else {
            pool.roomMayHaveChanged();
        }
    }

    /** Whether new calls may go here, now or when others have ended. */
    boolean isUsable() {
        return !goAwayCame
                && !closing
                && !connection().isLost()
                && connection().isOpen()
                && connection().connection().local().lastStreamCreated() < Integer.MAX_VALUE - 2;
    }

    /** Whether the peer allows one more stream now. */
    boolean hasRoom() {
        return connection().connection().local().canOpenStream();
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
        goAwayCame = true;
        lastStream = lastStreamId;
        int shown = Math.min(debugData.readableBytes(), SHOWN);
        String debug = debugData.toString(debugData.readerIndex(), shown, StandardCharsets.UTF_8);
        goAway = ResetCodes.name(errorCode) + (debug.isEmpty() ? "" : " \"" + debug + "\"");
        pool.roomMayHaveChanged();
        endIfDrained();
    }

    /** Why a call's stream closed without a word about it. */
    String whyClosed(@Nullable OutboundStream out) {
        if (hasRefused(out)) {
            return "The server " + pool.client().address() + " is going away (GOAWAY " + goAway
                    + ") and has not processed the call; it may be repeated";
        }
        return "The connection to " + pool.client().address() + " was lost: "
                + connection().lossReason() + (goAwayCame ? " (after GOAWAY " + goAway + ")" : "");
    }

    /** Why the connection was lost before it could be used: a sentence. */
    String whyNotReady() {
        String problem = tlsProblem;
        if (problem != null) {
            return problem;
        }
        return "Cannot connect to " + pool.client().address() + ": "
                + connection().lossReason() + hint();
    }

    /** What may be behind a server that hangs up without a word. */
    private String hint() {
        if (!connection().wasHungUpOn()) {
            return "";
        }
        if (!(pool.client().options().tls() instanceof Tls.Client tls)) {
            return connection().hasRead() ? "" : " without a word; does it want TLS (grpc+tls://)?";
        }
        // With TLS 1.3 its alert comes after the handshake, or never if the connection is reset.
        return secured && !TlsContexts.showsCertificate(tls)
                ? " right after the TLS handshake; does it want a client certificate?"
                : "";
    }

    boolean wasReady() {
        return settingsCame;
    }

    /** How many calls are here. */
    int load() {
        return connection().connection().local().numActiveStreams();
    }

    /** Whether the peer has said that it has not processed this stream. */
    boolean hasRefused(@Nullable OutboundStream out) {
        return goAwayCame && out != null && out.stream.id() > lastStream;
    }

    @Override
    void closed(Http2Stream stream) {
        pool.roomMayHaveChanged();
        if (!isUsable()) {
            endIfDrained();
        }
    }

    /** Nothing new goes here any more; it ends when the running calls are over. */
    private void endIfDrained() {
        if (connection().isOpen() && connection().connection().numActiveStreams() == 0) {
            end("it takes no more calls");
        }
    }

    @Override
    String peerName() {
        return pool.client().peer();
    }

    @Override
    void idle() {
        if (connection().connection().numActiveStreams() == 0) {
            end("it was idle");
        }
    }

    /** Says GOAWAY with NO_ERROR and closes the connection. Idempotent. */
    void end(String reason) {
        if (!closing) {
            closing = true;
            connection().goAway(0);
            connection().closeAfterWrites(reason);
        }
    }

    @Override
    void secured(Channel channel) {
        secured = true;
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null && !TlsContexts.selectedH2(tls)) {
            tlsProblem = TlsErrors.noHttp2(pool.client().address().toString());
            connection().closeAfterWrites(tlsProblem);
        }
    }

    @Override
    String tlsFailure(Throwable cause) {
        Address address = pool.client().address();
        Tls.Client tls =
                (Tls.Client) Objects.requireNonNull(pool.client().options().tls());
        String problem = TlsErrors.client(
                address.toString(), TlsContexts.serverName(tls, address), TlsContexts.showsCertificate(tls), cause);
        tlsProblem = problem;
        return problem;
    }

    @Override
    @Nullable
    String strange(ByteBuf first) {
        if (TlsErrors.looksLikeTls(first)) {
            return "the server wants TLS; use grpc+tls:// instead of grpc://";
        }
        return ForeignResponse.isHttp1(first)
                ? "the server speaks HTTP/1, not HTTP/2; is this the port of a gRPC server?"
                : null;
    }

    @Override
    void lost() {
        super.lost();
        pool.lost(this);
    }
}
