package dev.peregrine.transport.retry;

import org.jspecify.annotations.Nullable;

/**
 * Any thread. What a client does to be able to make calls again.
 *
 * @param enabled whether calls are made again at all, also those that the server has certainly not processed
 * @param bufferSize bytes of a call that streams which are kept for that; one that has sent more is not made again. A request
 *     that was complete at once is kept whole
 * @param throttling when calls are not made again because too many fail; null for never
 */
public record Retries(
        boolean enabled, int bufferSize, @Nullable Throttling throttling) {
    /** gRPC's size. */
    public static final Retries DEFAULT = new Retries(true, 256 << 10, null);

    /** Refuses what makes no sense, with a sentence that says what would. */
    public Retries {
        if (bufferSize < 0) {
            throw new IllegalArgumentException(
                    "Option retry buffer size is " + bufferSize + "; it must not be negative");
        }
    }

    /**
     * Any thread. A client has {@code maxTokens}; a failure costs one, a success gives {@code tokenRatio} back. With half of
     * them or less nothing is made again.
     */
    public record Throttling(double maxTokens, double tokenRatio) {
        /** Refuses what makes no sense, with a sentence that says what would. */
        public Throttling {
            if (!(maxTokens > 0 && maxTokens <= 1000)) {
                throw new IllegalArgumentException(
                        "maxTokens is " + maxTokens + "; it must be above 0, and 1000 at most");
            }
            if (!(tokenRatio > 0)) {
                throw new IllegalArgumentException("tokenRatio is " + tokenRatio + "; it must be above 0");
            }
        }
    }
}
