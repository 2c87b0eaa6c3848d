package dev.peregrine.server;

import dev.peregrine.protocol.Location;
import java.time.Duration;

/**
 * Any thread. A Flight server that listens on one location and hands calls to a {@link FlightService}.
 *
 * <pre>{@code
 * try (var server = FlightServer.builder("grpc://localhost:0", new Trades()).start()) {
 *     System.out.println(server.location());
 *     server.awaitTermination();
 * }
 * }</pre>
 */
public final class FlightServer implements AutoCloseable {
    FlightServer() {}

    /** A server for {@code service} that will listen on {@code location}; port 0 means any free one. */
    public static FlightServerBuilder builder(String location, FlightService service) {
        return builder(Location.of(location), service);
    }

    /** The same with a location. */
    public static FlightServerBuilder builder(Location location, FlightService service) {
        return new FlightServerBuilder(location, service);
    }

    /** Where clients reach this server: the location given, with the port that was bound. */
    public Location location() {
        throw new UnsupportedOperationException();
    }

    /** The port that was bound; -1 for a Unix socket. */
    public int port() {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes no more calls, lets running ones end for at most {@code drain}, cancels the rest, interrupts their threads
     * and frees everything. Returns when that is done. Idempotent; a second call with less time shortens the first.
     */
    public void shutdown(Duration drain) {}

    /** {@link #shutdown} with the drain time of the builder. */
    @Override
    public void close() {}

    /** Waits until the server has been shut down by another thread. */
    public void awaitTermination() throws InterruptedException {}
}
