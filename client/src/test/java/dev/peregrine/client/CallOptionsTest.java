package dev.peregrine.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.CallHeaders;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CallOptionsTest {
    @Test
    void eachMethodGivesNewOptions() {
        CallOptions one = CallOptions.of(new HeaderPair("a", "1"));
        CallOptions two = one.header("b", "2").header("c-bin", new byte[] {3}).timeout(Duration.ofSeconds(4));
        assertThat(one.headers().names()).containsExactly("a");
        assertThat(one.timeout()).isNull();
        assertThat(two.headers().get("a")).isEqualTo("1");
        assertThat(two.headers().get("b")).isEqualTo("2");
        assertThat(two.headers().getBinary("c-bin")).containsExactly(3);
        assertThat(two.timeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(CallOptions.NONE.headers().isEmpty()).isTrue();
        assertThat(CallOptions.NONE.headers(CallHeaders.of("x", "y")).headers().get("x"))
                .isEqualTo("y");
        assertThat(CallOptions.NONE.headers().isEmpty()).isTrue();
    }

    @Test
    void wrongOptionsAreRefusedAtOnce() {
        assertThatThrownBy(() -> CallOptions.of(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
        assertThatThrownBy(() -> CallOptions.NONE.header("a-bin", "text")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CallOptions.NONE.header("a", new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
