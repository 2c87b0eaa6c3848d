package dev.peregrine.transport;

import dev.peregrine.transport.http2.ClientEndpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Calls to one address. Connects when the first call needs it, and again after the connection was lost; owns
 * its event loops.
 */
public final class ClientTransport implements AutoCloseable {
    private final ClientEndpoint endpoint;

    private ClientTransport(ClientEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Does not connect. */
    public static ClientTransport create(Address address, TransportOptions options) {
        return new ClientTransport(new ClientEndpoint(address, options));
    }

    /**
     * Starts a call. Never throws for what goes wrong outside: that arrives in {@link CallListener#closed}, a failure to
     * connect as UNAVAILABLE. Messages may be sent at once; they wait until there is a connection.
     *
     * @param timeout for the whole call, from now on; null for none
     */
    public OutgoingCall start(String path, Metadata headers, @Nullable Duration timeout, CallListener listener) {
        return endpoint.start(path, headers, timeout, endpoint.options().compression(), listener);
    }

    /** The same for a call whose messages are compressed otherwise than {@link TransportOptions#compression} says. */
    public OutgoingCall start(
            String path, Metadata headers, @Nullable Duration timeout, Compression compression, CallListener listener) {
        return endpoint.start(path, headers, timeout, compression, listener);
    }

    /**
     * Cancels the calls that run, closes the connection and ends the event loops; returns when that is done, after a few
     * seconds at most. Idempotent.
     */
    @Override
    public void close() {
        endpoint.close();
    }
}
