package dev.peregrine.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class IssuedTokensTest {
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final IssuedTokens tokens = new IssuedTokens(Duration.ofMinutes(10), () -> now);

    @Test
    void areGoodForTheirTime() {
        String ada = tokens.issue("ada");
        now = now.plus(Duration.ofMinutes(5));
        String bob = tokens.issue("bob");
        assertThat(ada).isNotEqualTo(bob).hasSize(43).matches("[A-Za-z0-9_-]+");
        assertThat(tokens.identity(ada)).isEqualTo("ada");
        now = now.plus(Duration.ofMinutes(5));
        assertThat(tokens.identity(ada)).isNull();
        assertThat(tokens.identity(bob)).isEqualTo("bob");
        assertThat(tokens.issue("carl")).as("looks for the expired ones").isNotEmpty();
        assertThat(tokens.identity(bob)).isEqualTo("bob");
    }

    @Test
    void canBeRevoked() {
        String token = tokens.issue("ada");
        tokens.revoke(token);
        tokens.revoke("never issued");
        assertThat(tokens.identity(token)).isNull();
        assertThat(tokens.identity("never issued")).isNull();
    }

    @Test
    void needALifetime() {
        assertThatThrownBy(() -> new IssuedTokens(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
