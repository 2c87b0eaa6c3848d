package dev.peregrine.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. A call that passes on to another one whatever its subclass does not do itself.
 *
 * @param <C> which end's call
 */
public abstract class PassedOnCall<C extends Call> implements Call {
    /** The call that everything goes to. */
    protected final C call;

    protected PassedOnCall(C call) {
        this.call = call;
    }

    @Override
    public final String path() {
        return call.path();
    }

    @Override
    public final String peer() {
        return call.peer();
    }

    @Override
    public final @Nullable Long deadlineNanos() {
        return call.deadlineNanos();
    }

    @Override
    public final boolean isClosed() {
        return call.isClosed();
    }

    @Override
    public void send(ByteBuf... slices) {
        call.send(slices);
    }

    @Override
    public void sendUncompressed(ByteBuf... slices) {
        call.sendUncompressed(slices);
    }

    @Override
    public boolean awaitRoom() throws InterruptedException {
        return call.awaitRoom();
    }

    @Override
    public final boolean hasRoom() {
        return call.hasRoom();
    }

    @Override
    public final void onRoom(Runnable listener) {
        call.onRoom(listener);
    }

    @Override
    public final void consumed(int bytes) {
        call.consumed(bytes);
    }

    @Override
    public final void cancel(GrpcStatus reason) {
        call.cancel(reason);
    }

    @Override
    public final boolean awaitsAnswer() {
        return call.awaitsAnswer();
    }

    @Override
    public final CallLoop loop() {
        return call.loop();
    }
}
