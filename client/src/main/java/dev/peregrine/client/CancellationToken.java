package dev.peregrine.client;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Any thread. Ends all the calls that were made with it, {@link CallOptions#cancelledBy}, and lets no more of them start.
 *
 * <pre>{@code
 * var token = new CancellationToken();
 * executor.submit(() -> client.doGet(ticket, CallOptions.NONE.cancelledBy(token)));
 * token.cancel();
 * }</pre>
 */
public final class CancellationToken {
    /** Guarded by this: what a cancellation has to do. */
    private final Set<Runnable> actions = new LinkedHashSet<>();

    /** Guarded by this. */
    private boolean cancelled;

    /** Not cancelled. */
    public CancellationToken() {}

    /**
     * Cancels the calls: who waits for one gets a {@link dev.peregrine.protocol.error.FlightCancelledException}, and so does who
     * starts one from now on. Does not wait for them to end. Idempotent.
     */
    public void cancel() {
        Set<Runnable> now;
        synchronized (this) {
            cancelled = true;
            now = new LinkedHashSet<>(actions);
            actions.clear();
        }
        now.forEach(Runnable::run);
    }

    /** Whether {@link #cancel} was called. */
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Has {@code action}, which does not wait, run at the cancellation; at once if that has been. */
    void onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                actions.add(action);
                return;
            }
        }
        action.run();
    }

    /** {@code action} is of no use any more. */
    synchronized void forget(Runnable action) {
        actions.remove(action);
    }
}
