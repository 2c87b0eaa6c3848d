package dev.peregrine.client;

import dev.peregrine.protocol.BasicAuth;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;

/**
 * How a client proves who it is: Flight's first kind of authentication. {@link FlightClient#authenticate} has it talk to
 * the server once; from then on each call carries its token in the header {@code auth-token-bin}.
 */
public interface ClientAuthHandler {
    /** Talks to the server over the Handshake call; on the thread that called {@link FlightClient#authenticate}. */
    void authenticate(HandshakeStream stream);

    /** The token to send; asked for at the start of each call, on the caller's thread. Empty sends none. */
    byte[] token();

    /** The usual conversation: sends a {@link BasicAuth} message and takes what comes back as the token. */
    static ClientAuthHandler basic(String username, String password) {
        byte[] payload = new BasicAuth(username, password).serialize();
        return new ClientAuthHandler() {
            private volatile byte[] token = {};

            @Override
            public void authenticate(HandshakeStream stream) {
                stream.write(payload);
                byte[] answer = stream.read();
                if (answer == null) {
                    throw FlightUnauthenticatedException.of("the server has ended the handshake without a token");
                }
                token = answer;
            }

            @Override
            public byte[] token() {
                return token;
            }
        };
    }
}
