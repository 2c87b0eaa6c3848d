package dev.peregrine.transport.watch;

import dev.peregrine.transport.Call;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.CallRouter;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.MessagePrefix;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.PassedOnEvents;
import dev.peregrine.transport.watch.Watcher.CallWatch;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Any thread. Puts a {@link CallWatch} between a call and the layer above. */
public final class Watched {
    private Watched() {}

    /** A router whose calls are watched. */
    public static CallRouter router(CallRouter router, Watcher watcher) {
        return path -> {
            CallRouter.Handler handler = router.route(path);
            return handler == null ? null : call -> accept(handler, call, watcher);
        };
    }

    private static CallListener accept(CallRouter.Handler handler, IncomingCall call, Watcher watcher)
            throws GrpcException {
        CallWatch watch = watcher.callStarted(call.path(), call.peer());
        if (watch == null) {
            return handler.accept(call);
        }
        WatchedIncomingCall watched = new WatchedIncomingCall(call, watch);
        try {
            return new Events(handler.accept(watched), watch, watched);
        } catch (GrpcException e) {
            watch.ended(e.status());
            throw e;
        }
    }

    /** A client's listener that tells {@code watch} first. */
    public static CallListener listener(CallListener listener, CallWatch watch) {
        return new Events(listener, watch, null);
    }

    static void sent(CallWatch watch, ByteBuf... slices) {
        long bytes = 0;
        for (ByteBuf slice : slices) {
            bytes += slice.readableBytes();
        }
        watch.sent(bytes);
    }

    static boolean awaitRoom(Call call, CallWatch watch) throws InterruptedException {
        if (call.hasRoom()) {
            return call.awaitRoom();
        }
        long from = System.nanoTime();
        try {
            return call.awaitRoom();
        } finally {
            watch.waited(System.nanoTime() - from);
        }
    }

    /** Event loop only. */
    private static final class Events extends PassedOnEvents {
        private final CallWatch watch;
        private final @Nullable WatchedIncomingCall atServer;
        private int length;

        Events(CallListener next, CallWatch watch, @Nullable WatchedIncomingCall atServer) {
            super(next);
            this.watch = watch;
            this.atServer = atServer;
        }

        @Override
        public void repeated() {
            watch.repeated();
            next.repeated();
        }

        @Override
        public void messageBegins(int length) throws GrpcException {
            this.length = length;
            next.messageBegins(length);
        }

        @Override
        public void messageEnds() throws GrpcException {
            watch.received((long) length + MessagePrefix.LENGTH);
            next.messageEnds();
        }

        @Override
        public void closed(GrpcStatus status, Metadata trailers) {
            // At a server, OK says only that the answer has gone out.
            watch.ended(atServer != null && status.isOk() ? atServer.answered() : status);
            next.closed(status, trailers);
        }
    }
}
