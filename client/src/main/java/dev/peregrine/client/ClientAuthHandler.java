package dev.peregrine.client;

import dev.peregrine.protocol.HandshakeStream;

/**
 * How a client proves who it is: Flight's first kind of authentication. {@link FlightClient#authenticate} has it talk to
 * the server once; from then on each call carries its token in the header {@code auth-token-bin}.
 */
public interface ClientAuthHandler {
    /** Talks to the server over the Handshake call; on the thread that called {@link FlightClient#authenticate}. */
    void authenticate(HandshakeStream stream);

    /** The token to send; asked for at the start of each call, on the caller's thread. Empty sends none. */
    byte[] token();
}
