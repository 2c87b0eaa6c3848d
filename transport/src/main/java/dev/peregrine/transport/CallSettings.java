package dev.peregrine.transport;

import dev.peregrine.transport.retry.Repeater;
import dev.peregrine.transport.retry.RetryPolicy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. What a client's one call does differently.
 *
 * @param timeout for the whole call with all its attempts, from its start on; null for none
 * @param compression how its messages are compressed; null for what {@link TransportOptions#compression} says
 * @param waitForReady whether it waits while the server cannot be reached, instead of failing with UNAVAILABLE
 * @param connectsAtOnce whether it has the client connect also when that is to wait after attempts that failed
 * @param retryPolicy when it is made again after a failure; null for never. Its response headers come with its first message
 * @param repeater asked before the policy, after a failure; null for nobody. Response headers as with a policy
 * @param maxOutboundMessageSize the longest message that it may send, bytes before compression; a longer one fails it
 * @param maxInboundMessageSize the longest message that it takes, bytes; {@link TransportOptions#maxInboundMessageSize} holds
 *     as well
 */
public record CallSettings(
        @Nullable Duration timeout,
        @Nullable Compression compression,
        boolean waitForReady,
        boolean connectsAtOnce,
        @Nullable RetryPolicy retryPolicy,
        @Nullable Repeater repeater,
        int maxOutboundMessageSize,
        int maxInboundMessageSize) {
    /** Nothing different. */
    public static final CallSettings NONE = of(null, null);

    /** A timeout, and nothing else. */
    public static CallSettings of(Duration timeout) {
        return of(timeout, null);
    }

    /** A timeout and a compression, each if it is not null. */
    public static CallSettings of(@Nullable Duration timeout, @Nullable Compression compression) {
        return of(timeout, compression, false, null, null);
    }

    /** What these say, and nothing else. */
    public static CallSettings of(
            @Nullable Duration timeout,
            @Nullable Compression compression,
            boolean waitForReady,
            @Nullable RetryPolicy retryPolicy,
            @Nullable Repeater repeater) {
        return new CallSettings(
                timeout, compression, waitForReady, false, retryPolicy, repeater, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /** The same with a repeater. */
    public CallSettings with(Repeater repeater) {
        return new CallSettings(
                timeout,
                compression,
                waitForReady,
                connectsAtOnce,
                retryPolicy,
                repeater,
                maxOutboundMessageSize,
                maxInboundMessageSize);
    }
}
