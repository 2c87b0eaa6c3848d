package dev.peregrine.testing;

/** Any thread. Waits, within bounds, until another thread is blocked, so that a test can do something to it there. */
public final class Parked {
    private Parked() {}

    /** Waits until {@code thread} waits for something without a time limit. */
    public static void await(Thread thread) {
        if (!Patience.until(() -> thread.getState() == Thread.State.WAITING)) {
            throw new AssertionError(
                    thread + " did not block within " + Patience.LIMIT + ", it is " + thread.getState());
        }
    }
}
