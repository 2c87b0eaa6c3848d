package dev.peregrine.transport.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Drops what still arrives for streams that this end has reset. The peer sent it before it knew:
 * megabytes of DATA after a cancelled read. Netty would answer every piece of it with one more RST_STREAM, which peers
 * count and then hang up.
 *
 * <p>The dropped bytes count for the connection's window all the same (RFC 9113, 5.1, "closed").
 */
final class LateFrames implements Http2FrameReader {
    /** Streams remembered. What is older than so many resets is left to Netty. */
    private static final int REMEMBERED = 1024;

    private final Http2FrameReader reader;
    private final Http2Connection connection;
    private final LinkedHashSet<Integer> reset = new LinkedHashSet<>();

    /** The highest of the streams that are not remembered any more. */
    private int forgotten;

    private @Nullable Http2FrameListener unfiltered;
    private @Nullable Http2FrameListener filtered;

    LateFrames(Http2FrameReader reader, Http2Connection connection) {
        this.reader = reader;
        this.connection = connection;
    }

    /** This end has sent RST_STREAM. */
    void reset(int streamId) {
        if (reset.add(streamId) && reset.size() > REMEMBERED) {
            var oldest = reset.iterator();
            forgotten = Math.max(forgotten, oldest.next());
            oldest.remove();
        }
    }

    @Override
    public void readFrame(ChannelHandlerContext ctx, ByteBuf in, Http2FrameListener listener) throws Http2Exception {
        Http2FrameListener filter = filtered;
        if (filter == null || unfiltered != listener) {
            unfiltered = listener;
            filter = new Filter(listener);
            filtered = filter;
        }
        reader.readFrame(ctx, in, filter);
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }

    private final class Filter extends Http2FrameListenerDecorator {
        private final Http2FrameListener check;

        Filter(Http2FrameListener listener) {
            super(listener);
            check = new FrameCheck(listener, connection);
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean endStream)
                throws Http2Exception {
            if (reset.isEmpty() || !isLate(streamId, endStream)) {
                return super.onDataRead(ctx, streamId, data, padding, endStream);
            }
            connection.local().flowController().receiveFlowControlledFrame(null, data, padding, endStream);
            return 0;
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endStream)
                throws Http2Exception {
            if (!isLate(streamId, endStream)) {
                headers(streamId).onHeadersRead(ctx, streamId, headers, padding, endStream);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean endStream)
                throws Http2Exception {
            if (!isLate(streamId, endStream)) {
                headers(streamId)
                        .onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
            }
        }

        /** Who judges HEADERS: where nobody knows whether this end has reset the stream, Netty's mild stream error. */
        private Http2FrameListener headers(int streamId) {
            return streamId <= forgotten ? listener : check;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) throws Http2Exception {
            if (!isLate(streamId, true) || connection.stream(streamId) != null) {
                super.onRstStreamRead(ctx, streamId, errorCode);
            }
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) throws Http2Exception {
            if (!isLate(streamId, false)) {
                super.onWindowUpdateRead(ctx, streamId, increment);
            }
        }

        /** Whether a frame is late; after the peer's {@code last} one on a stream nothing can be. */
        private boolean isLate(int streamId, boolean last) {
            return last ? reset.remove(streamId) : reset.contains(streamId);
        }
    }
}
