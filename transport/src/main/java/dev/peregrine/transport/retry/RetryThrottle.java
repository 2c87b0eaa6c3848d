package dev.peregrine.transport.retry;

import org.jspecify.annotations.Nullable;

/** Any thread. The tokens of {@link Retries.Throttling}; one for all calls of a client. */
public final class RetryThrottle {
    private final double most;
    private final double ratio;
    private double tokens;

    /** Null for none: it never says no. */
    public RetryThrottle(Retries.@Nullable Throttling throttling) {
        most = throttling == null ? 0 : throttling.maxTokens();
        ratio = throttling == null ? 0 : throttling.tokenRatio();
        tokens = most;
    }

    /** A call has failed so that it may be made again. False if it had better not. */
    public boolean failed() {
        if (most == 0) {
            return true;
        }
        synchronized (this) {
            tokens = Math.max(0, tokens - 1);
            return tokens > most / 2;
        }
    }

    /** A call went well. */
    public void succeeded() {
        if (most > 0) {
            synchronized (this) {
                tokens = Math.min(most, tokens + ratio);
            }
        }
    }
}
