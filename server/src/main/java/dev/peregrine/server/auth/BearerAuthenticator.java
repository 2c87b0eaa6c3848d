package dev.peregrine.server.auth;

import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.server.ServerAuthenticator;
import dev.peregrine.server.ServerCall;
import org.jspecify.annotations.Nullable;

/** Any thread. Bearer tokens that somebody else issues, an identity provider for example, and that the service can check. */
public final class BearerAuthenticator implements ServerAuthenticator {
    /** Any thread. Knows good tokens. May wait. */
    @FunctionalInterface
    public interface TokenCheck {
        /** Whose token that is; null if it is not good. */
        @Nullable
        String identity(String token);
    }

    private final TokenCheck tokens;

    /** Asks {@code tokens} for each call. */
    public BearerAuthenticator(TokenCheck tokens) {
        this.tokens = tokens;
    }

    @Override
    public String authenticate(ServerCall call) {
        String token = Authorization.credentials(call, Authorization.BEARER);
        if (token == null) {
            throw FlightUnauthenticatedException.of("the call shows no bearer token in its header authorization");
        }
        String identity = tokens.identity(token);
        if (identity == null) {
            throw FlightUnauthenticatedException.of("the bearer token is not good, or not any more");
        }
        return identity;
    }
}
