package dev.peregrine.client;

import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.client.config.ServiceConfig;
import dev.peregrine.client.config.ServiceConfigReader;
import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.protocol.metrics.FlightMetrics;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.protocol.wire.JavaFlags;
import dev.peregrine.protocol.wire.Locations;
import dev.peregrine.protocol.wire.MetricsWatcher;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.HeaderTables;
import dev.peregrine.transport.RequestFields;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.Proxies;
import dev.peregrine.transport.connect.Reconnection;
import dev.peregrine.transport.retry.Retries;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** One thread. How a client is set up; from {@link FlightClient#builder}. */
public final class FlightClientBuilder {
    /** Where to connect, by whether TLS was set up: a host and a port have no scheme that says it. */
    private final Function<Boolean, Location> location;

    private final ClientTls tls = new ClientTls();
    final TransportOptions.Builder transport = TransportOptions.forClient().toBuilder();
    private @Nullable String authority;
    String userAgentPrefix = "";
    String userAgentSuffix = "";
    private Proxies proxies = Proxies.OF_THE_ENVIRONMENT;
    int encoderTable = HeaderTables.DEFAULT.encoder();
    int decoderTable = HeaderTables.DEFAULT.decoder();
    Duration leastPingInterval = Duration.ZERO;
    private @Nullable BufferAllocator allocator;
    private long writeSizeLimitBytes;
    private boolean splitLargeBatches;
    private int maxInboundMessageSize = Integer.MAX_VALUE;

    @Nullable
    Duration keepaliveTime;

    Duration keepaliveTimeout = Duration.ofSeconds(20);
    private Duration connectTimeout = Duration.ofSeconds(20);
    private MessageCompression compression = MessageCompression.IDENTITY;
    private IpcWriteOptions writeOptions = IpcWriteOptions.DEFAULT;
    private Executor executor = ForkJoinPool.commonPool();
    private @Nullable FlightMetrics metrics;
    private int connections = 1;
    private int eventLoops = 1;
    Reconnection reconnection = Reconnection.DEFAULT;
    private @Nullable Duration idleTimeout = TransportOptions.forClient().idleTimeout();
    private @Nullable RetryPolicy retryPolicy;
    private Retries retries = Retries.DEFAULT;
    private ServiceConfig serviceConfig = ServiceConfig.EMPTY;
    private final List<ClientMiddleware.Factory> middleware = new ArrayList<>();
    private @Nullable CallCredentials credentials;

    FlightClientBuilder(Location location) {
        this.location = tlsWanted -> location;
    }

    FlightClientBuilder(String host, int port) {
        this.location = tlsWanted -> tlsWanted ? Location.tls(host, port) : Location.tcp(host, port);
    }

    /**
     * Where the memory of received batches comes from; it stays the caller's. Without this the client has an allocator of its
     * own, and batches taken from {@code nextBatch()} must be closed before the client.
     */
    public FlightClientBuilder allocator(BufferAllocator allocator) {
        this.allocator = allocator;
        return this;
    }

    /** Certificates to trust, PEM. Empty or without this: those that the JDK trusts. */
    public FlightClientBuilder tlsRootCerts(byte[] pem) {
        tls.roots = pem.length == 0 ? null : new Tls.PemRoots(new Tls.Bytes(pem));
        return this;
    }

    /** The same from a file, which {@link #build} reads. */
    public FlightClientBuilder tlsRootCerts(Path file) {
        tls.roots = new Tls.PemRoots(new Tls.InFile(file));
        return this;
    }

    /** The same from a key store: its certificate entries. */
    public FlightClientBuilder trustStore(KeyStore store) {
        tls.roots = new Tls.KeyStoreRoots(store);
        return this;
    }

    /**
     * The same from a file, PKCS#12 or JKS.
     *
     * @param password null if the file can be read without one
     */
    public FlightClientBuilder trustStore(Path file, char @Nullable [] password) {
        tls.roots = new Tls.StoredRoots(new Tls.InFile(file), password);
        return this;
    }

    /** This client's certificate chain for mutual TLS, PEM; goes with {@link #privateKey(byte[])}. */
    public FlightClientBuilder certChain(byte[] pem) {
        tls.certChain = new Tls.Bytes(pem);
        return this;
    }

    /** The same from a file. */
    public FlightClientBuilder certChain(Path file) {
        tls.certChain = new Tls.InFile(file);
        return this;
    }

    /** The key of {@link #certChain(byte[])}: PEM; PKCS#8, PKCS#1 (RSA) or SEC 1 (EC). */
    public FlightClientBuilder privateKey(byte[] pem) {
        tls.privateKey = new Tls.Bytes(pem);
        return this;
    }

    /** The same from a file. */
    public FlightClientBuilder privateKey(Path file) {
        tls.privateKey = new Tls.InFile(file);
        return this;
    }

    /** The password of a private key that is encrypted (PKCS#8). */
    public FlightClientBuilder privateKeyPassword(char[] password) {
        tls.password = password.clone();
        return this;
    }

    /** This client's certificate chain and key for mutual TLS, in place of {@link #certChain(byte[])}: a key entry. */
    public FlightClientBuilder keyStore(KeyStore store, char[] password) {
        tls.keyStore = new Tls.KeyStoreIdentity(store, password.clone());
        return this;
    }

    /** The same from a file, PKCS#12 or JKS; its key has the password of the file. */
    public FlightClientBuilder keyStore(Path file, char[] password) {
        tls.keyStore = new Tls.StoredIdentity(new Tls.InFile(file), password.clone());
        return this;
    }

    /** The host name to ask for and to verify with TLS instead of the location's. Insecure: use with caution. */
    public FlightClientBuilder overrideHostname(String hostname) {
        tls.overrideHostname = hostname;
        return this;
    }

    /**
     * With TLS, whether to trust any server. If so, the roots, this client's own certificate and
     * {@link #verifyHostname} are ignored. Insecure.
     */
    public FlightClientBuilder disableServerVerification(boolean disable) {
        tls.disableServerVerification = disable;
        return this;
    }

    /**
     * With TLS, whether the server's certificate must be for the host name that was connected to. Without that, any server
     * is trusted whose certificate the roots have signed. True without this.
     */
    public FlightClientBuilder verifyHostname(boolean verify) {
        tls.verifyHostname = verify;
        return this;
    }

    /**
     * How often files of certificates, keys and roots are looked at for changes. New connections use what has changed, those
     * that exist go on as they are. Without this they are read by {@link #build} and by
     * {@link FlightClient#reloadCertificates}.
     */
    public FlightClientBuilder reloadCertificates(Duration interval) {
        tls.reloadInterval = interval;
        return this;
    }

    /**
     * The largest message that a writer sends, bytes; a batch above it throws
     * {@link dev.peregrine.protocol.error.FlightWriteSizeExceededException}, and the writer is as before. 0: no limit.
     */
    public FlightClientBuilder writeSizeLimitBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("writeSizeLimitBytes is " + bytes + "; 0 means no limit");
        }
        this.writeSizeLimitBytes = bytes;
        return this;
    }

    /**
     * Whether a batch above {@link #writeSizeLimitBytes} goes out in parts, by rows, instead of being refused: each part is a
     * batch within the limit, the app_metadata goes with the first. If one row alone does not fit, or the batch cannot be cut
     * because it was compressed or its dictionaries are passed on, it is refused as without this, and nothing was sent.
     * Schemas, dictionaries and metadata by itself are never cut. With body compression the sizes before it count. Not
     * without this.
     */
    public FlightClientBuilder splitLargeBatches(boolean split) {
        this.splitLargeBatches = split;
        return this;
    }

    /** The largest message taken from the server, bytes; a larger one fails its call. No limit without this. */
    public FlightClientBuilder maxInboundMessageSize(int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("maxInboundMessageSize is " + bytes + "; it must be at least 1");
        }
        this.maxInboundMessageSize = bytes;
        return this;
    }

    /** The largest message sent to the server, bytes; a larger one fails its call with RESOURCE_EXHAUSTED. No limit without this. */
    public FlightClientBuilder maxOutboundMessageSize(int bytes) {
        transport.maxOutboundMessageSize(bytes);
        return this;
    }

    /**
     * How many bytes of one call, and of all calls of a connection together, the peer may send before they are taken
     * (HTTP/2's windows). At least 65,535; 16 MiB and 64 MiB without this.
     */
    public FlightClientBuilder windows(int call, int connection) {
        transport.streamWindow(call).connectionWindow(connection);
        return this;
    }

    /**
     * After how much silence, while calls run, a PING asks whether the server is still there, and how long its answer may
     * take before the connection counts as lost. Without this it never asks: gRPC servers close the connections of clients
     * that ask more often than they allow, by default every five minutes.
     *
     * @param time null never asks
     */
    public FlightClientBuilder keepalive(@Nullable Duration time, Duration timeout) {
        this.keepaliveTime = time;
        this.keepaliveTimeout = timeout;
        return this;
    }

    /** Whether to ask also while no calls run. Not without this. */
    public FlightClientBuilder keepaliveWithoutCalls(boolean ask) {
        transport.keepaliveWithoutCalls(ask);
        return this;
    }

    /** What requests name as the server ({@code :authority}), instead of the location's host and port. */
    public FlightClientBuilder authority(String authority) {
        this.authority = authority;
        return this;
    }

    /** What the {@code user-agent} of requests says before and behind our own name; empty for nothing. */
    public FlightClientBuilder userAgent(String prefix, String suffix) {
        this.userAgentPrefix = prefix;
        this.userAgentSuffix = suffix;
        return this;
    }

    /**
     * Connects by way of an HTTP proxy (CONNECT), {@code http://[user:password@]host[:port]}. Without this the environment
     * says it: {@code grpc_proxy}, {@code https_proxy}, {@code http_proxy}, except for hosts that {@code no_grpc_proxy} or
     * {@code no_proxy} lists and for this machine.
     */
    public FlightClientBuilder proxy(String uri) {
        this.proxies = new Proxies(proxies.fromEnvironment(), uri);
        return this;
    }

    /** Whether the environment may say a proxy. True without this. */
    public FlightClientBuilder proxyFromEnvironment(boolean ask) {
        this.proxies = new Proxies(ask, proxies.uri());
        return this;
    }

    /** How long TCP and TLS may take to connect. 20 seconds without this. */
    public FlightClientBuilder connectTimeout(Duration timeout) {
        this.connectTimeout = timeout;
        return this;
    }

    /** How the messages that calls send are compressed, where {@link CallOptions} do not say otherwise. Not, without this. */
    public FlightClientBuilder compression(MessageCompression compression) {
        this.compression = compression;
        return this;
    }

    /** Has middleware look on at each call, Handshakes too. Several are asked in the order in which they are added. */
    public FlightClientBuilder middleware(ClientMiddleware.Factory factory) {
        middleware.add(factory);
        return this;
    }

    /** What hears of this client's calls and connections. Nothing without this. */
    public FlightClientBuilder metrics(FlightMetrics metrics) {
        this.metrics = metrics;
        return this;
    }

    /** Who makes the calls of this client, Handshakes excepted, where {@link CallOptions} do not say otherwise. */
    public FlightClientBuilder credentials(CallCredentials credentials) {
        this.credentials = credentials;
        return this;
    }

    /**
     * How many connections the client may have at a time. A call goes to one without calls; as long as there is none, and
     * fewer than this, another one is made. One without this.
     */
    public FlightClientBuilder connections(int connections) {
        this.connections = connections;
        return this;
    }

    /** How many threads serve the connections, each its share of them. One without this. */
    public FlightClientBuilder eventLoops(int threads) {
        this.eventLoops = threads;
        return this;
    }

    /**
     * How long to wait between attempts to connect that fail: {@code initial} after the first, 1.6 times as long after each
     * further one, {@code longest} at most, a fifth more or less by chance. Meanwhile calls that do not wait for the server
     * fail at once. A tenth of a second and two minutes without this.
     */
    public FlightClientBuilder reconnectBackoff(Duration initial, Duration longest) {
        this.reconnection = new Reconnection(initial, longest);
        return this;
    }

    /**
     * After how long a connection without calls is closed; the next call makes another one. Half an hour without this.
     *
     * @param timeout null for never
     */
    public FlightClientBuilder idleTimeout(@Nullable Duration timeout) {
        this.idleTimeout = timeout;
        return this;
    }

    /**
     * Has calls made again after a failure, if that is safe: GetFlightInfo, GetSchema, ListFlights, ListActions,
     * PollFlightInfo, and DoGet until its first message has come. Others need {@link CallOptions#retryPolicy}. Never without
     * this.
     */
    public FlightClientBuilder retryPolicy(RetryPolicy policy) {
        this.retryPolicy = policy;
        return this;
    }

    /**
     * Whether calls are made again at all. So are, unless this says no, also without a policy, calls that the server has
     * certainly not processed: it refused their stream, or said before that it goes away.
     */
    public FlightClientBuilder retries(boolean enabled) {
        this.retries = new Retries(enabled, retries.bufferSize(), retries.throttling());
        return this;
    }

    /**
     * How many bytes a put or an exchange keeps of what it has sent, to be able to send it again. One that has sent more is
     * not made again. 256 KiB without this.
     */
    public FlightClientBuilder retryBufferSize(int bytes) {
        this.retries = new Retries(retries.enabled(), bytes, retries.throttling());
        return this;
    }

    /**
     * gRPC's service config: timeouts, waiting, retry policies and message sizes by method, and when to stop making calls
     * again. What {@link CallOptions} say comes before it, and it before {@link #retryPolicy}.
     *
     * @throws IllegalArgumentException it cannot be understood; the message says where
     */
    public FlightClientBuilder serviceConfig(String json) {
        this.serviceConfig = ServiceConfigReader.read(json);
        this.retries = new Retries(retries.enabled(), retries.bufferSize(), serviceConfig.throttling());
        return this;
    }

    /** How batches are written, compressed for example, where {@link CallOptions#write} does not say otherwise. */
    public FlightClientBuilder writeOptions(IpcWriteOptions options) {
        this.writeOptions = options;
        return this;
    }

    /**
     * A setting by the name that gRPC has for it, for example {@code grpc.keepalive_time_ms}. It is another spelling of a
     * method of this builder, or of a default; the last one said holds. {@code docs/generic-options.md} lists them. A
     * name that is not known is reported once, as a warning, and changes nothing.
     *
     * @throws IllegalArgumentException the option takes a string, or not this number; the message names it
     */
    public FlightClientBuilder genericOption(String name, int value) {
        ClientOptionNames.ALL.set(this, name, value);
        return this;
    }

    /**
     * The same for options that take a string.
     *
     * @throws IllegalArgumentException the option takes a number, or not this string; the message names it
     */
    public FlightClientBuilder genericOption(String name, String value) {
        ClientOptionNames.ALL.set(this, name, value);
        return this;
    }

    /**
     * Several of them, in this order.
     *
     * @param options each value an Integer or a String
     * @throws IllegalArgumentException an option does not take its value; the message names it
     */
    public FlightClientBuilder genericOptions(List<? extends Map.Entry<String, ?>> options) {
        options.forEach(option -> ClientOptionNames.ALL.set(this, option.getKey(), option.getValue()));
        return this;
    }

    /**
     * What completes the futures of {@link FlightClient#async()}, and where credentials and middleware may wait if no caller
     * does. The JDK's common pool without this.
     */
    public FlightClientBuilder executor(Executor executor) {
        this.executor = executor;
        return this;
    }

    /**
     * The client. Does not connect: the first call does.
     *
     * @throws IllegalArgumentException settings that contradict each other or cannot be used; the message says which
     * @throws java.io.UncheckedIOException a file of certificates cannot be read
     */
    public FlightClient build() {
        JavaFlags.check();
        Location location = this.location.apply(tls.isWanted());
        Locations.Target target = Locations.target(location);
        TransportOptions options = transport
                .maxInboundMessageSize(maxInboundMessageSize)
                .keepaliveTime(keepaliveTime())
                .keepaliveTimeout(keepaliveTimeout)
                .connectTimeout(connectTimeout)
                .compression(Headers.compression(compression))
                .connections(connections)
                .eventLoops(eventLoops)
                .reconnection(reconnection)
                .idleTimeout(idleTimeout)
                .retries(retries)
                .requestFields(new RequestFields(authority, userAgentPrefix, userAgentSuffix))
                .proxies(proxies)
                .headerTables(new HeaderTables(encoderTable, decoderTable))
                .watcher(MetricsWatcher.of(FlightMetrics.Side.CLIENT, metrics))
                .tls(tls(target.tls(), location))
                .build();
        ClientTransport client = ClientTransport.create(target.address(), options);
        ClientMemory ownMemory = allocator == null ? new ClientMemory() : null;
        ClientConnection connection = new ClientConnection(
                location,
                client,
                ownMemory == null ? Objects.requireNonNull(allocator) : ownMemory.allocator(),
                executor,
                new BatchSettings(writeSizeLimitBytes, splitLargeBatches, maxInboundMessageSize, writeOptions),
                middleware,
                new CallDefaults(serviceConfig, retryPolicy),
                credentials);
        return new FlightClient(connection, ownMemory);
    }

    private @Nullable Duration keepaliveTime() {
        return keepaliveTime == null || keepaliveTime.compareTo(leastPingInterval) >= 0
                ? keepaliveTime
                : leastPingInterval;
    }

    private @Nullable Tls tls(boolean wanted, Location location) {
        if (wanted) {
            return tls.settings();
        }
        tls.checkUnused(location);
        return null;
    }
}
