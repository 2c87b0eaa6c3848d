package dev.peregrine.transport.http2;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.Metadata;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/**
 * Event loop only. The header fields that a call begins with.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2, Requests</a>
 */
final class RequestHead {
    private static final AsciiString POST = AsciiString.cached("POST");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");
    private static final AsciiString USER_AGENT = AsciiString.cached("user-agent");
    private static final AsciiString ACCEPTED = AsciiString.cached(Compression.ACCEPTED);
    private static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
    private static final AsciiString PREVIOUS_ATTEMPTS = AsciiString.cached("grpc-previous-rpc-attempts");

    private RequestHead() {}

    /** {@code previousAttempts}: how many of the call's attempts a policy has followed by another one. */
    static Http2Headers of(ClientCall call, Metadata metadata, int previousAttempts) {
        Http2Headers head = new DefaultHttp2Headers(false, 16);
        head.method(POST)
                .scheme(call.client().scheme())
                .authority(call.client().authority())
                .path(call.path());
        head.add(TE, TRAILERS);
        head.add(StatusHeaders.CONTENT_TYPE, StatusHeaders.APPLICATION_GRPC);
        if (metadata.get("user-agent") == null) {
            head.add(USER_AGENT, call.client().userAgent());
        }
        if (call.compression() != Compression.IDENTITY) {
            head.add(StatusHeaders.ENCODING, call.compression().encoding());
        }
        head.add(StatusHeaders.ACCEPT_ENCODING, ACCEPTED);
        Long deadline = call.deadlineNanos();
        if (deadline != null) {
            head.add(TIMEOUT, GrpcTimeout.format(deadline - System.nanoTime()));
        }
        if (previousAttempts > 0) {
            head.add(PREVIOUS_ATTEMPTS, Integer.toString(previousAttempts));
        }
        HeaderCodec.write(metadata, head);
        return head;
    }
}
