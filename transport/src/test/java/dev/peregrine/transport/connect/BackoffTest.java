package dev.peregrine.transport.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private static final long MILLI = 1_000_000;

    private double chance = 0.5;
    private final Backoff backoff =
            new Backoff(new Reconnection(Duration.ofMillis(100), Duration.ofMillis(200)), () -> chance);

    @Test
    void waitsGrowFromTheBeginningOfOneAttemptToTheNext() {
        assertThat(backoff.left(0)).as("nothing has failed").isZero();
        assertThat(backoff.attempt(0)).isEqualTo(100 * MILLI);
        backoff.failed();
        assertThat(backoff.left(30 * MILLI)).isEqualTo(70 * MILLI);
        assertThat(backoff.left(101 * MILLI)).isNegative();
        backoff.attempt(1000 * MILLI);
        backoff.failed();
        assertThat(backoff.left(1000 * MILLI)).isEqualTo(160 * MILLI);
        backoff.attempt(2000 * MILLI);
        assertThat(backoff.left(2000 * MILLI)).as("the longest").isEqualTo(200 * MILLI);
    }

    @Test
    void chanceMakesAFifthOfDifference() {
        chance = 0;
        assertThat(backoff.attempt(0)).isEqualTo(80 * MILLI);
        backoff.succeeded();
        chance = 1;
        assertThat(backoff.attempt(0)).isEqualTo(120 * MILLI);
    }

    @Test
    void aSuccessBeginsAnewAndHasteDoesNot() {
        backoff.attempt(0);
        backoff.failed();
        backoff.hurry();
        assertThat(backoff.left(0)).isZero();
        assertThat(backoff.attempt(0)).isEqualTo(160 * MILLI);
        backoff.succeeded();
        assertThat(backoff.left(0)).isZero();
        assertThat(backoff.attempt(0)).isEqualTo(100 * MILLI);
    }
}
