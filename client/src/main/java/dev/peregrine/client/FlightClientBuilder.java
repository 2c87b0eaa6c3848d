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
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.retry.Retries;
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
public final class FlightClientBuilder extends ConnectionSettings {
    /** Where to connect, by whether TLS was set up: a host and a port have no scheme that says it. */
    private final Function<Boolean, Location> location;

    private @Nullable BufferAllocator allocator;
    private long writeSizeLimitBytes;
    private boolean splitLargeBatches;
    private int maxInboundMessageSize = Integer.MAX_VALUE;
    private MessageCompression compression = MessageCompression.IDENTITY;
    private IpcWriteOptions writeOptions = IpcWriteOptions.DEFAULT;
    private Executor executor = ForkJoinPool.commonPool();
    private @Nullable FlightMetrics metrics;
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

    @Override
    FlightClientBuilder builder() {
        return this;
    }

    /**
     * Where the memory of received batches comes from; it stays the caller's. Without this the client has an allocator of its
     * own, made when the first call needs it, and batches taken from {@code nextBatch()} must be closed before the client.
     */
    public FlightClientBuilder allocator(BufferAllocator allocator) {
        this.allocator = allocator;
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
        Location location = this.location.apply(wantsTls());
        Locations.Target target = Locations.target(location);
        TransportOptions options = transport(location, target.tls())
                .maxInboundMessageSize(maxInboundMessageSize)
                .compression(Headers.compression(compression))
                .retries(retries)
                .watcher(MetricsWatcher.of(FlightMetrics.Side.CLIENT, metrics))
                .build();
        ClientTransport client = ClientTransport.create(target.address(), options);
        BufferAllocator lent = allocator;
        ClientMemory ownMemory = lent == null ? new ClientMemory() : null;
        ClientConnection connection = new ClientConnection(
                location,
                client,
                ownMemory == null ? () -> Objects.requireNonNull(lent) : ownMemory::allocator,
                executor,
                new BatchSettings(writeSizeLimitBytes, splitLargeBatches, maxInboundMessageSize, writeOptions),
                middleware,
                new CallDefaults(serviceConfig, retryPolicy),
                credentials);
        return new FlightClient(connection, ownMemory);
    }
}
