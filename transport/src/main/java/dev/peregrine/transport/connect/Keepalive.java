package dev.peregrine.transport.connect;

/**
 * Event loop only. When to ask a silent peer whether it is still there, and when to give it up; pure: the caller sends the
 * PING and sets the timer.
 *
 * <p>Any byte that arrives is a sign of life, a PING's answer no more than others. After each event the caller asks
 * {@link #step}, and asks again after {@link #delay}. All times are nanoseconds, of one clock.
 */
public final class Keepalive {
    /** What to do now. */
    public enum Step {
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
    private final int mostPings;

    private long lastRead;
    private int pings;
    private long pingSent;
    private boolean asked;
    private boolean callsOpen;

    /**
     * @param silence time without a byte after which a PING asks
     * @param patience how long its answer may take
     * @param withoutCalls whether to ask although no call is open
     * @param mostPings how many PINGs may ask in a row while this end sends nothing else; 0 for any number
     */
    public Keepalive(long silence, long patience, boolean withoutCalls, int mostPings, long now) {
        this.silence = silence;
        this.patience = patience;
        this.withoutCalls = withoutCalls;
        this.mostPings = mostPings;
        this.lastRead = now;
    }

    /** Bytes arrived. */
    public void read(long now) {
        lastRead = now;
        asked = false;
    }

    /** Whether calls are open. The first one after a rest finds out about the silence before it, by a PING at once. */
    public void calls(boolean open) {
        callsOpen = open;
    }

    /** This end has sent something else than PING since it was last asked. */
    public void sent() {
        pings = 0;
    }

    /** What to do at this time. */
    public Step step(long now) {
        if (asked) {
            return now - pingSent >= patience ? Step.LOST : Step.WAIT;
        }
        if (!callsOpen && !withoutCalls) {
            return Step.REST;
        }
        if (now - lastRead < silence) {
            return Step.WAIT;
        }
        if (mostPings > 0 && pings >= mostPings) {
            lastRead = now;
            return Step.WAIT;
        }
        pings++;
        asked = true;
        pingSent = now;
        return Step.PING;
    }

    /** After {@link Step#WAIT} or {@link Step#PING}: how long to wait before asking again; positive. */
    public long delay(long now) {
        // An answer may come long before patience is over, and the next silence with it.
        long due = asked ? pingSent + Math.min(patience, now - pingSent + silence) : lastRead + silence;
        return Math.max(due - now, 1);
    }
}
