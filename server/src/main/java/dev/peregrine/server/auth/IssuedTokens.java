package dev.peregrine.server.auth;

import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Tokens that this server has issued, kept in memory: 32 random bytes each, good for a time that begins when they are
 * issued. They do not outlive the server, and no other one knows them.
 */
public final class IssuedTokens {
    private record Issued(String identity, Instant expires) {}

    private static final int MOST = 1_000_000;

    private final Duration lifetime;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /** Guarded by this. */
    private final Map<String, Issued> tokens = new HashMap<>();

    /** Guarded by this: when to look for expired ones again. */
    private Instant nextSweep;

    /** Tokens that are good for {@code lifetime}. */
    public IssuedTokens(Duration lifetime) {
        this(lifetime, InstantSource.system());
    }

    IssuedTokens(Duration lifetime, InstantSource clock) {
        if (lifetime.isNegative() || lifetime.isZero()) {
            throw new IllegalArgumentException("the lifetime of tokens is " + lifetime + "; it must be positive");
        }
        this.lifetime = lifetime;
        this.clock = clock;
        this.nextSweep = clock.instant().plus(lifetime);
    }

    /**
     * A new token: URL-safe base64.
     *
     * @throws FlightResourceExhaustedException a million tokens are good
     */
    public String issue(String identity) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        synchronized (this) {
            if (!now.isBefore(nextSweep) || tokens.size() >= MOST) {
                tokens.values().removeIf(each -> !now.isBefore(each.expires));
                nextSweep = now.plus(lifetime);
            }
            if (tokens.size() >= MOST) {
                throw FlightResourceExhaustedException.of(
                        "the server has issued " + MOST + " tokens that are good; try again later");
            }
            tokens.put(token, new Issued(identity, now.plus(lifetime)));
        }
        return token;
    }

    /** Whom a token was issued to; null if it never was, has expired or was revoked. */
    public synchronized @Nullable String identity(String token) {
        Issued issued = tokens.get(token);
        return issued == null || !clock.instant().isBefore(issued.expires) ? null : issued.identity;
    }

    /** Takes a token back. No effect if it is not good. */
    public synchronized void revoke(String token) {
        tokens.remove(token);
    }
}
