package dev.peregrine.transport.retry;

import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.connect.Durations;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. The attempts of one call, and what follows when one fails of whose answer nothing has been delivered.
 *
 * @see <a href="https://github.com/grpc/proposal/blob/master/A6-client-retries.md">gRPC A6, client retries</a>
 */
public final class Attempts {
    /** What follows. */
    public sealed interface Next {
        /** The call ends with the failure. */
        record End() implements Next {}

        /** The next attempt, after so many nanoseconds. */
        record After(long nanos) implements Next {}

        /** The next attempt when the stage says with which headers. */
        record When(CompletionStage<@Nullable Metadata> headers) implements Next {}
    }

    private static final Next END = new Next.End();
    private static final Next NOW = new Next.After(0);
    private static final String PUSHBACK = "grpc-retry-pushback-ms";

    private final @Nullable RetryPolicy policy;
    private final @Nullable Repeater repeater;
    private final RetryThrottle throttle;
    private final DoubleSupplier chance;

    private boolean refused;
    private int repeats;
    private int failures;

    /** How many waits came since the server last said how long to wait: the next one is that much longer. */
    private int waits;

    /**
     * @param chance gives a number from 0 to 1, without 1
     */
    public Attempts(
            @Nullable RetryPolicy policy, @Nullable Repeater repeater, RetryThrottle throttle, DoubleSupplier chance) {
        this.policy = policy;
        this.repeater = repeater;
        this.throttle = throttle;
        this.chance = chance;
    }

    /** How many attempts the policy has allowed before the next one: {@code grpc-previous-rpc-attempts}. */
    public int previous() {
        return failures;
    }

    /**
     * The server has certainly not processed the last attempt.
     *
     * @param nanosLeft until the deadline
     */
    public Next refused(GrpcStatus status, long nanosLeft) {
        if (!refused) {
            refused = true;
            return NOW;
        }
        return byPolicy(status, new Metadata(), nanosLeft);
    }

    /** The last attempt has failed, at the server or before it. */
    public Next failed(GrpcStatus status, Metadata trailers, long nanosLeft) {
        if (repeater != null) {
            CompletionStage<@Nullable Metadata> headers = repeater.repeat(status, trailers, repeats);
            if (headers != null) {
                repeats++;
                return new Next.When(headers);
            }
        }
        return byPolicy(status, trailers, nanosLeft);
    }

    private Next byPolicy(GrpcStatus status, Metadata trailers, long nanosLeft) {
        if (policy == null || !policy.codes().contains(status.code())) {
            return END;
        }
        boolean allowed = throttle.failed();
        if (!allowed || ++failures >= policy.maxAttempts()) {
            return END;
        }
        String pushback = trailers.get(PUSHBACK);
        long wait = pushback == null ? backoff(policy) : toldToWait(pushback);
        // What would only run into the deadline had better fail with its own reason.
        return wait < 0 || wait >= nanosLeft ? END : new Next.After(wait);
    }

    private long backoff(RetryPolicy policy) {
        double nanos = Math.min(
                Durations.nanos(policy.initialBackoff()) * Math.pow(policy.multiplier(), waits++),
                Durations.nanos(policy.maxBackoff()));
        return (long) (nanos * (0.8 + 0.4 * chance.getAsDouble()));
    }

    /** Nanoseconds; -1 if the server wants no further attempt, or says something else than a number. */
    private long toldToWait(String millis) {
        waits = 0;
        try {
            int wait = Integer.parseInt(millis);
            return wait < 0 ? -1 : wait * 1_000_000L;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
