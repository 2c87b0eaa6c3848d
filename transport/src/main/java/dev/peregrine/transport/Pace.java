package dev.peregrine.transport;

import java.util.concurrent.TimeUnit;

/**
 * The application's thread only, where a method does not say otherwise. How an application takes messages: whether it is to have the event
 * loop while it waits for the next one.
 */
final class Pace {
    /** Who waits for messages of so many bytes reads them itself. Smaller ones the event loop's own thread reads many at a time. */
    private static final int LARGE = 64 << 10;

    /** Who found a message without waiting reads a stream, until it has waited for so many one after the other. */
    private static final int SINGLE = 4;

    /** What is longer ago than about this says nothing. */
    private static final long REMEMBERED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Whether the last message that began is large. Written by the event loop. */
    private volatile boolean isLarge;

    /** How many messages it has waited for since it last found one; many at first, for an answer may be all. */
    private int waits = SINGLE;

    // Of large messages.
    private long since;
    private long busy;
    private long waited;

    /** {@code now} is of {@link System#nanoTime}, here and below. */
    Pace(long now) {
        since = now;
    }

    /** Event loop only. A message of so many bytes begins. */
    void begins(int length) {
        boolean large = length >= LARGE;
        if (isLarge != large) {
            isLarge = large;
        }
    }

    /** Any thread. Whether messages are large: of others {@link #comes} and {@link #gets} need not be told. */
    boolean isLarge() {
        return isLarge;
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

    /** There was a message to take. */
    void finds() {
        waits = 0;
    }

    /** There was none. Whether it is to have the event loop while it waits for {@code anAnswer}, or for something else. */
    boolean borrows(boolean anAnswer) {
        waits++;
        return anAnswer && waits >= SINGLE || isLarge && isIdle();
    }

    /** Whether it waits for twice as long as it is busy, or longer. */
    boolean isIdle() {
        return waited > 2 * busy;
    }
}
