package dev.peregrine.transport;

import java.util.concurrent.TimeUnit;

/** The application's thread only. Whether an application mostly waits for messages, or mostly does something with them. */
final class Pace {
    /** What is longer ago than about this says nothing. */
    private static final long REMEMBERED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private long since;
    private long busy;
    private long waited;

    /** {@code now} is of {@link System#nanoTime}, here and below. */
    Pace(long now) {
        since = now;
    }

    /** It comes for the next message. */
    void comes(long now) {
        busy += now - since;
        since = now;
    }

    /** It gets what it came for. */
    void gets(long now) {
        waited += now - since;
        since = now;
        if (busy + waited > REMEMBERED_NANOS) {
            busy /= 2;
            waited /= 2;
        }
    }

    /** Whether it waits for twice as long as it is busy, or longer. */
    boolean isIdle() {
        return waited > 2 * busy;
    }
}
