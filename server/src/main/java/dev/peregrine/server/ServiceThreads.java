package dev.peregrine.server;

import dev.peregrine.protocol.wire.Completion;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Any thread. Runs each call's service method on a thread of the executor and makes the call's status of how it ends. */
final class ServiceThreads {
    /** A service method with all around it. */
    interface Body {
        void run() throws Exception;
    }

    private final Executor executor;
    private final RunningCalls running;

    ServiceThreads(Executor executor, RunningCalls running) {
        this.executor = executor;
        this.running = running;
    }

    Executor executor() {
        return executor;
    }

    /**
     * Event loop only. Has {@code body} run, then {@code cleanup}, then ends the call.
     *
     * @param cleanup runs also if the call is cancelled before {@code body} has begun, in which case that does not run
     * @throws GrpcException too many calls run; neither will
     */
    void serve(ServiceCall call, Body body, Runnable cleanup) throws GrpcException {
        add(call);
        try {
            executor.execute(() -> run(call, body, cleanup));
        } catch (RejectedExecutionException e) {
            running.remove(call);
            throw new GrpcException(
                    GrpcCode.RESOURCE_EXHAUSTED, "the server has no thread left for this call; try again later");
        }
    }

    /**
     * Event loop only. Runs {@code body}, which does not wait, now and here, and ends the call.
     *
     * @throws GrpcException too many calls run; it does not
     */
    void serveHere(ServiceCall call, Body body) throws GrpcException {
        add(call);
        run(call, body, () -> {});
    }

    private void add(ServiceCall call) throws GrpcException {
        if (!running.add(call)) {
            throw new GrpcException(
                    GrpcCode.RESOURCE_EXHAUSTED,
                    "the server runs " + running.limit() + " calls already, which is its limit; try again later");
        }
    }

    private void run(ServiceCall call, Body body, Runnable cleanup) {
        call.enter();
        Throwable failure = null;
        try {
            if (!call.isCancelled()) {
                call.begin();
                body.run();
            }
        } catch (Throwable e) { // Whatever a service throws ends its call and no other.
            failure = e;
        }
        call.methodEnded();
        CompletionStage<?> later = failure == null ? call.later() : null;
        if (later == null) {
            end(call, cleanup, failure);
            return;
        }
        call.leave();
        later.whenComplete(
                (nothing, thrown) -> Completion.on(executor, () -> end(call, cleanup, failure(call, thrown))));
    }

    /** What the call fails with. Who was told that nobody waits has perhaps cancelled what was waited for; that is no error. */
    private static @Nullable Throwable failure(ServiceCall call, @Nullable Throwable thrown) {
        Throwable cause = cause(thrown);
        return cause instanceof CancellationException && call.isCancelled()
                ? call.failure(GrpcCode.CANCELLED.with("the call is over"))
                : cause;
    }

    /** What a stage failed with: behind others it comes wrapped. */
    private static @Nullable Throwable cause(@Nullable Throwable thrown) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : null;
        return cause == null ? thrown : cause;
    }

    private void end(ServiceCall call, Runnable cleanup, @Nullable Throwable thrown) {
        Throwable failure = thrown;
        try {
            call.closeOwned();
        } catch (Throwable e) { // Whatever it is, it ends this call and no other.
            failure = failure == null ? e : failure;
        }
        try {
            cleanup.run();
            call.end(failure);
        } finally {
            call.leave();
            running.remove(call);
        }
    }
}
