package dev.peregrine.transport.connect;

import dev.peregrine.transport.PingLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Counts a client's PINGs that come too soon; pure. All times are nanoseconds, of one clock.
 *
 * @see PingLimits
 */
public final class PingStrikes {
    private static final Duration WITHOUT_CALLS = Duration.ofHours(2);

    private final PingLimits limits;
    private @Nullable Long last;
    private int strikes;

    /** No PING has come yet. */
    public PingStrikes(PingLimits limits) {
        this.limits = limits;
    }

    /**
     * A PING has come.
     *
     * @param callsOpen whether calls are open
     * @param sentSince whether something was sent to the client since the last one, which forgives all
     * @return whether it is one too many
     */
    public boolean ping(long now, boolean callsOpen, boolean sentSince) {
        Duration least = limits.minInterval();
        if (least == null) {
            return false;
        }
        if (sentSince) {
            strikes = 0;
            last = now;
            return false;
        }
        if (!callsOpen && !limits.withoutCalls() && least.compareTo(WITHOUT_CALLS) < 0) {
            least = WITHOUT_CALLS;
        }
        boolean soon = last != null && now - last < least.toNanos();
        last = now;
        return soon && ++strikes > limits.maxStrikes() && limits.maxStrikes() > 0;
    }
}
