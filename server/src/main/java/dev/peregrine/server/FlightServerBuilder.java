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
import dev.peregrine.transport.HeaderTables;
import dev.peregrine.transport.PingLimits;
import dev.peregrine.transport.ServerTransport;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.ConnectionLife;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** One thread. How a server is set up; from {@link FlightServer#builder}. */
public final class FlightServerBuilder {
    /** Where to listen, by whether TLS was set up: a host and a port have no scheme that says it. */
    private final Function<Boolean, Location> location;

    private final FlightService service;
    private @Nullable BufferAllocator allocator;
    private final ServerTls tls = new ServerTls();
    final TransportOptions.Builder transport = TransportOptions.forServer().toBuilder();
    private int maxConcurrentStreams = TransportOptions.forServer().maxConcurrentStreams();

    @Nullable
    Duration minPingInterval;

    int maxPingStrikes = PingLimits.UNLIMITED.maxStrikes();
    boolean pingsWithoutCalls;
    int encoderTable = HeaderTables.DEFAULT.encoder();
    int decoderTable = HeaderTables.DEFAULT.decoder();
    private @Nullable Executor executor;
    private IpcWriteOptions writeOptions = IpcWriteOptions.DEFAULT;
    private int maxInboundMessageSize = Integer.MAX_VALUE;
    private int maxConcurrentCalls = 1000;

    @Nullable
    Duration keepaliveTime = Duration.ofMinutes(1);

    Duration keepaliveTimeout = Duration.ofSeconds(20);
    private MessageCompression compression = MessageCompression.IDENTITY;
    private Duration drain = Duration.ofSeconds(5);
    private boolean reflection;
    private @Nullable FlightMetrics metrics;
    private @Nullable Duration maxConnectionIdle;

    @Nullable
    Duration maxConnectionAge;

    @Nullable
    Duration maxConnectionAgeGrace;

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

    /** Where the memory of messages comes from: a child of {@code allocator}. Without this the server has a root of its own. */
    public FlightServerBuilder allocator(BufferAllocator allocator) {
        this.allocator = allocator;
        return this;
    }

    /** Serves TLS with this certificate chain and its private key, both PEM; the key PKCS#8, PKCS#1 (RSA) or SEC 1 (EC). */
    public FlightServerBuilder tls(byte[] certChain, byte[] privateKey) {
        tls.identity = new Tls.PemIdentity(new Tls.Bytes(certChain), new Tls.Bytes(privateKey), null);
        return this;
    }

    /** The same from files, which {@link #start} reads. */
    public FlightServerBuilder tls(Path certChain, Path privateKey) {
        tls.identity = new Tls.PemIdentity(new Tls.InFile(certChain), new Tls.InFile(privateKey), null);
        return this;
    }

    /** The same with a key that is encrypted (PKCS#8). */
    public FlightServerBuilder tls(byte[] certChain, byte[] privateKey, char[] password) {
        tls.identity = new Tls.PemIdentity(new Tls.Bytes(certChain), new Tls.Bytes(privateKey), password.clone());
        return this;
    }

    /** The same from files. */
    public FlightServerBuilder tls(Path certChain, Path privateKey, char[] password) {
        tls.identity = new Tls.PemIdentity(new Tls.InFile(certChain), new Tls.InFile(privateKey), password.clone());
        return this;
    }

    /** Serves TLS with the key entries of a key store. */
    public FlightServerBuilder keyStore(KeyStore store, char[] password) {
        tls.identity = new Tls.KeyStoreIdentity(store, password.clone());
        return this;
    }

    /** The same from a file, PKCS#12 or JKS; its keys have the password of the file. */
    public FlightServerBuilder keyStore(Path file, char[] password) {
        tls.identity = new Tls.StoredIdentity(new Tls.InFile(file), password.clone());
        return this;
    }

    /**
     * Mutual TLS: what clients' certificates must be signed by, PEM. Clients must show one, unless
     * {@link #requireClientCertificate} says otherwise.
     */
    public FlightServerBuilder clientRoots(byte[] roots) {
        tls.clientRoots = new Tls.PemRoots(new Tls.Bytes(roots));
        return this;
    }

    /** The same from a file. */
    public FlightServerBuilder clientRoots(Path roots) {
        tls.clientRoots = new Tls.PemRoots(new Tls.InFile(roots));
        return this;
    }

    /** The same from a key store: its certificate entries. */
    public FlightServerBuilder clientTrustStore(KeyStore store) {
        tls.clientRoots = new Tls.KeyStoreRoots(store);
        return this;
    }

    /**
     * The same from a file, PKCS#12 or JKS.
     *
     * @param password null if the file can be read without one
     */
    public FlightServerBuilder clientTrustStore(Path file, char @Nullable [] password) {
        tls.clientRoots = new Tls.StoredRoots(new Tls.InFile(file), password);
        return this;
    }

    /**
     * Whether clients must show a certificate, or may. One that is shown must be signed by {@link #clientRoots(byte[])}, or
     * without these by an authority that the JDK trusts. {@link ServerCall#peerCertificates} tells what was shown.
     */
    public FlightServerBuilder requireClientCertificate(boolean required) {
        tls.requireClientCertificate = required;
        return this;
    }

    /**
     * How often files of certificates, keys and roots are looked at for changes. New connections use what has changed, those
     * that exist go on as they are. Without this they are read by {@link #start} and by
     * {@link FlightServer#reloadCertificates}.
     */
    public FlightServerBuilder reloadCertificates(Duration interval) {
        tls.reloadInterval = interval;
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
     * How many bytes of one call, and of all calls of a connection together, the peer may send before they are taken
     * (HTTP/2's windows). At least 65,535; 16 MiB and 64 MiB without this.
     */
    public FlightServerBuilder windows(int call, int connection) {
        transport.streamWindow(call).connectionWindow(connection);
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
     * After how much silence on a connection with running calls a PING asks whether the client is still there, and how long its answer may
     * take before the connection counts as lost. One minute and 20 seconds without this.
     *
     * @param time null never asks
     */
    public FlightServerBuilder keepalive(@Nullable Duration time, Duration timeout) {
        this.keepaliveTime = time;
        this.keepaliveTimeout = timeout;
        return this;
    }

    /** How many calls one connection may have at once; its client makes further ones wait. 500 without this. */
    public FlightServerBuilder maxConcurrentCallsPerConnection(int calls) {
        this.maxConcurrentStreams = positive(calls, "maxConcurrentCallsPerConnection");
        return this;
    }

    /**
     * How often clients may send PING while the server sends nothing: not sooner than {@code interval} after the last one.
     * A client that did it {@code strikes} times is hung up on at the next time, with GOAWAY, ENHANCE_YOUR_CALM and
     * "too_many_pings". Without this they may as they like; other implementations of gRPC have five minutes and 2.
     *
     * @param interval null for as they like
     * @param strikes 0 for any number
     * @param withoutCalls whether the same holds while the client has no calls; else it is two hours then
     */
    public FlightServerBuilder pingLimits(@Nullable Duration interval, int strikes, boolean withoutCalls) {
        this.minPingInterval = interval;
        this.maxPingStrikes = strikes;
        this.pingsWithoutCalls = withoutCalls;
        return this;
    }

    /** How long a client may take from its connection on to its first HTTP/2 bytes, TLS included. 20 seconds without this. */
    public FlightServerBuilder handshakeTimeout(Duration timeout) {
        transport.connectTimeout(timeout);
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
        Location location = this.location.apply(tls.identity != null);
        Locations.Target target = Locations.target(location);
        Tls settings = tls.settings(target.tls(), location);
        BufferAllocator own = allocator == null
                ? new RootAllocator()
                : allocator.newChildAllocator("peregrine-server", 0, Long.MAX_VALUE);
        ExecutorService ownExecutor = executor == null ? serviceThreads() : null;
        RunningCalls running = new RunningCalls(maxConcurrentCalls);
        ServiceThreads threads =
                new ServiceThreads(ownExecutor == null ? Objects.requireNonNull(executor) : ownExecutor, running);
        ServerTransport listening;
        try {
            listening = ServerTransport.start(
                    target.address(),
                    options(settings),
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
                ownExecutor.shutdown();
            }
            if (e instanceof IOException io) {
                throw new UncheckedIOException(
                        Objects.requireNonNullElse(io.getMessage(), "Cannot listen on " + location), io);
            }
            throw (RuntimeException) e;
        }
        return new FlightServer(bound(location, listening.address()), listening, running, ownExecutor, own, drain);
    }

    /** What hears of this server's calls and connections. Nothing without this. */
    public FlightServerBuilder metrics(FlightMetrics metrics) {
        this.metrics = metrics;
        return this;
    }

    /** How long a connection may be without calls before it is ended; null as long as the client wants, as without this. */
    public FlightServerBuilder maxConnectionIdle(@Nullable Duration idle) {
        this.maxConnectionIdle = idle;
        return this;
    }

    /**
     * How old a connection may become, a tenth more or less by chance: then the client is told to make a new one (GOAWAY),
     * while running calls go on. Has clients find the servers of a name anew now and then. As old as the client wants, without
     * this.
     *
     * @param grace after how long running calls are ended; null for never
     */
    public FlightServerBuilder maxConnectionAge(@Nullable Duration age, @Nullable Duration grace) {
        this.maxConnectionAge = age;
        this.maxConnectionAgeGrace = grace;
        return this;
    }

    private TransportOptions options(@Nullable Tls tls) {
        return transport
                .maxInboundMessageSize(maxInboundMessageSize)
                .maxConcurrentStreams(Math.min(maxConcurrentCalls, maxConcurrentStreams))
                .keepaliveTime(keepaliveTime)
                .keepaliveTimeout(keepaliveTimeout)
                .compression(Headers.compression(compression))
                .watcher(MetricsWatcher.of(FlightMetrics.Side.SERVER, metrics))
                .connectionLife(new ConnectionLife(maxConnectionIdle, maxConnectionAge, maxConnectionAgeGrace))
                .pingLimits(new PingLimits(minPingInterval, maxPingStrikes, pingsWithoutCalls))
                .headerTables(new HeaderTables(encoderTable, decoderTable))
                .tls(tls)
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

    private static ExecutorService serviceThreads() {
        AtomicInteger number = new AtomicInteger();
        return Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "peregrine-service-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    private static int positive(int value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least 1");
        }
        return value;
    }
}
