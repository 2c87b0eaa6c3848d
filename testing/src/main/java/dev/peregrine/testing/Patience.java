package dev.peregrine.testing;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A bounded wait for event loops that are still letting go of a buffer when the test has ended. Any thread. */
final class Patience {

    /** Paid in full only by a test that leaks. */
    static final Duration LIMIT = Duration.ofSeconds(3);

    private static final long PAUSE_NANOS = 1_000_000;

    private Patience() {}

    /** Returns whether the condition came true in time; ends early, with its last value, when interrupted. */
    static boolean until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }
}
