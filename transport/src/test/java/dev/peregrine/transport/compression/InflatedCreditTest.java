package dev.peregrine.transport.compression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InflatedCreditTest {
    private final InflatedCredit credit = new InflatedCredit();

    @Test
    void whatWasTakenIsWorthWhatCame() {
        credit.arrived(5);
        credit.arrived(20);
        credit.inflated(1000);
        assertThat(credit.waiting()).isEqualTo(1005);
        assertThat(credit.consumed(1005)).isEqualTo(25);
        assertThat(credit.waiting()).isZero();
    }

    @Test
    void aPartIsWorthNothingUntilAllOfItWasTaken() {
        credit.arrived(25);
        credit.inflated(1000);
        assertThat(credit.consumed(5)).isZero();
        assertThat(credit.consumed(999)).isZero();
        assertThat(credit.consumed(1)).isEqualTo(25);
    }

    @Test
    void severalPartsAtOnce() {
        credit.plain(5);
        credit.plain(100);
        credit.arrived(25);
        credit.inflated(1000);
        credit.plain(5);
        assertThat(credit.consumed(105 + 1005)).isEqualTo(130);
        assertThat(credit.consumed(5)).isEqualTo(5);
    }

    @Test
    void nothingWaitsSoWhatArrivesGoesBackAtOnce() {
        credit.arrived(5);
        assertThat(credit.early()).isEqualTo(5);
        credit.arrived(100);
        assertThat(credit.early()).isEqualTo(100);
        credit.arrived(3);
        credit.inflated(10);
        assertThat(credit.early()).as("a message waits").isZero();
        assertThat(credit.consumed(15)).as("what had not gone back").isEqualTo(3);
    }

    @Test
    void whatArrivesGoesBackWithTheLastThatWaited() {
        credit.plain(5);
        credit.plain(10);
        credit.arrived(500);
        assertThat(credit.early()).as("a message waits").isZero();
        assertThat(credit.consumed(15)).isEqualTo(515);
        assertThat(credit.early()).isZero();
    }

    @Test
    void messagesThatAreLongerThanAnyInt() {
        credit.arrived(25);
        credit.inflated(3L << 30);
        assertThat(credit.waiting()).isEqualTo((3L << 30) + 5);
        assertThat(credit.consumed((3L << 30) + 5)).isEqualTo(25);
    }
}
