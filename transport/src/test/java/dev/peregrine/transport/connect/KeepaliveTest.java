package dev.peregrine.transport.connect;

import static dev.peregrine.transport.connect.Keepalive.Step.LOST;
import static dev.peregrine.transport.connect.Keepalive.Step.PING;
import static dev.peregrine.transport.connect.Keepalive.Step.REST;
import static dev.peregrine.transport.connect.Keepalive.Step.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Silence of 60, patience of 20, beginning near the end of the clock's range so that it wraps. */
class KeepaliveTest {
    private static final long START = Long.MAX_VALUE - 30;

    private final Keepalive keepalive = new Keepalive(60, 20, false, 0, START);

    private Keepalive.Step at(long time) {
        return keepalive.step(START + time);
    }

    @Test
    void asksAfterSilenceAndGivesUpWithoutAnAnswer() {
        keepalive.calls(true);
        assertThat(at(0)).isEqualTo(WAIT);
        assertThat(keepalive.delay(START)).isEqualTo(60);
        assertThat(at(59)).isEqualTo(WAIT);
        assertThat(keepalive.delay(START + 59)).isEqualTo(1);
        assertThat(at(60)).isEqualTo(PING);
        assertThat(keepalive.delay(START + 60)).isEqualTo(20);
        assertThat(at(79)).as("one PING is enough").isEqualTo(WAIT);
        assertThat(at(80)).isEqualTo(LOST);
    }

    @Test
    void anyByteIsAnAnswer() {
        keepalive.calls(true);
        assertThat(at(60)).isEqualTo(PING);
        keepalive.read(START + 70);
        assertThat(at(80)).isEqualTo(WAIT);
        assertThat(keepalive.delay(START + 80)).isEqualTo(50);
        assertThat(at(130)).as("silent again").isEqualTo(PING);
    }

    @Test
    void bytesPutTheQuestionOff() {
        keepalive.calls(true);
        keepalive.read(START + 50);
        assertThat(at(60)).isEqualTo(WAIT);
        assertThat(keepalive.delay(START + 60)).isEqualTo(50);
    }

    @Test
    void restsWithoutCalls() {
        assertThat(at(1000)).isEqualTo(REST);
        keepalive.calls(true);
        assertThat(at(1000)).as("the silence before the call counts").isEqualTo(PING);
    }

    @Test
    void aQuestionStaysOpenWhenTheLastCallEnds() {
        keepalive.calls(true);
        assertThat(at(60)).isEqualTo(PING);
        keepalive.calls(false);
        assertThat(at(70)).isEqualTo(WAIT);
        assertThat(at(80)).isEqualTo(LOST);
    }

    @Test
    void asksWithoutCallsIfToldTo() {
        Keepalive always = new Keepalive(60, 20, true, 0, START);
        assertThat(always.step(START + 59)).isEqualTo(WAIT);
        assertThat(always.step(START + 60)).isEqualTo(PING);
    }

    @Test
    void aLateTimerStillFindsPositiveDelays() {
        keepalive.calls(true);
        assertThat(keepalive.delay(START + 500)).isEqualTo(1);
    }

    @Test
    void noMorePingsThanAllowedWhileNothingElseIsSent() {
        Keepalive keepalive = new Keepalive(10, 5, true, 2, 0);
        assertThat(keepalive.step(10)).isEqualTo(Keepalive.Step.PING);
        keepalive.read(11);
        assertThat(keepalive.step(21)).isEqualTo(Keepalive.Step.PING);
        keepalive.read(22);
        assertThat(keepalive.step(32)).as("the third in a row").isEqualTo(Keepalive.Step.WAIT);
        assertThat(keepalive.delay(32)).isEqualTo(10);
        assertThat(keepalive.step(42)).isEqualTo(Keepalive.Step.WAIT);
        keepalive.sent();
        assertThat(keepalive.step(52)).isEqualTo(Keepalive.Step.PING);
    }
}
