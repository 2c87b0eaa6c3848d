package dev.peregrine.transport.retry;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.connect.Durations;
import java.time.Duration;
import java.util.Set;

/**
 * Any thread. When a call that has failed is made again. Only calls are, of whose answer nothing has been delivered.
 *
 * @param maxAttempts how often a call is made at most, the first time included; at least 2
 * @param initialBackoff the wait before the second attempt; like each wait a fifth more or less by chance
 * @param maxBackoff the longest wait, before chance
 * @param multiplier by how much a wait is longer than the one before
 * @param codes the failures after which a call is made again; not empty, without OK
 * @see <a href="https://github.com/grpc/proposal/blob/master/A6-client-retries.md">gRPC A6, client retries</a>
 */
public record RetryPolicy(
        int maxAttempts, Duration initialBackoff, Duration maxBackoff, double multiplier, Set<GrpcCode> codes) {
    /** Refuses what makes no sense, with a sentence that says what would. */
    public RetryPolicy {
        if (maxAttempts < 2) {
            throw new IllegalArgumentException("maxAttempts is " + maxAttempts + "; it must be at least 2");
        }
        Durations.positive("initialBackoff", initialBackoff);
        Durations.positive("maxBackoff", maxBackoff);
        if (!(multiplier > 0)) {
            throw new IllegalArgumentException("backoffMultiplier is " + multiplier + "; it must be above 0");
        }
        codes = Set.copyOf(codes);
        if (codes.isEmpty() || codes.contains(GrpcCode.OK)) {
            throw new IllegalArgumentException(
                    "the codes to repeat after are " + codes + "; there must be one, and OK is none");
        }
    }
}
