package dev.peregrine.protocol.wire;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.RejectedExecutionException;

/** Any thread. Brings what an event loop has noticed to the application's threads. */
public final class Completion {
    private Completion() {}

    /** A future that is done. */
    static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    /** Runs a task on an executor; if that takes nothing any more, on the JDK's common pool, since somebody waits for it. */
    public static void on(Executor executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            ForkJoinPool.commonPool().execute(task);
        }
    }
}
