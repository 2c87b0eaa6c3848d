package dev.peregrine.server;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.MessageDecoder;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Decodes requests, and blames the client for those that cannot be decoded: to the decoder that is an
 * INTERNAL error, to the client of a server it is an INVALID_ARGUMENT.
 *
 * @param <M> a request
 */
final class RequestDecoder<M> implements MessageDecoder<M> {
    private final String method;
    private final MessageDecoder<M> decoder;

    /** {@code method} is named in complaints. */
    RequestDecoder(String method, MessageDecoder<M> decoder) {
        this.method = method;
        this.decoder = decoder;
    }

    @Override
    public void begin(int length) throws GrpcException {
        try {
            decoder.begin(length);
        } catch (GrpcException e) {
            throw blamed(e);
        }
    }

    @Override
    public @Nullable ByteBuf placement(int most) {
        return decoder.placement(most);
    }

    @Override
    public void bytes(ByteBuf piece) throws GrpcException {
        try {
            decoder.bytes(piece);
        } catch (GrpcException e) {
            throw blamed(e);
        }
    }

    @Override
    public M end() throws GrpcException {
        try {
            return decoder.end();
        } catch (GrpcException e) {
            throw blamed(e);
        }
    }

    private GrpcException blamed(GrpcException e) {
        GrpcCode code = e.status().code() == GrpcCode.INTERNAL
                ? GrpcCode.INVALID_ARGUMENT
                : e.status().code();
        return new GrpcException(code, method + ": " + e.status().message());
    }

    @Override
    public void abandon() {
        decoder.abandon();
    }

    @Override
    public void release(M message) {
        decoder.release(message);
    }
}
