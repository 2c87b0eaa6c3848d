package dev.peregrine.client;

import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.protocol.wire.JavaFlags;
import dev.peregrine.protocol.wire.Locations;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** One thread. How a client is set up; from {@link FlightClient#builder}. */
public final class FlightClientBuilder {
    private final Location location;
    private @Nullable BufferAllocator allocator;
    private byte @Nullable [] tlsRootCerts;
    private byte @Nullable [] certChain;
    private byte @Nullable [] privateKey;
    private @Nullable String overrideHostname;
    private boolean verifyServer = true;
    private long writeSizeLimitBytes;
    private int maxInboundMessageSize = Integer.MAX_VALUE;
    private @Nullable Duration keepaliveTime;
    private Duration keepaliveTimeout = Duration.ofSeconds(20);
    private Duration connectTimeout = Duration.ofSeconds(20);
    private MessageCompression compression = MessageCompression.IDENTITY;
    private Executor executor = ForkJoinPool.commonPool();
    private final List<ClientMiddleware.Factory> middleware = new ArrayList<>();

    FlightClientBuilder(Location location) {
        this.location = location;
    }

    /**
     * Where the memory of received batches comes from; it stays the caller's. Without this the client has an allocator of its
     * own, and batches taken from {@code nextBatch()} must be closed before the client.
     */
    public FlightClientBuilder allocator(BufferAllocator allocator) {
        this.allocator = allocator;
        return this;
    }

    /** Certificates to trust, PEM. Empty or without this: the JDK's own. */
    public FlightClientBuilder tlsRootCerts(byte[] pem) {
        this.tlsRootCerts = pem;
        return this;
    }

    /** The same from a file. */
    public FlightClientBuilder tlsRootCerts(Path file) {
        return tlsRootCerts(read(file));
    }

    /** This client's certificate chain for mutual TLS, PEM; goes with {@link #privateKey}. */
    public FlightClientBuilder certChain(byte[] pem) {
        this.certChain = pem;
        return this;
    }

    /** The same from a file. */
    public FlightClientBuilder certChain(Path file) {
        return certChain(read(file));
    }

    /** The key of {@link #certChain}: PEM, PKCS#8, unencrypted. */
    public FlightClientBuilder privateKey(byte[] pem) {
        this.privateKey = pem;
        return this;
    }

    /** The same from a file. */
    public FlightClientBuilder privateKey(Path file) {
        return privateKey(read(file));
    }

    /** The host name to ask for and to verify with TLS instead of the location's. Insecure: use with caution. */
    public FlightClientBuilder overrideHostname(String hostname) {
        this.overrideHostname = hostname;
        return this;
    }

    /** With TLS, whether to trust any server. If so, the other TLS settings are ignored. Insecure. */
    public FlightClientBuilder disableServerVerification(boolean disable) {
        this.verifyServer = !disable;
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

    /** The largest message taken from the server, bytes; a larger one fails its call. No limit without this. */
    public FlightClientBuilder maxInboundMessageSize(int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("maxInboundMessageSize is " + bytes + "; it must be at least 1");
        }
        this.maxInboundMessageSize = bytes;
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

    /** What completes the futures of {@link FlightClient#async()}. The JDK's common pool without this. */
    public FlightClientBuilder executor(Executor executor) {
        this.executor = executor;
        return this;
    }

    /** The client. Does not connect: the first call does. */
    public FlightClient build() {
        JavaFlags.check();
        Locations.Target target = Locations.target(location);
        TransportOptions options = TransportOptions.forClient().toBuilder()
                .maxInboundMessageSize(maxInboundMessageSize)
                .keepaliveTime(keepaliveTime)
                .keepaliveTimeout(keepaliveTimeout)
                .connectTimeout(connectTimeout)
                .compression(Headers.compression(compression))
                .tls(target.tls() ? tls() : plaintext())
                .build();
        ClientMemory ownMemory = allocator == null ? new ClientMemory() : null;
        ClientConnection connection = new ClientConnection(
                location,
                ClientTransport.create(target.address(), options),
                ownMemory == null ? Objects.requireNonNull(allocator) : ownMemory.allocator(),
                executor,
                writeSizeLimitBytes,
                middleware);
        return new FlightClient(connection, ownMemory);
    }

    private Tls tls() {
        if ((certChain == null) != (privateKey == null)) {
            throw new IllegalArgumentException("certChain and privateKey go together, but only "
                    + (certChain == null ? "privateKey" : "certChain") + " was given");
        }
        byte[] roots = tlsRootCerts == null || tlsRootCerts.length == 0 ? null : tlsRootCerts;
        return new Tls.Client(roots, certChain, privateKey, overrideHostname, verifyServer);
    }

    private @Nullable Tls plaintext() {
        if (tlsRootCerts != null || certChain != null || privateKey != null) {
            throw new IllegalArgumentException(
                    "certificates were given, but location " + location + " is plaintext; use grpc+tls://host:port");
        }
        return null;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
