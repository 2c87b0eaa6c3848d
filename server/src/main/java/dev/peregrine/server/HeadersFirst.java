package dev.peregrine.server;

import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Any thread. A call whose response headers go out right before its first message or status, so that a service can add some until then. */
final class HeadersFirst implements IncomingCall {
    private final IncomingCall call;
    private final Runnable sendHeaders;

    /** {@code sendHeaders} runs before each message: it knows whether it has run. */
    HeadersFirst(IncomingCall call, Runnable sendHeaders) {
        this.call = call;
        this.sendHeaders = sendHeaders;
    }

    @Override
    public void send(ByteBuf... slices) {
        sendHeaders.run();
        call.send(slices);
    }

    @Override
    public void finish(GrpcStatus status, Metadata trailers) {
        sendHeaders.run();
        call.finish(status, trailers);
    }

    @Override
    public Metadata headers() {
        return call.headers();
    }

    @Override
    public void sendHeaders(Metadata headers) {
        call.sendHeaders(headers);
    }

    @Override
    public String path() {
        return call.path();
    }

    @Override
    public String peer() {
        return call.peer();
    }

    @Override
    public @Nullable Long deadlineNanos() {
        return call.deadlineNanos();
    }

    @Override
    public boolean isClosed() {
        return call.isClosed();
    }

    @Override
    public boolean awaitRoom() throws InterruptedException {
        return call.awaitRoom();
    }

    @Override
    public boolean hasRoom() {
        return call.hasRoom();
    }

    @Override
    public void onRoom(Runnable listener) {
        call.onRoom(listener);
    }

    @Override
    public void consumed(int bytes) {
        call.consumed(bytes);
    }

    @Override
    public void cancel(GrpcStatus reason) {
        call.cancel(reason);
    }

    @Override
    public Executor loop() {
        return call.loop();
    }
}
