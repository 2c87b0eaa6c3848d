package dev.peregrine.transport.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final RetryPolicy POLICY =
            new RetryPolicy(4, Duration.ofMillis(100), Duration.ofMillis(150), 2, Set.of(GrpcCode.UNAVAILABLE));
    private static final GrpcStatus UNAVAILABLE = GrpcCode.UNAVAILABLE.with("down");
    private static final long FOR_EVER = Long.MAX_VALUE;
    private static final RetryThrottle NO_THROTTLE = new RetryThrottle(null);

    private double chance = 0.5;

    private Attempts attempts(@Nullable RetryPolicy policy, RetryThrottle throttle) {
        return new Attempts(policy, null, throttle, () -> chance);
    }

    private static Metadata pushback(String millis) {
        return new Metadata().add("grpc-retry-pushback-ms", millis);
    }

    private static long millis(Attempts.Next next) {
        assertThat(next).isInstanceOf(Attempts.Next.After.class);
        return ((Attempts.Next.After) next).nanos() / 1_000_000;
    }

    @Test
    void waitsGrowUntilTheAttemptsAreUsedUp() {
        Attempts attempts = attempts(POLICY, NO_THROTTLE);
        assertThat(attempts.previous()).isZero();
        assertThat(millis(attempts.failed(UNAVAILABLE, new Metadata(), FOR_EVER)))
                .isEqualTo(100);
        assertThat(attempts.previous()).isEqualTo(1);
        chance = 0;
        assertThat(millis(attempts.failed(UNAVAILABLE, new Metadata(), FOR_EVER)))
                .as("four fifths of the longest wait")
                .isEqualTo(120);
        chance = 0.999999;
        assertThat(millis(attempts.failed(UNAVAILABLE, new Metadata(), FOR_EVER)))
                .isEqualTo(179);
        assertThat(attempts.failed(UNAVAILABLE, new Metadata(), FOR_EVER)).isInstanceOf(Attempts.Next.End.class);
    }

    @Test
    void otherFailuresEndTheCall() {
        assertThat(attempts(POLICY, NO_THROTTLE).failed(GrpcCode.INTERNAL.with(""), new Metadata(), FOR_EVER))
                .isInstanceOf(Attempts.Next.End.class);
        assertThat(attempts(null, NO_THROTTLE).failed(UNAVAILABLE, new Metadata(), FOR_EVER))
                .isInstanceOf(Attempts.Next.End.class);
    }

    @Test
    void theServerSaysHowLongToWait() {
        Attempts attempts = attempts(POLICY, NO_THROTTLE);
        assertThat(millis(attempts.failed(UNAVAILABLE, new Metadata(), FOR_EVER)))
                .isEqualTo(100);
        assertThat(millis(attempts.failed(UNAVAILABLE, pushback("7"), FOR_EVER)))
                .isEqualTo(7);
        assertThat(millis(attempts.failed(UNAVAILABLE, new Metadata(), FOR_EVER)))
                .as("begins anew")
                .isEqualTo(100);
        for (String no : new String[] {"-1", "soon", "99999999999"}) {
            assertThat(attempts(POLICY, NO_THROTTLE).failed(UNAVAILABLE, pushback(no), FOR_EVER))
                    .as(no)
                    .isInstanceOf(Attempts.Next.End.class);
        }
    }

    @Test
    void noWaitGoesBeyondTheDeadline() {
        assertThat(attempts(POLICY, NO_THROTTLE).failed(UNAVAILABLE, new Metadata(), 100_000_000))
                .isInstanceOf(Attempts.Next.End.class);
        assertThat(attempts(POLICY, NO_THROTTLE).failed(UNAVAILABLE, new Metadata(), 100_000_001))
                .isInstanceOf(Attempts.Next.After.class);
    }

    @Test
    void whatWasRefusedIsMadeAgainAtOnceAndOnce() {
        Attempts attempts = attempts(POLICY, NO_THROTTLE);
        assertThat(millis(attempts.refused(UNAVAILABLE, FOR_EVER))).isZero();
        assertThat(attempts.previous()).as("the policy has not allowed any").isZero();
        assertThat(millis(attempts.refused(UNAVAILABLE, FOR_EVER)))
                .as("by policy")
                .isEqualTo(100);
        Attempts without = attempts(null, NO_THROTTLE);
        assertThat(millis(without.refused(UNAVAILABLE, FOR_EVER))).isZero();
        assertThat(without.refused(UNAVAILABLE, FOR_EVER)).isInstanceOf(Attempts.Next.End.class);
    }

    @Test
    void manyFailuresStopAllRepetition() {
        RetryThrottle throttle = new RetryThrottle(new Retries.Throttling(4, 0.5));
        assertThat(attempts(POLICY, throttle).failed(UNAVAILABLE, new Metadata(), FOR_EVER))
                .as("3 of 4 tokens are left")
                .isInstanceOf(Attempts.Next.After.class);
        assertThat(attempts(POLICY, throttle).failed(UNAVAILABLE, new Metadata(), FOR_EVER))
                .as("half of them")
                .isInstanceOf(Attempts.Next.End.class);
        throttle.succeeded();
        throttle.succeeded();
        throttle.succeeded();
        assertThat(attempts(POLICY, throttle).failed(UNAVAILABLE, new Metadata(), FOR_EVER))
                .as("2.5 of them")
                .isInstanceOf(Attempts.Next.After.class);
    }

    @Test
    void theRepeaterIsAskedFirst() {
        CompletableFuture<@Nullable Metadata> headers = new CompletableFuture<>();
        Attempts attempts = new Attempts(
                POLICY, (status, trailers, repeats) -> repeats == 0 ? headers : null, NO_THROTTLE, () -> 0.5);
        assertThat(attempts.failed(UNAVAILABLE, new Metadata(), FOR_EVER)).isEqualTo(new Attempts.Next.When(headers));
        assertThat(millis(attempts.failed(UNAVAILABLE, new Metadata(), FOR_EVER)))
                .isEqualTo(100);
    }

    @Test
    void policiesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() ->
                        new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1), 1, Set.of(GrpcCode.ABORTED)))
                .hasMessage("maxAttempts is 1; it must be at least 2");
        assertThatThrownBy(() -> new RetryPolicy(2, Duration.ZERO, Duration.ofMillis(1), 1, Set.of(GrpcCode.ABORTED)))
                .hasMessageStartingWith("Option initialBackoff is PT0S; it must be positive");
        assertThatThrownBy(() ->
                        new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1), 0, Set.of(GrpcCode.ABORTED)))
                .hasMessage("backoffMultiplier is 0.0; it must be above 0");
        assertThatThrownBy(() -> new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1), 1, Set.of()))
                .hasMessageContaining("there must be one");
        assertThatThrownBy(() -> new Retries.Throttling(1001, 1)).hasMessageContaining("1000 at most");
    }
}
