package dev.peregrine.client;

import dev.peregrine.protocol.PutResult;
import org.jspecify.annotations.Nullable;

/** One thread at a time. The server's acknowledgements of a {@link FlightPut}. */
public final class FlightMetadataReader {
    FlightMetadataReader() {}

    /**
     * Waits for the next acknowledgement.
     *
     * @return null when the server has ended the call with OK
     * @throws dev.peregrine.protocol.error.FlightException the call failed
     */
    public @Nullable PutResult read() {
        throw new UnsupportedOperationException();
    }
}
