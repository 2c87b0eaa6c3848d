package dev.peregrine.transport;

import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/** Any thread. The event loop of a call's connection, and how to wait for what it does. */
public interface CallLoop extends Executor {
    /** A wait that the event loop ends. */
    @FunctionalInterface
    interface Wait {
        void await() throws InterruptedException;
    }

    /** Waits. */
    void await(Wait wait) throws InterruptedException;

    /**
     * Waits for what this thread is about to go on with: the answer to what it has sent, or that the socket has taken that, or the next
     * message. It may run the event loop meanwhile, so that neither has to wake the other; else it waits as {@link #await} does.
     *
     * @param isHere becomes true on the event loop; asked by any thread
     */
    void awaitAnswer(BooleanSupplier isHere, Wait wait) throws InterruptedException;
}
