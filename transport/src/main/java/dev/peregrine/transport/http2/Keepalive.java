package dev.peregrine.transport.http2;

/**
 * Event loop only. When to ask a silent peer whether it is still there, and when to give it up; pure: the caller sends the
 * PING and sets the timer.
 *
 * <p>Any byte that arrives is a sign of life, a PING's answer no more than others. After each event the caller asks
 * {@link #step}, and asks again after {@link #delay}. All times are nanoseconds, of one clock.
 */
final class Keepalive {
    /** What to do now. */
    enum Step {
        /** Nothing is to be done before {@link #delay} is over. */
        WAIT,
        /** Send a PING, then ask again: the time for its answer has begun. */
        PING,
        /** The peer did not answer in time: the connection is lost. */
        LOST,
        /** Nothing is to be done until a call opens. */
        REST
    }

    private final long silence;
    private final long patience;
    private final boolean withoutCalls;

    private long lastRead;
    private long pingSent;
    private boolean asked;
    private boolean callsOpen;

    /**
     * @param silence time without a byte after which a PING asks
     * @param patience how long its answer may take
     * @param withoutCalls whether to ask although no call is open
     */
    Keepalive(long silence, long patience, boolean withoutCalls, long now) {
        this.silence = silence;
        this.patience = patience;
        this.withoutCalls = withoutCalls;
        this.lastRead = now;
    }

    /** Bytes arrived. */
    void read(long now) {
        lastRead = now;
        asked = false;
    }

    /** Whether calls are open. The first one after a rest finds out about the silence before it, by a PING at once. */
    void calls(boolean open) {
        callsOpen = open;
    }

    /** What to do at this time. */
    Step step(long now) {
        if (asked) {
            return now - pingSent >= patience ? Step.LOST : Step.WAIT;
        }
        if (!callsOpen && !withoutCalls) {
            return Step.REST;
        }
        if (now - lastRead < silence) {
            return Step.WAIT;
        }
        asked = true;
        pingSent = now;
        return Step.PING;
    }

    /** After {@link Step#WAIT} or {@link Step#PING}: how long to wait before asking again; positive. */
    long delay(long now) {
        long due = asked ? pingSent + patience : lastRead + silence;
        return Math.max(due - now, 1);
    }
}
