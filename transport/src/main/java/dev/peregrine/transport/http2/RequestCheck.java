package dev.peregrine.transport.http2;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Whether a request is a gRPC call. What is none gets an HTTP answer, since whoever sent it would not look for
 * a grpc-status.
 *
 * <pre>
 * Request-Headers = ":method" "POST" / ":path" "/" Service-Name "/" Method / ":scheme" ... / ":authority" ...
 *                   "te" "trailers" / "content-type" "application/grpc" [("+proto" / "+json" / ...)] ...
 * </pre>
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2, Requests</a>
 */
final class RequestCheck {
    private static final AsciiString POST = AsciiString.cached("POST");
    private static final AsciiString TE = AsciiString.cached("te");
    private static final AsciiString TRAILERS = AsciiString.cached("trailers");

    /**
     * An answer in HTTP's words.
     *
     * @param httpStatus the status
     * @param text one sentence, ASCII, for the body
     */
    record Refusal(int httpStatus, String text) {
        /** The header block to answer with; the text follows as DATA and ends the stream. */
        Http2Headers headers() {
            Http2Headers headers = new DefaultHttp2Headers(false, 4);
            headers.status(Integer.toString(httpStatus));
            headers.add(StatusHeaders.CONTENT_TYPE, "text/plain; charset=us-ascii");
            headers.addInt("content-length", text.length());
            if (httpStatus == 405) {
                headers.add("allow", POST);
            }
            return headers;
        }
    }

    private RequestCheck() {}

    /** Null if it is a gRPC call. A missing {@code te} is tolerated: proxies drop it. */
    static @Nullable Refusal check(Http2Headers headers) {
        CharSequence method = headers.method();
        if (method == null) {
            return new Refusal(400, "The request has no :method");
        }
        if (!POST.contentEquals(method)) {
            return new Refusal(405, "gRPC calls are POST requests, this one is " + printable(method));
        }
        CharSequence path = headers.path();
        if (path == null) {
            return new Refusal(400, "The request has no :path");
        }
        if (!ForeignResponse.isGrpc(headers.get(StatusHeaders.CONTENT_TYPE))) {
            CharSequence came = headers.get(StatusHeaders.CONTENT_TYPE);
            return new Refusal(
                    415,
                    "gRPC calls have content-type application/grpc, this request has "
                            + (came == null ? "none" : printable(came)));
        }
        if (!isMethodPath(path)) {
            return new Refusal(404, "gRPC paths are /service/method, this one is " + printable(path));
        }
        CharSequence te = headers.get(TE);
        if (te != null && !TRAILERS.contentEqualsIgnoreCase(te)) {
            return new Refusal(400, "gRPC calls have te: trailers, this request has " + printable(te));
        }
        return null;
    }

    /**
     * Checks what a gRPC call says of its messages, before the first of them comes.
     *
     * @throws GrpcException UNIMPLEMENTED if they are in a format other than protobuf, or in an unknown compression
     */
    static void checkMessages(Http2Headers headers) throws GrpcException {
        CharSequence type = headers.get(StatusHeaders.CONTENT_TYPE);
        if (type != null && !ForeignResponse.isProtobuf(type)) {
            throw new GrpcException(
                    GrpcCode.UNIMPLEMENTED,
                    "This server speaks protobuf (application/grpc+proto), this call has content-type "
                            + printable(type));
        }
        CharSequence encoding = headers.get(StatusHeaders.ENCODING);
        if (encoding != null && Compression.of(encoding) == null) {
            throw new GrpcException(
                    GrpcCode.UNIMPLEMENTED,
                    "This server knows the compressions " + Compression.ACCEPTED + "; this call has grpc-encoding "
                            + printable(encoding));
        }
    }

    private static boolean isMethodPath(CharSequence path) {
        int last = AsciiString.of(path).lastIndexOf("/");
        return path.length() > 0 && path.charAt(0) == '/' && last > 1 && last < path.length() - 1;
    }

    /** What a stranger sent, short and in printable ASCII. */
    private static String printable(CharSequence sent) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < sent.length() && i < 80; i++) {
            char c = sent.charAt(i);
            out.append(c < 0x20 || c > 0x7E ? '?' : c);
        }
        return out.append(sent.length() > 80 ? "..." : "").toString();
    }
}
