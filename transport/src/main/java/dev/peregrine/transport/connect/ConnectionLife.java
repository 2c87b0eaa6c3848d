package dev.peregrine.transport.connect;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. How long a server keeps a connection. It then drains it: GOAWAY, and no new calls; the running ones go on.
 *
 * @param maxIdle how long a connection may be without calls; null for ever
 * @param maxAge how old a connection may become, a tenth more or less by chance, so that connections which began together do
 *     not end together; null for ever
 * @param grace how long calls may go on after {@code maxAge} before they are ended; null for ever
 */
public record ConnectionLife(
        @Nullable Duration maxIdle,
        @Nullable Duration maxAge,
        @Nullable Duration grace) {
    /** Connections live as long as the client wants. */
    public static final ConnectionLife UNLIMITED = new ConnectionLife(null, null, null);

    /** Refuses what makes no sense, with a sentence that says what would. */
    public ConnectionLife {
        if (maxIdle != null) {
            Durations.positive("maxConnectionIdle", maxIdle);
        }
        if (maxAge != null) {
            Durations.positive("maxConnectionAge", maxAge);
        }
        if (grace != null && grace.isNegative()) {
            throw new IllegalArgumentException(
                    "Option maxConnectionAgeGrace is " + grace + "; it must not be negative");
        }
    }
}
