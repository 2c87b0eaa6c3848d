package dev.peregrine.transport.connect;

import java.time.Duration;

/**
 * Any thread. How long a client waits between attempts to connect that fail. The wait grows by {@value #MULTIPLIER} from one
 * attempt to the next, and each is up to a fifth shorter or longer, by chance, so that many clients do not come back at once.
 *
 * @param initialBackoff the wait after the first attempt that fails
 * @param maxBackoff the longest wait, before chance
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md">gRPC connection backoff</a>
 */
public record Reconnection(Duration initialBackoff, Duration maxBackoff) {
    /** By how much a wait is longer than the one before. */
    public static final double MULTIPLIER = 1.6;

    /** 0.1 seconds at first, as other implementations of Flight, and two minutes at most, as gRPC. */
    public static final Reconnection DEFAULT = new Reconnection(Duration.ofMillis(100), Duration.ofSeconds(120));

    /** Refuses what makes no sense, with a sentence that says what would. */
    public Reconnection {
        Durations.positive("initialBackoff", initialBackoff);
        Durations.positive("maxBackoff", maxBackoff);
    }
}
