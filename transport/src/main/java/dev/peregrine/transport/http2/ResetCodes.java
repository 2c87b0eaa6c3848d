package dev.peregrine.transport.http2;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import io.netty.handler.codec.http2.Http2Error;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. What an HTTP/2 error code in the peer's RST_STREAM means for the call.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#errors">gRPC over HTTP/2, Errors</a>
 */
final class ResetCodes {
    private ResetCodes() {}

    /** The status of a call that the peer reset with this code. */
    static GrpcStatus status(long errorCode) {
        return code(errorCode).with("The peer reset the stream with " + name(errorCode));
    }

    /** The code of the table; INTERNAL for what it does not list. */
    static GrpcCode code(long errorCode) {
        Http2Error error = Http2Error.valueOf(errorCode);
        if (error == null) {
            return GrpcCode.INTERNAL;
        }
        return switch (error) {
            case REFUSED_STREAM -> GrpcCode.UNAVAILABLE;
            case CANCEL -> GrpcCode.CANCELLED;
            case ENHANCE_YOUR_CALM -> GrpcCode.RESOURCE_EXHAUSTED;
            case INADEQUATE_SECURITY -> GrpcCode.PERMISSION_DENIED;
            default -> GrpcCode.INTERNAL;
        };
    }

    /** For people: {@code CANCEL}, or the number if HTTP/2 defines no such code. */
    static String name(long errorCode) {
        @Nullable Http2Error error = Http2Error.valueOf(errorCode);
        return error == null ? "error code 0x" + Long.toHexString(errorCode) : error.name();
    }
}
