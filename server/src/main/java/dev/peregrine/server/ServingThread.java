package dev.peregrine.server;

import org.jspecify.annotations.Nullable;

/** Any thread. The thread that runs a call's method, to interrupt it, and only while it does. */
final class ServingThread {
    // Both guarded by this.
    private @Nullable Thread thread;
    private boolean interrupted;

    /** It is this one, from now on. */
    synchronized void enter() {
        thread = Thread.currentThread();
    }

    /** It is none any more. What {@link #interrupt} has done to it is undone. */
    synchronized void leave() {
        if (thread != null) {
            thread = null;
            if (interrupted) {
                Thread.interrupted();
            }
        }
    }

    /** Interrupts it, if there is one. */
    synchronized void interrupt() {
        if (thread != null) {
            interrupted = true;
            thread.interrupt();
        }
    }

    synchronized boolean isThisOne() {
        return thread == Thread.currentThread();
    }
}
