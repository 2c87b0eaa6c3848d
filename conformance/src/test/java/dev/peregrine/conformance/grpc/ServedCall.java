package dev.peregrine.conformance.grpc;

import com.google.protobuf.MessageLite;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.MessagePrefix;
import dev.peregrine.transport.Metadata;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** One thread. A call at the server. */
final class ServedCall {
    private static final String ECHO_INITIAL = "x-grpc-test-echo-initial";
    private static final String ECHO_TRAILING = "x-grpc-test-echo-trailing-bin";

    private final IncomingCall call;
    private final Receiving requests;

    ServedCall(IncomingCall call, Receiving requests) {
        this.call = call;
        this.requests = requests;
    }

    /** Prefix and message in one buffer. */
    static ByteBuf frame(MessageLite message) {
        byte[] bytes = message.toByteArray();
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(MessagePrefix.LENGTH + bytes.length);
        MessagePrefix.write(out, bytes.length);
        return out.writeBytes(bytes);
    }

    /** The next request; null at the end. */
    Receiving.@Nullable Message take() throws GrpcException, InterruptedException {
        return requests.take();
    }

    /** The one request. */
    Receiving.Message request() throws GrpcException, InterruptedException {
        Receiving.Message request = take();
        if (request == null) {
            throw new GrpcException(GrpcCode.UNIMPLEMENTED, "There is no request");
        }
        return request;
    }

    /** The response headers, before the first answer; whether any answer will be compressed. */
    void headers(boolean compressing) {
        headers(compressing, new Metadata());
    }

    /** The same with more headers. */
    void headers(boolean compressing, Metadata headers) {
        String echo = call.headers().get(ECHO_INITIAL);
        if (echo != null) {
            headers.add(ECHO_INITIAL, echo);
        }
        call.sendHeaders(headers, compressing ? Compression.GZIP : Compression.IDENTITY);
    }

    /** False if the call is over. */
    boolean send(MessageLite message, boolean compressed) throws InterruptedException {
        if (compressed) {
            call.send(frame(message));
        } else {
            call.sendUncompressed(frame(message));
        }
        return call.awaitRoom();
    }

    void finish(GrpcStatus status) {
        Metadata trailers = new Metadata();
        byte[] echo = call.headers().getBinary(ECHO_TRAILING);
        if (echo != null) {
            trailers.add(ECHO_TRAILING, echo);
        }
        call.finish(status, trailers);
    }
}
