package dev.peregrine.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long MICRO = 1_000;

    private final Pace pace = new Pace(0);
    private long now;

    private void message(long busy, long waited) {
        now += busy;
        pace.comes(now);
        now += waited;
        pace.gets(now);
    }

    @Test
    void isNotIdleBeforeItHasWaited() {
        assertThat(pace.isIdle()).isFalse();
        message(0, 0);
        assertThat(pace.isIdle()).isFalse();
    }

    @Test
    void isIdleIfItWaitsForMoreThanTwiceAsLongAsItIsBusy() {
        message(10 * MICRO, 20 * MICRO);
        assertThat(pace.isIdle()).isFalse();
        message(10 * MICRO, 20 * MICRO + 1);
        assertThat(pace.isIdle()).isTrue();
        message(10 * MICRO, 0);
        assertThat(pace.isIdle()).isFalse();
    }

    @Test
    void forgetsWhatIsLongAgo() {
        message(3_600_000_000L * MICRO, 0);
        int messages = 0;
        while (!pace.isIdle()) {
            message(MICRO, 1_000 * MICRO);
            messages++;
        }
        assertThat(messages).isBetween(10, 60);
    }
}
