package dev.peregrine.server;

import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.protocol.metrics.FlightMetrics;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.protocol.wire.JavaFlags;
import dev.peregrine.protocol.wire.Locations;
import dev.peregrine.protocol.wire.MetricsWatcher;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.ServerTransport;
import dev.peregrine.transport.TransportOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** One thread. How a server is set up; from {@link FlightServer#builder}. */
public final class FlightServerBuilder extends ConnectionSettings {
    private static final Duration IDLE_THREAD = Duration.ofSeconds(60);

    /** Where to listen, by whether TLS was set up: a host and a port have no scheme that says it. */
    private final Function<Boolean, Location> location;

    private final FlightService service;
    private @Nullable BufferAllocator allocator;
    private @Nullable Executor executor;
    private IpcWriteOptions writeOptions = IpcWriteOptions.DEFAULT;
    private int maxInboundMessageSize = Integer.MAX_VALUE;
    private int maxConcurrentCalls = 1000;
    private MessageCompression compression = MessageCompression.IDENTITY;
    private Duration drain = Duration.ofSeconds(5);
    private boolean reflection;
    private @Nullable FlightMetrics metrics;
    private @Nullable ServerAuthenticator authenticator;
    private final List<CallMiddleware.Registered> middleware = new ArrayList<>();

    FlightServerBuilder(Location location, FlightService service) {
        this.location = tlsWanted -> location;
        this.service = service;
    }

    FlightServerBuilder(String host, int port, FlightService service) {
        this.location = tlsWanted -> tlsWanted ? Location.tls(host, port) : Location.tcp(host, port);
        this.service = service;
    }

    @Override
    FlightServerBuilder builder() {
        return this;
    }

    /** Where the memory of messages comes from: a child of {@code allocator}. Without this the server has a root of its own. */
    public FlightServerBuilder allocator(BufferAllocator allocator) {
        this.allocator = allocator;
        return this;
    }

    /**
     * Where the service's methods run, each call on one thread from begin to end. Without this the server has threads of
     * its own, one for each running call, named {@code peregrine-service-N}.
     */
    public FlightServerBuilder executor(Executor executor) {
        this.executor = executor;
        return this;
    }

    /** The largest message taken from a client, bytes; a larger one fails its call with RESOURCE_EXHAUSTED. No limit without this. */
    public FlightServerBuilder maxInboundMessageSize(int bytes) {
        this.maxInboundMessageSize = positive(bytes, "maxInboundMessageSize");
        return this;
    }

    /** The largest message sent, bytes; a larger one fails its call with RESOURCE_EXHAUSTED. No limit without this. */
    public FlightServerBuilder maxOutboundMessageSize(int bytes) {
        transport.maxOutboundMessageSize(bytes);
        return this;
    }

    /**
     * How many calls may run at once, over all connections; one more fails with RESOURCE_EXHAUSTED. 1000 without this. At most
     * 500 of them are of one connection, whose client makes further ones wait.
     */
    public FlightServerBuilder maxConcurrentCalls(int calls) {
        this.maxConcurrentCalls = positive(calls, "maxConcurrentCalls");
        return this;
    }

    /**
     * How the messages of answers are compressed, for clients that accept it and where {@link ServerCall#compression} does
     * not say otherwise. Not, without this.
     */
    public FlightServerBuilder compression(MessageCompression compression) {
        this.compression = compression;
        return this;
    }

    /** How batches are written, compressed for example, where a service does not say otherwise to its writer. */
    public FlightServerBuilder writeOptions(IpcWriteOptions options) {
        this.writeOptions = options;
        return this;
    }

    /** How long {@link FlightServer#close()} lets running calls end before it cancels them. 5 seconds without this. */
    public FlightServerBuilder drain(Duration drain) {
        this.drain = drain;
        return this;
    }

    /**
     * Whether the server tells what it serves to clients that ask with gRPC's server reflection, such as grpcurl, which then
     * need no .proto file: Flight's calls and messages, nothing of the data. Not without this.
     *
     * @see <a href="https://grpc.io/docs/guides/reflection/">gRPC, Reflection</a>
     */
    public FlightServerBuilder reflection(boolean answer) {
        this.reflection = answer;
        return this;
    }

    /** What says who makes a call, and refuses those of nobody; server reflection is refused to them too. */
    public FlightServerBuilder authenticator(ServerAuthenticator authenticator) {
        this.authenticator = authenticator;
        return this;
    }

    /** Has middleware look on at each call. Several are asked in the order in which they are added. */
    public FlightServerBuilder middleware(ServerMiddleware.Factory<?> factory) {
        middleware.add(new CallMiddleware.Registered(null, factory));
        return this;
    }

    /** The same for middleware that services find by its key, {@link ServerCall#middleware}. */
    public <T extends ServerMiddleware> FlightServerBuilder middleware(
            ServerMiddleware.Key<T> key, ServerMiddleware.Factory<? extends T> factory) {
        if (middleware.stream().anyMatch(other -> key.equals(other.key()))) {
            throw new IllegalArgumentException("there is middleware of the " + key
                    + " already; give the second one a name: new Key<>(type, name)");
        }
        middleware.add(new CallMiddleware.Registered(key, factory));
        return this;
    }

    /** What hears of this server's calls and connections. Nothing without this. */
    public FlightServerBuilder metrics(FlightMetrics metrics) {
        this.metrics = metrics;
        return this;
    }

    /**
     * A setting by the name that gRPC has for it, for example {@code grpc.keepalive_time_ms}. It is another spelling of a
     * method of this builder, or of a default; the last one said holds. {@code docs/generic-options.md} lists them. A
     * name that is not known is reported once, as a warning, and changes nothing.
     *
     * @throws IllegalArgumentException the option takes a string, or not this number; the message names it
     */
    public FlightServerBuilder genericOption(String name, int value) {
        ServerOptionNames.ALL.set(this, name, value);
        return this;
    }

    /**
     * The same for options that take a string.
     *
     * @throws IllegalArgumentException the option takes a number, or not this string; the message names it
     */
    public FlightServerBuilder genericOption(String name, String value) {
        ServerOptionNames.ALL.set(this, name, value);
        return this;
    }

    /**
     * Several of them, in this order.
     *
     * @param options each value an Integer or a String
     * @throws IllegalArgumentException an option does not take its value; the message names it
     */
    public FlightServerBuilder genericOptions(List<? extends Map.Entry<String, ?>> options) {
        options.forEach(option -> ServerOptionNames.ALL.set(this, option.getKey(), option.getValue()));
        return this;
    }

    /**
     * Listens from the time this returns.
     *
     * @throws IllegalArgumentException settings that contradict each other or cannot be used; the message says which
     * @throws UncheckedIOException the location cannot be bound, or a file of certificates cannot be read
     */
    public FlightServer start() {
        JavaFlags.check();
        Location location = this.location.apply(wantsTls());
        Locations.Target target = Locations.target(location);
        TransportOptions options = options(location, target.tls());
        BufferAllocator own = allocator == null
                ? new RootAllocator()
                : allocator.newChildAllocator("peregrine-server", 0, Long.MAX_VALUE);
        ThreadPool ownExecutor = executor == null ? serviceThreads() : null;
        RunningCalls running = new RunningCalls(maxConcurrentCalls);
        ServiceThreads threads =
                new ServiceThreads(ownExecutor == null ? Objects.requireNonNull(executor) : ownExecutor, running);
        ServerTransport listening;
        try {
            listening = ServerTransport.start(
                    target.address(),
                    options,
                    new FlightRouter(
                            service,
                            threads,
                            new Batches(own, maxInboundMessageSize, writeOptions),
                            authenticator,
                            middleware,
                            reflection));
        } catch (IOException | RuntimeException e) {
            own.close();
            if (ownExecutor != null) {
                ownExecutor.close();
            }
            if (e instanceof IOException io) {
                throw new UncheckedIOException(
                        Objects.requireNonNullElse(io.getMessage(), "Cannot listen on " + location), io);
            }
            throw (RuntimeException) e;
        }
        return new FlightServer(bound(location, listening.address()), listening, running, ownExecutor, own, drain);
    }

    private TransportOptions options(Location location, boolean withTls) {
        return transport(location, withTls, maxConcurrentCalls)
                .maxInboundMessageSize(maxInboundMessageSize)
                .compression(Headers.compression(compression))
                .watcher(MetricsWatcher.of(FlightMetrics.Side.SERVER, metrics))
                .build();
    }

    /** The location as given, with the port that was bound in place of 0. */
    private static Location bound(Location location, Address address) {
        if (address instanceof Address.Tcp tcp && location.uri().endsWith(":0")) {
            String uri = location.uri();
            return Location.of(uri.substring(0, uri.length() - 1) + tcp.port());
        }
        return location;
    }

    private static ThreadPool serviceThreads() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPool(
                task -> {
                    Thread thread = new Thread(task, "peregrine-service-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                IDLE_THREAD);
    }
}
