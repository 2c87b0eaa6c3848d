package dev.peregrine.transport.http2;

import dev.peregrine.transport.FloodLimits;
import dev.peregrine.transport.TransportOptions;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;

/**
 * Event loop only. Builds a {@link Connection} with Netty's builder, so that Netty's limits are on: reset floods both ways,
 * queued control frames, empty DATA frames, small CONTINUATION frames, the size of header lists.
 *
 * <p>It is built in two steps. The builder guards the encoder only if it makes it, and takes our frame reader only with a
 * decoder of ours. So a first builder makes the guarded encoder, and a second one guards our decoder.
 */
final class ConnectionBuilder {
    /** How much of a window is used before it is given back. */
    private static final float WINDOW_UPDATE_RATIO = 0.5f;

    /** What a server may push before it has seen that it may not. */
    private static final int RESERVED_STREAMS = 0;

    private final TransportOptions options;
    private final FloodLimits limits;
    private final Turns turns;
    private final CallStreams streams;
    private final FrameLog log = new FrameLog();
    private final Http2Connection connection;
    private final DataWriter writer;
    private final StreamingFrameReader frames;
    private final LateFrames reader;

    private ConnectionBuilder(boolean server, TransportOptions options, Turns turns, CallStreams streams) {
        this.options = options;
        this.limits = options.floodLimits();
        this.turns = turns;
        this.streams = streams;
        connection = new DefaultHttp2Connection(server, RESERVED_STREAMS);
        if (server) {
            // Netty itself begins with the limit when the client has acknowledged SETTINGS; some never do.
            connection.remote().maxActiveStreams(options.maxConcurrentStreams());
        }
        writer = new DataWriter(connection, log);
        connection.remote().flowController(writer);
        // Only the streams' windows wait for the application: an unread call never stalls the others.
        connection.local().flowController(new DefaultHttp2LocalFlowController(connection, WINDOW_UPDATE_RATIO, true));
        frames = new StreamingFrameReader(
                new DefaultHttp2FrameReader(
                        new DefaultHttp2HeadersDecoder(true, options.maxHeaderListSize()),
                        limits.maxSmallContinuations()),
                log);
        reader = new LateFrames(frames, connection);
    }

    static Connection build(boolean server, TransportOptions options, Turns turns, CallStreams streams) {
        ConnectionBuilder builder = new ConnectionBuilder(server, options, turns, streams);
        return builder.new Encoder().build();
    }

    private Http2Settings settings() {
        Http2Settings settings = new Http2Settings()
                .initialWindowSize(options.streamWindow())
                .maxFrameSize(options.maxFrameSize())
                .maxHeaderListSize(options.maxHeaderListSize());
        if (options.headerTables().decoder() != Http2CodecUtil.DEFAULT_HEADER_TABLE_SIZE) {
            settings.headerTableSize(options.headerTables().decoder());
        }
        return connection.isServer()
                ? settings.maxConcurrentStreams(options.maxConcurrentStreams())
                : settings.pushEnabled(false);
    }

    /** 0 at a client: its server resets each stream that it answers before the request is complete. */
    private int maxResets() {
        return connection.isServer() ? limits.maxResets() : 0;
    }

    private int resetSeconds() {
        return (int) limits.resetWindow().toSeconds();
    }

    /** With a header table that does not grow beyond ours, whatever the peer allows. */
    private Http2ConnectionEncoder limited(Http2ConnectionEncoder encoder) {
        int largest = options.headerTables().encoder();
        if (largest == Integer.MAX_VALUE) {
            return encoder;
        }
        if (largest < Http2CodecUtil.DEFAULT_HEADER_TABLE_SIZE) {
            try {
                encoder.configuration().headersConfiguration().maxHeaderTableSize(largest);
            } catch (Http2Exception e) {
                throw new AssertionError("the size was checked", e);
            }
        }
        return new DecoratingHttp2ConnectionEncoder(encoder) {
            @Override
            public void remoteSettings(Http2Settings settings) throws Http2Exception {
                Long allowed = settings.headerTableSize();
                if (allowed != null && allowed > largest) {
                    settings.headerTableSize(largest);
                }
                super.remoteSettings(settings);
            }
        };
    }

    private final class Encoder extends AbstractHttp2ConnectionHandlerBuilder<Connection, Encoder> {
        @Override
        protected Connection build() {
            initialSettings(settings());
            connection(connection);
            frameLogger(log);
            encoderEnforceMaxRstFramesPerWindow(maxResets(), resetSeconds());
            encoderEnforceMaxQueuedControlFrames(limits.maxQueuedReplies());
            return super.build();
        }

        @Override
        protected Connection build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings s) {
            decoder.close();
            Http2ConnectionEncoder limited = limited(encoder);
            Http2ConnectionDecoder ours = new DefaultHttp2ConnectionDecoder(
                    connection, limited, reader, Http2PromisedRequestVerifier.ALWAYS_VERIFY, true, true, true, true);
            return new Decoder(ours, limited).build();
        }
    }

    private final class Decoder extends AbstractHttp2ConnectionHandlerBuilder<Connection, Decoder> {
        Decoder(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder) {
            initialSettings(settings());
            decoderEnforceMaxRstFramesPerWindow(maxResets(), resetSeconds());
            decoderEnforceMaxConsecutiveEmptyDataFrames(limits.maxEmptyDataFrames());
            codec(decoder, encoder);
        }

        @Override
        protected Connection build() {
            return super.build();
        }

        @Override
        protected Connection build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings s) {
            return new Connection(decoder, encoder, s, options, turns, frames, writer, reader, streams);
        }
    }
}
