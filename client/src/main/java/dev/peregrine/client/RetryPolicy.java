package dev.peregrine.client;

import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.transport.GrpcCode;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * Any thread. When a call that has failed is made again. Only while nothing of its answer has been taken; the call's timeout
 * covers all attempts and the waits between them.
 *
 * <pre>{@code
 * FlightClient.builder(location).retryPolicy(RetryPolicy.DEFAULT.maxAttempts(6)).build();
 * }</pre>
 *
 * @param maxAttempts how often a call is made at most, the first time included; at least 2
 * @param initialBackoff the wait before the second attempt; like each wait a fifth more or less by chance
 * @param maxBackoff the longest wait, before chance
 * @param multiplier by how much a wait is longer than the one before
 * @param codes the failures after which a call is made again
 */
public record RetryPolicy(
        int maxAttempts, Duration initialBackoff, Duration maxBackoff, double multiplier, Set<FlightStatusCode> codes) {
    /** Four attempts if the server is unavailable, a tenth of a second and then twice as long each time between them. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(4, Duration.ofMillis(100), Duration.ofSeconds(5), 2, Set.of(FlightStatusCode.UNAVAILABLE));

    /** Refuses what makes no sense, with a sentence that says what would. */
    public RetryPolicy {
        codes = Set.copyOf(codes);
        transport(maxAttempts, initialBackoff, maxBackoff, multiplier, codes);
    }

    /** The same with another number of attempts. */
    public RetryPolicy maxAttempts(int maxAttempts) {
        return new RetryPolicy(maxAttempts, initialBackoff, maxBackoff, multiplier, codes);
    }

    /** The same with other waits. */
    public RetryPolicy backoff(Duration initial, Duration longest) {
        return new RetryPolicy(maxAttempts, initial, longest, multiplier, codes);
    }

    /** The same after other failures. */
    public RetryPolicy codes(Set<FlightStatusCode> codes) {
        return new RetryPolicy(maxAttempts, initialBackoff, maxBackoff, multiplier, codes);
    }

    dev.peregrine.transport.retry.RetryPolicy toTransport() {
        return transport(maxAttempts, initialBackoff, maxBackoff, multiplier, codes);
    }

    private static dev.peregrine.transport.retry.RetryPolicy transport(
            int maxAttempts, Duration initial, Duration longest, double multiplier, Set<FlightStatusCode> codes) {
        Set<GrpcCode> all = EnumSet.noneOf(GrpcCode.class);
        for (GrpcCode code : GrpcCode.values()) {
            if (code != GrpcCode.OK && codes.contains(FlightStatusCode.ofGrpc(code.number()))) {
                all.add(code);
            }
        }
        return new dev.peregrine.transport.retry.RetryPolicy(maxAttempts, initial, longest, multiplier, all);
    }
}
