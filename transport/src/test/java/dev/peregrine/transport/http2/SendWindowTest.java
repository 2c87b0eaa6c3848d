package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** RFC 9113, 6.9. */
final class SendWindowTest {
    @Test
    void whatIsSentIsUsedAndAWindowUpdateGivesItBack() {
        SendWindow window = new SendWindow(65_535);
        window.use(65_535);
        assertThat(window.bytes()).isZero();
        assertThat(window.change(1_000)).isTrue();
        assertThat(window.bytes()).isEqualTo(1_000);
    }

    @Test
    void aWindowBeyond2To31Minus1IsRefusedAndLeftAsItWas() {
        SendWindow window = new SendWindow(Integer.MAX_VALUE - 5);
        assertThat(window.change(6)).isFalse();
        assertThat(window.bytes()).isEqualTo(Integer.MAX_VALUE - 5);
        assertThat(window.change(5)).isTrue();
        assertThat(window.bytes()).isEqualTo(Integer.MAX_VALUE);
    }

    /** "A change to SETTINGS_INITIAL_WINDOW_SIZE can cause the available space to become negative" (6.9.2). */
    @Test
    void aSmallerInitialWindowMayMakeItNegative() {
        SendWindow window = new SendWindow(65_535);
        window.use(60_000);
        assertThat(window.change(16_384 - 65_535)).isTrue();
        assertThat(window.bytes()).isEqualTo(-43_616);
        assertThat(window.change(43_617)).isTrue();
        assertThat(window.bytes()).isEqualTo(1);
    }

    @Test
    void moreThanTheWindowCannotBeUsed() {
        SendWindow window = new SendWindow(10);
        assertThatThrownBy(() -> window.use(11)).isInstanceOf(AssertionError.class);
    }
}
