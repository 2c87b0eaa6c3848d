package dev.peregrine.transport.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/**
 * Event loop only. Stands before Netty's decoder and refuses what that lets pass, or takes for less than it is: HEADERS
 * that the state of their stream forbids.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113.html#section-5.1">RFC 9113, 5.1 and 5.1.1</a>
 */
final class FrameCheck extends Http2FrameListenerDecorator {
    private final Http2Connection connection;

    FrameCheck(Http2FrameListener listener, Http2Connection connection) {
        super(listener);
        this.connection = connection;
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx, int streamId, Http2Headers headers, int padding, boolean endStream)
            throws Http2Exception {
        checkHeaders(streamId);
        super.onHeadersRead(ctx, streamId, headers, padding, endStream);
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
        checkHeaders(streamId);
        super.onHeadersRead(ctx, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
    }

    private void checkHeaders(int streamId) throws Http2Exception {
        Http2Stream stream = connection.stream(streamId);
        if (stream != null) {
            if (stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE) {
                throw Http2Exception.streamError(
                        streamId, Http2Error.STREAM_CLOSED, "HEADERS after END_STREAM on stream %d", streamId);
            }
        } else if (connection.remote().isValidStreamId(streamId)) {
            checkNewStream(streamId);
        }
    }

    /** The peer may open this stream now. */
    private void checkNewStream(int streamId) throws Http2Exception {
        if (!connection.isServer()) {
            // Section 8.4: a server opens streams with PUSH_PROMISE only, and we allow none.
            throw Http2Exception.connectionError(
                    Http2Error.PROTOCOL_ERROR, "The server opened stream %d with HEADERS", streamId);
        }
        int last = connection.remote().lastStreamCreated();
        if (streamId == last) {
            throw Http2Exception.connectionError(
                    Http2Error.STREAM_CLOSED, "HEADERS on stream %d, which is closed", streamId);
        }
        if (streamId < last) {
            throw Http2Exception.connectionError(
                    Http2Error.PROTOCOL_ERROR,
                    "HEADERS on stream %d, which is not open, after stream %d",
                    streamId,
                    last);
        }
    }
}
