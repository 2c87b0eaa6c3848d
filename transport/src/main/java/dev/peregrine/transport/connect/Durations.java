package dev.peregrine.transport.connect;

import java.time.Duration;

/** Any thread. What options that are durations have in common. */
public final class Durations {
    /** Beyond this, a deadline in nanoseconds would overflow. */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Durations() {}

    /** Refuses a duration that is not positive or longer than a hundred years; {@code name} is the option's. */
    public static void positive(String name, Duration value) {
        if (value.isNegative() || value.isZero() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "Option " + name + " is " + value + "; it must be positive, and 36,500 days at most");
        }
    }

    /** Nanoseconds; a duration beyond a hundred years counts as that. */
    public static long nanos(Duration duration) {
        return (duration.compareTo(LONGEST) > 0 ? LONGEST : duration).toNanos();
    }
}
