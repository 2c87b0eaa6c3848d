package dev.peregrine.server;

import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.MessageDecoder;
import dev.peregrine.transport.MessagePrefix;
import dev.peregrine.transport.Metadata;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Takes the one request of a call that has only one, behind {@code OneMessage}, and hands it on when the
 * client has said that nothing follows.
 *
 * @param <M> the request
 */
final class RequestCollector<M> implements CallListener {
    /** What serves the call. */
    interface Dispatch<M> {
        /** Must not block. */
        void request(M message) throws GrpcException;
    }

    private final IncomingCall call;
    private final MessageDecoder<M> decoder;
    private final Dispatch<M> dispatch;
    private @Nullable M message;

    RequestCollector(IncomingCall call, MessageDecoder<M> decoder, Dispatch<M> dispatch) {
        this.call = call;
        this.decoder = decoder;
        this.dispatch = dispatch;
    }

    @Override
    public void headers(Metadata headers) {}

    @Override
    public void messageBegins(int length) throws GrpcException {
        call.consumed(MessagePrefix.LENGTH);
        decoder.begin(length);
    }

    @Override
    public void messageBytes(ByteBuf piece) throws GrpcException {
        int bytes = piece.readableBytes();
        decoder.bytes(piece);
        call.consumed(bytes);
    }

    @Override
    public void messageEnds() throws GrpcException {
        message = decoder.end();
    }

    @Override
    public void delivered() {}

    @Override
    public void halfClosed() throws GrpcException {
        M request = message;
        if (request == null) {
            throw new AssertionError("half-closed without a message, behind OneMessage");
        }
        dispatch.request(request);
    }

    @Override
    public void closed(GrpcStatus status, Metadata trailers) {
        decoder.abandon();
    }
}
