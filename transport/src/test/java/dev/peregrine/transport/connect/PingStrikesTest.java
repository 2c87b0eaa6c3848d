package dev.peregrine.transport.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.transport.PingLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PingStrikesTest {
    private static PingStrikes strikes(int most, boolean withoutCalls) {
        return new PingStrikes(new PingLimits(Duration.ofNanos(10), most, withoutCalls));
    }

    @Test
    void thoseThatComeTooSoonAreStrikes() {
        PingStrikes strikes = strikes(2, true);
        assertThat(strikes.ping(0, true, false)).as("the first is free").isFalse();
        assertThat(strikes.ping(10, true, false)).as("in time").isFalse();
        assertThat(strikes.ping(19, true, false)).as("first strike").isFalse();
        assertThat(strikes.ping(28, true, false)).as("second strike").isFalse();
        assertThat(strikes.ping(37, true, false)).isTrue();
    }

    @Test
    void whatIsSentForgivesThem() {
        PingStrikes strikes = strikes(1, true);
        assertThat(strikes.ping(0, true, false)).isFalse();
        assertThat(strikes.ping(1, true, false)).isFalse();
        assertThat(strikes.ping(2, true, true)).isFalse();
        assertThat(strikes.ping(3, true, false)).isFalse();
        assertThat(strikes.ping(4, true, false)).isTrue();
    }

    @Test
    void withoutCallsTheIntervalIsTwoHours() {
        PingStrikes strikes = strikes(1, false);
        assertThat(strikes.ping(0, false, false)).isFalse();
        assertThat(strikes.ping(20, false, false)).isFalse();
        assertThat(strikes.ping(40, false, false)).isTrue();
        PingStrikes patient = strikes(1, false);
        for (int i = 0; i < 5; i++) {
            assertThat(patient.ping(20 * i, true, false)).isFalse();
        }
    }

    @Test
    void anyNumber() {
        PingStrikes noStrikes = strikes(0, true);
        PingStrikes unlimited = new PingStrikes(PingLimits.UNLIMITED);
        for (int i = 0; i < 5; i++) {
            assertThat(noStrikes.ping(i, true, false)).isFalse();
            assertThat(unlimited.ping(i, true, false)).isFalse();
        }
    }
}
