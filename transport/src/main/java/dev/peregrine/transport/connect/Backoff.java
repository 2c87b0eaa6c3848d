package dev.peregrine.transport.connect;

import java.util.function.DoubleSupplier;

/**
 * Event loop only. When to connect again after an attempt that failed; pure, all times are nanoseconds of one clock. The wait
 * counts from the beginning of the attempt, so that one which took long enough is followed at once by the next.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md">gRPC connection backoff</a>
 */
public final class Backoff {
    private static final double JITTER = 0.2;

    private final double initial;
    private final double longest;
    private final DoubleSupplier chance;

    /** The wait that belongs to the next attempt, before chance. */
    private double wait;

    private long next;
    private boolean failing;

    /**
     * @param chance gives a number from 0 to 1, without 1
     */
    public Backoff(Reconnection reconnection, DoubleSupplier chance) {
        this.longest = Durations.nanos(reconnection.maxBackoff());
        this.initial = Math.min(Durations.nanos(reconnection.initialBackoff()), longest);
        this.chance = chance;
        this.wait = initial;
    }

    /**
     * An attempt begins.
     *
     * @return how long it may take, if that is longer than usual: as long as the wait after it
     */
    public long attempt(long now) {
        long jittered = (long) (wait * (1 - JITTER + 2 * JITTER * chance.getAsDouble()));
        next = now + jittered;
        wait = Math.min(wait * Reconnection.MULTIPLIER, longest);
        return jittered;
    }

    /** The last attempt has failed. */
    public void failed() {
        failing = true;
    }

    /** There is a connection: the next loss is followed by an attempt at once. */
    public void succeeded() {
        failing = false;
        wait = initial;
    }

    /** The next attempt may begin at once, whatever has failed. */
    public void hurry() {
        failing = false;
    }

    /** How long to wait before the next attempt; 0 or less if it may begin. */
    public long left(long now) {
        return failing ? next - now : 0;
    }
}
