package dev.peregrine.server.auth;

import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.server.ServerAuthenticator;
import dev.peregrine.server.ServerCall;

/**
 * Any thread. Mutual TLS: the client is who its certificate says, {@link ServerCall#peerIdentity}. A server that requires client
 * certificates needs this only beside other authenticators, in an {@link AnyAuthenticator}.
 */
public final class CertificateAuthenticator implements ServerAuthenticator {
    /** Takes every certificate that TLS has verified. */
    public CertificateAuthenticator() {}

    @Override
    public String authenticate(ServerCall call) {
        String identity = call.peerIdentity();
        if (identity.isEmpty()) {
            throw FlightUnauthenticatedException.of("the client shows no certificate with a name");
        }
        return identity;
    }
}
