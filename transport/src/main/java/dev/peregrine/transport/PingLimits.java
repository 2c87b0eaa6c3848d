package dev.peregrine.transport;

import dev.peregrine.transport.connect.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. How often the clients of a server may send PING while the server sends nothing. Each that comes too soon is a
 * strike; after too many the client is hung up on with GOAWAY, ENHANCE_YOUR_CALM and "too_many_pings", as gRPC has it.
 *
 * @param minInterval the least time between two; null for no limit
 * @param maxStrikes so many are borne; 0 for any number
 * @param withoutCalls whether the interval holds without calls too; else it is two hours then
 * @see <a href="https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md">gRPC A8, client-side keepalive</a>
 */
public record PingLimits(@Nullable Duration minInterval, int maxStrikes, boolean withoutCalls) {
    /** PINGs are answered, however many come; {@link FloodLimits#maxQueuedReplies} still holds. */
    public static final PingLimits UNLIMITED = new PingLimits(null, 2, false);

    /** Refuses what makes no sense, with a sentence that says what would. */
    public PingLimits {
        if (minInterval != null) {
            Durations.positive("minPingInterval", minInterval);
        }
        if (maxStrikes < 0) {
            throw new IllegalArgumentException("Option maxPingStrikes is " + maxStrikes + "; it must not be negative");
        }
    }
}
