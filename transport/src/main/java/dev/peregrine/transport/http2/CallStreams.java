package dev.peregrine.transport.http2;

import dev.peregrine.transport.Logs;
import dev.peregrine.transport.connect.IdleTimer;
import dev.peregrine.transport.watch.Watcher;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Event loop only. The calls on one connection: what Netty's decoder reads is handed to the call that it belongs to. */
abstract class CallStreams extends Http2EventAdapter {
    private @Nullable Connection connection;
    private Http2Connection.@Nullable PropertyKey key;
    private @Nullable IdleTimer idleTimer;
    private long opened;

    /** Empty until the connection can be used. */
    private String peer = "";

    /** Says whose streams these are; before anything else. */
    final void attach(Connection connection) {
        this.connection = connection;
        this.key = connection.connection().newKey();
    }

    final Connection connection() {
        Connection c = connection;
        if (c == null) {
            throw new AssertionError("used before attach");
        }
        return c;
    }

    /** The call of a stream; null if it has none. */
    final @Nullable StreamCall call(@Nullable Http2Stream stream) {
        return stream == null || key == null ? null : stream.getProperty(key);
    }

    /** The call of this stream; null if it has none. */
    final @Nullable StreamCall call(int streamId) {
        return call(connection().connection().stream(streamId));
    }

    final void opened(Http2Stream stream, StreamCall call) {
        StreamCall before = stream.setProperty(key, call);
        if (before != null) {
            throw new AssertionError("stream " + stream.id() + " has a call already");
        }
        connection().callsChanged();
        if (idleTimer != null) {
            idleTimer.busy(true);
        }
    }

    /** The stream has no call any more. */
    final void left(Http2Stream stream) {
        StreamCall before = key == null ? null : stream.removeProperty(key);
        if (before == null) {
            throw new AssertionError("stream " + stream.id() + " had no call");
        }
    }

    /** The calls whose streams are open. */
    final List<StreamCall> calls() {
        List<StreamCall> calls = new ArrayList<>();
        try {
            connection().connection().forEachActiveStream(stream -> {
                StreamCall call = call(stream);
                if (call != null) {
                    calls.add(call);
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new AssertionError("collecting throws nothing", e);
        }
        return calls;
    }

    @Override
    public final int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endStream) {
        Http2Stream stream = connection().connection().stream(streamId);
        StreamCall call = call(stream);
        if (call != null) {
            return padding + call.in.arrives(data, endStream);
        }
        return padding + (stream == null ? data.readableBytes() : unwanted(stream, data.readableBytes()));
    }

    /**
     * DATA came on a stream that has no call.
     *
     * @return how many of its {@code bytes} go back to the stream's window
     */
    int unwanted(Http2Stream stream, int bytes) {
        return bytes;
    }

    @Override
    public final void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endStream) {
        Http2Stream stream = connection().connection().stream(streamId);
        StreamCall call = call(stream);
        if (call != null) {
            call.headers(headers, endStream);
        } else if (stream != null) {
            request(stream, headers, endStream);
        }
    }

    @Override
    public final void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endStream) {
        onHeadersRead(ctx, streamId, headers, 0, (short) 16, false, padding, endStream);
    }

    /** The peer has opened a stream. */
    void request(Http2Stream stream, Http2Headers headers, boolean endStream) {}

    @Override
    public final void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        StreamCall call = call(streamId);
        if (call != null) {
            call.reset(errorCode);
        }
    }

    @Override
    public final void onStreamClosed(Http2Stream stream) {
        StreamCall call = call(stream);
        if (call != null) {
            call.streamClosed();
        }
        if (idleTimer != null) {
            idleTimer.busy(connection().connection().numActiveStreams() > 0);
        }
        closed(stream);
    }

    /** The peer's first SETTINGS have come: the connection can be used. */
    final void opened(@Nullable Duration idlePatience) {
        opened = System.nanoTime();
        peer = peerName();
        Logs.CONNECTION.debug("{}: the connection is open", peer);
        Watcher watcher = connection().options().watcher();
        if (watcher != null) {
            watcher.connectionOpened(peer);
        }
        watchIdleness(idlePatience);
    }

    /** The other end, as calls name it. */
    abstract String peerName();

    /** From now on, {@link #idle} is called when there have been no calls for so long; null for never. */
    private void watchIdleness(@Nullable Duration patience) {
        if (patience != null) {
            idleTimer = new IdleTimer(connection().context().executor(), patience.toNanos(), this::idle);
        }
    }

    /** There have been no calls for a while. */
    abstract void idle();

    /** A stream has closed. */
    abstract void closed(Http2Stream stream);

    /** The TLS handshake went well. */
    void secured(Channel channel) {}

    /** The TLS handshake failed: why, for people. */
    abstract String tlsFailure(Throwable cause);

    /** What the first bytes that came, lent, are instead of HTTP/2: the end of a sentence. Null if it cannot be told. */
    abstract @Nullable String strange(ByteBuf first);

    /** The connection was lost, and all calls on it are over. */
    void lost() {
        if (idleTimer != null) {
            idleTimer.stop();
        }
        if (!peer.isEmpty()) {
            Logs.CONNECTION.debug(
                    "{}: the connection is closed: {}", peer, connection().lossReason());
            Watcher watcher = connection().options().watcher();
            if (watcher != null) {
                watcher.connectionClosed(peer, System.nanoTime() - opened);
            }
        }
    }
}
