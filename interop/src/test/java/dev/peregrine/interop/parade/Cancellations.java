package dev.peregrine.interop.parade;

import dev.peregrine.server.ServerCall;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The calls of a service that were cancelled, for a client to ask about. Any thread. */
final class Cancellations {
    private static final long PATIENCE_SECONDS = 30;

    private final Semaphore cancelled = new Semaphore(0);

    /** One more. */
    void release() {
        cancelled.release();
    }

    /** Whether there was one since this was asked last; waits for it. */
    boolean seen(double seconds) {
        try {
            boolean was = cancelled.tryAcquire((long) (seconds * 1000), TimeUnit.MILLISECONDS);
            cancelled.drainPermits();
            return was;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns when the call has been cancelled. */
    void await(ServerCall call) {
        CountDownLatch over = new CountDownLatch(1);
        call.onCancel(over::countDown);
        await(over);
    }

    /** Returns when {@code over} says that a call has been cancelled. */
    void await(CountDownLatch over) {
        try {
            if (over.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                release();
            }
        } catch (InterruptedException e) {
            release();
            Thread.currentThread().interrupt();
        }
    }
}
