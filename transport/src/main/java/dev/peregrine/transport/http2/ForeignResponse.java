package dev.peregrine.transport.http2;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. A response that does not come from a gRPC server: from a proxy, a load balancer or a web server on
 * that port. Keeps the beginning of its text, for the sentence.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md">HTTP to gRPC status codes</a>
 */
final class ForeignResponse {
    private static final AsciiString PROTO = AsciiString.cached("proto");

    /** Bytes of the body that are kept. */
    private static final int KEPT = 200;

    private final @Nullable CharSequence httpStatus;
    private final @Nullable CharSequence contentType;
    private final StringBuilder text = new StringBuilder();

    private ForeignResponse(@Nullable CharSequence httpStatus, @Nullable CharSequence contentType) {
        this.httpStatus = httpStatus;
        this.contentType = contentType;
    }

    /** Whether these are informational headers (1xx), after which the real ones follow: to be skipped. */
    static boolean isInformational(Http2Headers headers) {
        CharSequence status = headers.status();
        return status != null && status.length() == 3 && status.charAt(0) == '1';
    }

    /** Whether the first bytes of a connection are an answer in HTTP/1. Lends {@code first}. */
    static boolean isHttp1(ByteBuf first) {
        return first.readableBytes() >= 5
                && first.toString(first.readerIndex(), 5, StandardCharsets.US_ASCII)
                        .equals("HTTP/");
    }

    /** Null if these are a gRPC server's response headers, or trailers that have a grpc-status, which then decides. */
    static @Nullable ForeignResponse of(Http2Headers headers) {
        CharSequence status = headers.status();
        CharSequence contentType = headers.get(StatusHeaders.CONTENT_TYPE);
        boolean isGrpc = status != null && StatusHeaders.HTTP_OK.contentEquals(status) && isGrpc(contentType);
        return isGrpc || headers.contains(StatusHeaders.GRPC_STATUS) ? null : new ForeignResponse(status, contentType);
    }

    /** Whether this is {@code application/grpc}, with a message format or parameters or without. */
    static boolean isGrpc(@Nullable CharSequence contentType) {
        int length = StatusHeaders.APPLICATION_GRPC.length();
        if (contentType == null
                || contentType.length() < length
                || !StatusHeaders.APPLICATION_GRPC.contentEqualsIgnoreCase(contentType.subSequence(0, length))) {
            return false;
        }
        return contentType.length() == length || ";+ ".indexOf(contentType.charAt(length)) >= 0;
    }

    /**
     * What messages are written in, as a content type of gRPC says it: {@code application/grpc+proto}. Protobuf unless it is
     * said, and the only one that there is here.
     */
    static boolean isProtobuf(@Nullable CharSequence contentType) {
        int from = StatusHeaders.APPLICATION_GRPC.length();
        if (contentType == null
                || !isGrpc(contentType)
                || contentType.length() == from
                || contentType.charAt(from) != '+') {
            return true;
        }
        AsciiString format = AsciiString.of(contentType.subSequence(from + 1, contentType.length()));
        return PROTO.contentEqualsIgnoreCase(format.split(';')[0].trim());
    }

    /** More of the body. {@code piece} is lent. */
    void text(ByteBuf piece) {
        int n = Math.min(piece.readableBytes(), KEPT - text.length());
        for (int i = 0; i < n; i++) {
            char c = (char) (piece.getByte(piece.readerIndex() + i) & 0xFF);
            text.append(c < 0x20 || c > 0x7E ? ' ' : c);
        }
    }

    /** What the call ends with. */
    GrpcStatus status() {
        StringBuilder sentence = new StringBuilder("The peer does not answer as a gRPC server: ");
        sentence.append(httpStatus == null ? "no HTTP status" : "HTTP status " + httpStatus);
        sentence.append(contentType == null ? ", no content-type" : ", content-type " + contentType);
        String begin = text.toString().strip().replaceAll(" +", " ");
        if (!begin.isEmpty()) {
            sentence.append(", text \"").append(begin).append(text.length() == KEPT ? "...\"" : "\"");
        }
        return code(httpStatus).with(sentence.toString());
    }

    /** The code of the table for an HTTP status. */
    static GrpcCode code(@Nullable CharSequence httpStatus) {
        if (httpStatus == null) {
            return GrpcCode.UNKNOWN;
        }
        return switch (httpStatus.toString()) {
            case "400" -> GrpcCode.INTERNAL;
            case "401" -> GrpcCode.UNAUTHENTICATED;
            case "403" -> GrpcCode.PERMISSION_DENIED;
            case "404" -> GrpcCode.UNIMPLEMENTED;
            case "429", "502", "503", "504" -> GrpcCode.UNAVAILABLE;
            default -> GrpcCode.UNKNOWN;
        };
    }
}
