package dev.peregrine.server.auth;

import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.server.ServerAuthenticator;
import dev.peregrine.server.ServerCall;

/**
 * Any thread. User name and password once, as HTTP basic authentication, then a bearer token: what {@code authenticateBasicToken}
 * of Flight's clients talks to. The token goes back in the header {@code authorization}, of a Handshake and of any other call
 * that shows a password, so that both kinds of clients find it.
 *
 * <pre>{@code
 * new BasicAuthenticator((user, password) -> directory.check(user, password) ? user : null,
 *         new IssuedTokens(Duration.ofHours(8)))
 * }</pre>
 */
public final class BasicAuthenticator implements ServerAuthenticator {
    private final PasswordCheck passwords;
    private final IssuedTokens tokens;

    /** Shares {@code tokens} with whoever else issues or revokes some. */
    public BasicAuthenticator(PasswordCheck passwords, IssuedTokens tokens) {
        this.passwords = passwords;
        this.tokens = tokens;
    }

    @Override
    public boolean handshake(ServerCall call, HandshakeStream stream) {
        String basic = Authorization.credentials(call, Authorization.BASIC);
        if (basic == null) {
            return false;
        }
        answer(call, Authorization.check(basic, passwords));
        while (stream.read() != null) {
            // Nothing of it is of interest: the header has said it all.
        }
        return true;
    }

    private void answer(ServerCall call, String identity) {
        call.addHeader(Authorization.HEADER, "Bearer " + tokens.issue(identity));
    }

    @Override
    public String authenticate(ServerCall call) {
        Authorization header = Authorization.of(call);
        if (header != null && header.scheme().equals(Authorization.BASIC)) {
            String identity = Authorization.check(header.credentials(), passwords);
            answer(call, identity);
            return identity;
        }
        if (header == null || !header.scheme().equals(Authorization.BEARER)) {
            throw FlightUnauthenticatedException.of(
                    "the call shows neither a bearer token nor a password in its header authorization");
        }
        String identity = tokens.identity(header.credentials());
        if (identity == null) {
            throw FlightUnauthenticatedException.of("the bearer token is unknown or has expired");
        }
        return identity;
    }
}
