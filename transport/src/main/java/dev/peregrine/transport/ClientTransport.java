package dev.peregrine.transport;

import dev.peregrine.transport.http2.ClientEndpoint;
import dev.peregrine.transport.watch.Watched;
import dev.peregrine.transport.watch.WatchedOutgoingCall;
import dev.peregrine.transport.watch.Watcher;
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
     */
    public OutgoingCall start(String path, CallSettings settings, Metadata headers, CallListener listener) {
        Watcher watcher = endpoint.options().watcher();
        Watcher.CallWatch watch = watcher == null ? null : watcher.callStarted(path, endpoint.peer());
        return watch == null
                ? endpoint.start(path, settings, headers, listener)
                : new WatchedOutgoingCall(
                        endpoint.start(path, settings, headers, Watched.listener(listener, watch)), watch);
    }

    /** The same for a call that has a timeout, or null, and nothing else that is special. */
    public OutgoingCall start(String path, Metadata headers, @Nullable Duration timeout, CallListener listener) {
        return start(path, timeout == null ? CallSettings.NONE : CallSettings.of(timeout), headers, listener);
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
     * Cancels the calls that run, closes the connection and ends the event loops; returns when that is done, after a few
     * seconds at most. Idempotent.
     */
    @Override
    public void close() {
        endpoint.close();
    }
}
