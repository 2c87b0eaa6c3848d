package dev.peregrine.transport.watch;

import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.PassedOnCall;
import dev.peregrine.transport.watch.Watcher.CallWatch;
import io.netty.buffer.ByteBuf;

/** Any thread. A client's call that tells what is sent. */
public final class WatchedOutgoingCall extends PassedOnCall<OutgoingCall> implements OutgoingCall {
    private final CallWatch watch;

    public WatchedOutgoingCall(OutgoingCall call, CallWatch watch) {
        super(call);
        this.watch = watch;
    }

    @Override
    public void send(ByteBuf... slices) {
        Watched.sent(watch, slices);
        call.send(slices);
    }

    @Override
    public void sendUncompressed(ByteBuf... slices) {
        Watched.sent(watch, slices);
        call.sendUncompressed(slices);
    }

    @Override
    public void sendLast(ByteBuf... slices) {
        Watched.sent(watch, slices);
        call.sendLast(slices);
    }

    @Override
    public boolean awaitRoom() throws InterruptedException {
        return Watched.awaitRoom(call, watch);
    }

    @Override
    public void halfClose() {
        call.halfClose();
    }
}
