package dev.peregrine.server;

/** Any thread. The acknowledgements that a DoPut sends to its client. */
public interface PutResults {
    /**
     * Sends one {@code PutResult}. Blocks while the client reads none and what is queued for it is at its limit.
     *
     * @param metadata lent; what the client gets as {@code PutResult.metadata()}
     * @throws dev.peregrine.protocol.error.FlightCancelledException the call is over
     */
    void write(byte[] metadata);
}
