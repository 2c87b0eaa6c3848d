package dev.peregrine.transport;

import dev.peregrine.transport.http2.ServerEndpoint;
import dev.peregrine.transport.watch.Watched;
import java.io.IOException;
import java.time.Duration;

/** Any thread. Listens on one address and hands calls to a {@link CallRouter}. Owns its event loops. */
public final class ServerTransport implements AutoCloseable {
    private final ServerEndpoint endpoint;

    private ServerTransport(ServerEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Listens from the time this returns. */
    public static ServerTransport start(Address address, TransportOptions options, CallRouter router)
            throws IOException {
        return new ServerTransport(new ServerEndpoint(
                address, options, options.watcher() == null ? router : Watched.router(router, options.watcher())));
    }

    /** The address with the port that was bound. */
    public Address address() {
        return endpoint.address();
    }

    /**
     * Reads the TLS certificates, keys and roots again, files and key stores. Connections made from now on use them; those
     * that exist go on as they are. No effect without TLS.
     *
     * @throws IllegalArgumentException they are not what they should be; the old ones stay in use
     * @throws java.io.UncheckedIOException a file cannot be read; the old ones stay in use
     */
    public void reloadCertificates() {
        endpoint.reloadCertificates();
    }

    /**
     * Stops accepting, sends GOAWAY, lets running calls end for at most {@code drain}, cancels the rest and closes all
     * connections; returns when that is done. Idempotent; a second call with less time shortens the first.
     */
    public void shutdown(Duration drain) {
        endpoint.shutdown(drain);
    }

    /** Waits until the server has been shut down, by another thread. */
    public void awaitTermination() throws InterruptedException {
        endpoint.awaitTermination();
    }

    /** {@link #shutdown} without waiting for calls. */
    @Override
    public void close() {
        shutdown(Duration.ZERO);
    }
}
