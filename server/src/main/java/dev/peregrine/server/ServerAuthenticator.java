package dev.peregrine.server;

import dev.peregrine.protocol.HandshakeStream;

/**
 * Any thread. Says who makes a call, before middleware and the service see it: {@link FlightServerBuilder#authenticator}.
 * Ready-made ones are in {@code dev.peregrine.server.auth}.
 *
 * <p>It runs on the thread that serves the call, so it may wait; but not for {@linkplain FlightService#nonBlockingMethods
 * methods that never wait}.
 */
public interface ServerAuthenticator {
    /**
     * Says who makes the call, by its headers or its peer's certificates. Not asked for a Handshake.
     *
     * @return what {@link ServerCall#peerIdentity} gives from now on
     * @throws dev.peregrine.protocol.error.FlightUnauthenticatedException nobody knows; the service does not see the call
     */
    String authenticate(ServerCall call);

    /**
     * Answers a Handshake, with which clients get what {@link #authenticate} asks for.
     *
     * @return false leaves it to {@link FlightService#handshake}; then nothing must have been read
     * @throws dev.peregrine.protocol.error.FlightUnauthenticatedException the client could not say who it is
     */
    default boolean handshake(ServerCall call, HandshakeStream stream) {
        return false;
    }
}
