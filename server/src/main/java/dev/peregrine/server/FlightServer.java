package dev.peregrine.server;

import dev.peregrine.protocol.Location;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.ServerTransport;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    private static final Logger log = LoggerFactory.getLogger("dev.peregrine.server");

    /** How long methods whose calls were cancelled may take to end by themselves, and then once more after an interrupt. */
    private static final Duration UNWIND = Duration.ofSeconds(1);

    private static final Duration INTERRUPTED = Duration.ofSeconds(4);

    private final Location location;
    private final ServerTransport transport;
    private final RunningCalls running;
    private final @Nullable ThreadPool ownExecutor;
    private final BufferAllocator allocator;
    private final Duration drain;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch terminated = new CountDownLatch(1);

    /** Takes everything; {@code ownExecutor} is null if the executor is the user's. */
    FlightServer(
            Location location,
            ServerTransport transport,
            RunningCalls running,
            @Nullable ThreadPool ownExecutor,
            BufferAllocator allocator,
            Duration drain) {
        this.location = location;
        this.transport = transport;
        this.running = running;
        this.ownExecutor = ownExecutor;
        this.allocator = allocator;
        this.drain = drain;
    }

    /** A server for {@code service} that will listen on {@code location}; port 0 means any free one. */
    public static FlightServerBuilder builder(String location, FlightService service) {
        return builder(Location.of(location), service);
    }

    /** The same with a location. */
    public static FlightServerBuilder builder(Location location, FlightService service) {
        return new FlightServerBuilder(location, service);
    }

    /** The same with a host and a port: {@code grpc+tls} if the builder is given a certificate, else {@code grpc+tcp}. */
    public static FlightServerBuilder builder(String host, int port, FlightService service) {
        return new FlightServerBuilder(host, port, service);
    }

    /** Where clients reach this server: the location given, with the port that was bound. */
    public Location location() {
        return location;
    }

    /** The port that was bound; -1 for a Unix socket. */
    public int port() {
        return transport.address() instanceof Address.Tcp tcp ? tcp.port() : -1;
    }

    /**
     * Reads certificates, keys and roots again, files and key stores. Connections made from now on use them; those that exist
     * go on as they are. No effect without TLS.
     *
     * @throws IllegalArgumentException they are not what they should be; the old ones stay in use
     * @throws java.io.UncheckedIOException a file cannot be read; the old ones stay in use
     */
    public void reloadCertificates() {
        transport.reloadCertificates();
    }

    /**
     * Takes no more calls, lets running ones end for at most {@code drain}, cancels the rest, interrupts the threads of those
     * that do not end, and frees everything. Returns when that is done, at most some seconds after {@code drain}. Idempotent;
     * a second call with less time shortens the first.
     *
     * @throws IllegalStateException the service did not free what it allocated from the server's allocator
     */
    public void shutdown(Duration drain) {
        transport.shutdown(drain);
        if (closing.compareAndSet(false, true)) {
            try {
                end();
            } finally {
                terminated.countDown();
            }
        } else {
            awaitUninterruptibly();
        }
    }

    private void end() {
        boolean ended;
        boolean interrupted = Thread.interrupted();
        try {
            ended = endMethods();
        } catch (InterruptedException e) {
            interrupted = true;
            ended = running.others().isEmpty();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (ownExecutor != null) {
            ownExecutor.close();
        }
        if (!ended) {
            log.warn(
                    "the server at {} is closed, but {} do not end; their memory is freed when they do",
                    location,
                    running.others());
            return;
        }
        allocator.close();
    }

    /** The calls are over; their methods end too, by themselves or interrupted. False if some do neither. */
    private boolean endMethods() throws InterruptedException {
        if (running.awaitNone(UNWIND)) {
            return true;
        }
        running.others().forEach(ServiceCall::interrupt);
        return running.awaitNone(INTERRUPTED);
    }

    private void awaitUninterruptibly() {
        boolean interrupted = false;
        while (true) {
            try {
                terminated.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@link #shutdown} with the drain time of the builder. */
    @Override
    public void close() {
        shutdown(drain);
    }

    /** Waits until the server has been shut down by another thread. */
    public void awaitTermination() throws InterruptedException {
        terminated.await();
    }
}
