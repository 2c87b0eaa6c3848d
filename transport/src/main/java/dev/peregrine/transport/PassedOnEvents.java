package dev.peregrine.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Event loop only. A listener that passes on to another one whatever its subclass does not do itself. */
public abstract class PassedOnEvents implements CallListener {
    /** The listener that everything goes to. */
    protected final CallListener next;

    protected PassedOnEvents(CallListener next) {
        this.next = next;
    }

    @Override
    public void headers(Metadata headers) throws GrpcException {
        next.headers(headers);
    }

    @Override
    public void repeated() {
        next.repeated();
    }

    @Override
    public void messageWasCompressed() {
        next.messageWasCompressed();
    }

    @Override
    public void messageBegins(int length) throws GrpcException {
        next.messageBegins(length);
    }

    @Override
    public @Nullable ByteBuf placement(int most) {
        return next.placement(most);
    }

    @Override
    public void messageBytes(ByteBuf piece) throws GrpcException {
        next.messageBytes(piece);
    }

    @Override
    public void messageEnds() throws GrpcException {
        next.messageEnds();
    }

    @Override
    public void delivered() {
        next.delivered();
    }

    @Override
    public boolean isFull(int most) {
        return next.isFull(most);
    }

    @Override
    public void halfClosed() throws GrpcException {
        next.halfClosed();
    }

    @Override
    public void ending(GrpcStatus status, Metadata trailers) throws GrpcException {
        next.ending(status, trailers);
    }

    @Override
    public void closed(GrpcStatus status, Metadata trailers) {
        next.closed(status, trailers);
    }
}
