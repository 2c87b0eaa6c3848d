package dev.peregrine.server;

import dev.peregrine.protocol.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** One thread. How a server is set up; from {@link FlightServer#builder}. */
public final class FlightServerBuilder {
    final Location location;
    final FlightService service;
    @Nullable BufferAllocator allocator;
    byte @Nullable [] certChain;
    byte @Nullable [] privateKey;
    byte @Nullable [] clientRoots;
    @Nullable Executor executor;
    int maxInboundMessageSize = Integer.MAX_VALUE;
    int maxConcurrentCalls = 1000;
    @Nullable Duration keepaliveTime = Duration.ofMinutes(1);
    Duration keepaliveTimeout = Duration.ofSeconds(20);
    Duration drain = Duration.ofSeconds(5);

    FlightServerBuilder(Location location, FlightService service) {
        this.location = location;
        this.service = service;
    }

    /** Where the memory of messages comes from: a child of {@code allocator}. Without this the server has a root of its own. */
    public FlightServerBuilder allocator(BufferAllocator allocator) {
        this.allocator = allocator;
        return this;
    }

    /** Serves TLS with this certificate chain and its private key, both PEM, the key PKCS#8 and unencrypted. */
    public FlightServerBuilder tls(byte[] certChain, byte[] privateKey) {
        this.certChain = certChain;
        this.privateKey = privateKey;
        return this;
    }

    /** The same from files. */
    public FlightServerBuilder tls(Path certChain, Path privateKey) {
        return tls(read(certChain), read(privateKey));
    }

    /** Mutual TLS: clients must show a certificate that one of these PEM certificates has signed. */
    public FlightServerBuilder clientRoots(byte[] roots) {
        this.clientRoots = roots;
        return this;
    }

    /** The same from a file. */
    public FlightServerBuilder clientRoots(Path roots) {
        return clientRoots(read(roots));
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

    /** How many calls may run at once, over all connections; one more fails with RESOURCE_EXHAUSTED. 1000 without this. */
    public FlightServerBuilder maxConcurrentCalls(int calls) {
        this.maxConcurrentCalls = positive(calls, "maxConcurrentCalls");
        return this;
    }

    /**
     * After how much silence on a connection a PING asks whether the client is still there, and how long its answer may
     * take before the connection counts as lost. One minute and 20 seconds without this.
     *
     * @param time null never asks
     */
    public FlightServerBuilder keepalive(@Nullable Duration time, Duration timeout) {
        this.keepaliveTime = time;
        this.keepaliveTimeout = timeout;
        return this;
    }

    /** How long {@link FlightServer#close()} lets running calls end before it cancels them. 5 seconds without this. */
    public FlightServerBuilder drain(Duration drain) {
        this.drain = drain;
        return this;
    }

    /**
     * Listens from the time this returns.
     *
     * @throws UncheckedIOException the location cannot be bound
     */
    public FlightServer start() {
        return new FlightServer();
    }

    private static int positive(int value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least 1");
        }
        return value;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }
}
