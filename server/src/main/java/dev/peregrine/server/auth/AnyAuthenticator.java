package dev.peregrine.server.auth;

import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.server.ServerAuthenticator;
import dev.peregrine.server.ServerCall;
import java.util.List;
import java.util.StringJoiner;

/** Any thread. Several authenticators: a call needs to please one of them, and they are asked in their order. */
public final class AnyAuthenticator implements ServerAuthenticator {
    private final List<ServerAuthenticator> all;

    /** At least one. */
    public AnyAuthenticator(ServerAuthenticator... all) {
        if (all.length == 0) {
            throw new IllegalArgumentException("no authenticator was given; a call could please none");
        }
        this.all = List.of(all);
    }

    @Override
    public String authenticate(ServerCall call) {
        StringJoiner why = new StringJoiner("; ");
        for (ServerAuthenticator each : all) {
            try {
                return each.authenticate(call);
            } catch (FlightUnauthenticatedException e) {
                why.add(e.description());
            }
        }
        throw FlightUnauthenticatedException.of(why.toString());
    }

    @Override
    public boolean handshake(ServerCall call, HandshakeStream stream) {
        for (ServerAuthenticator each : all) {
            if (each.handshake(call, stream)) {
                return true;
            }
        }
        return false;
    }
}
