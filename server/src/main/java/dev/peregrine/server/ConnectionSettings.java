package dev.peregrine.server;

import dev.peregrine.protocol.Location;
import dev.peregrine.transport.HeaderTables;
import dev.peregrine.transport.PingLimits;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.ConnectionLife;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One thread. The part of a {@link FlightServerBuilder} that says how clients' connections are taken and kept: TLS, windows,
 * PINGs, and how long they may last.
 */
abstract sealed class ConnectionSettings permits FlightServerBuilder {
    private final ServerTls tls = new ServerTls();
    final TransportOptions.Builder transport = TransportOptions.forServer().toBuilder();
    private int maxConcurrentStreams = TransportOptions.forServer().maxConcurrentStreams();

    @Nullable
    Duration minPingInterval;

    int maxPingStrikes = PingLimits.UNLIMITED.maxStrikes();
    boolean pingsWithoutCalls;
    int encoderTable = HeaderTables.DEFAULT.encoder();
    int decoderTable = HeaderTables.DEFAULT.decoder();

    @Nullable
    Duration keepaliveTime = Duration.ofMinutes(1);

    Duration keepaliveTimeout = Duration.ofSeconds(20);
    private @Nullable Duration maxConnectionIdle;

    @Nullable
    Duration maxConnectionAge;

    @Nullable
    Duration maxConnectionAgeGrace;

    /** This, as what users have in hand. */
    abstract FlightServerBuilder builder();

    /** Whether a host and a port without a scheme mean TLS. */
    final boolean wantsTls() {
        return tls.identity != null;
    }

    /**
     * What was set, for connections to {@code location}. Files are not read yet.
     *
     * @param withTls whether the location asks for it
     * @param maxConcurrentCalls over all connections
     */
    final TransportOptions.Builder transport(Location location, boolean withTls, int maxConcurrentCalls) {
        return transport
                .maxConcurrentStreams(Math.min(maxConcurrentCalls, maxConcurrentStreams))
                .keepaliveTime(keepaliveTime)
                .keepaliveTimeout(keepaliveTimeout)
                .connectionLife(new ConnectionLife(maxConnectionIdle, maxConnectionAge, maxConnectionAgeGrace))
                .pingLimits(new PingLimits(minPingInterval, maxPingStrikes, pingsWithoutCalls))
                .headerTables(new HeaderTables(encoderTable, decoderTable))
                .tls(tls.settings(withTls, location));
    }

    /** Serves TLS with this certificate chain and its private key, both PEM; the key PKCS#8, PKCS#1 (RSA) or SEC 1 (EC). */
    public FlightServerBuilder tls(byte[] certChain, byte[] privateKey) {
        tls.identity = new Tls.PemIdentity(new Tls.Bytes(certChain), new Tls.Bytes(privateKey), null);
        return builder();
    }

    /** The same from files, which {@link FlightServerBuilder#start} reads. */
    public FlightServerBuilder tls(Path certChain, Path privateKey) {
        tls.identity = new Tls.PemIdentity(new Tls.InFile(certChain), new Tls.InFile(privateKey), null);
        return builder();
    }

    /** The same with a key that is encrypted (PKCS#8). */
    public FlightServerBuilder tls(byte[] certChain, byte[] privateKey, char[] password) {
        tls.identity = new Tls.PemIdentity(new Tls.Bytes(certChain), new Tls.Bytes(privateKey), password.clone());
        return builder();
    }

    /** The same from files. */
    public FlightServerBuilder tls(Path certChain, Path privateKey, char[] password) {
        tls.identity = new Tls.PemIdentity(new Tls.InFile(certChain), new Tls.InFile(privateKey), password.clone());
        return builder();
    }

    /** Serves TLS with the key entries of a key store. */
    public FlightServerBuilder keyStore(KeyStore store, char[] password) {
        tls.identity = new Tls.KeyStoreIdentity(store, password.clone());
        return builder();
    }

    /** The same from a file, PKCS#12 or JKS; its keys have the password of the file. */
    public FlightServerBuilder keyStore(Path file, char[] password) {
        tls.identity = new Tls.StoredIdentity(new Tls.InFile(file), password.clone());
        return builder();
    }

    /**
     * Mutual TLS: what clients' certificates must be signed by, PEM. Clients must show one, unless
     * {@link #requireClientCertificate} says otherwise.
     */
    public FlightServerBuilder clientRoots(byte[] roots) {
        tls.clientRoots = new Tls.PemRoots(new Tls.Bytes(roots));
        return builder();
    }

    /** The same from a file. */
    public FlightServerBuilder clientRoots(Path roots) {
        tls.clientRoots = new Tls.PemRoots(new Tls.InFile(roots));
        return builder();
    }

    /** The same from a key store: its certificate entries. */
    public FlightServerBuilder clientTrustStore(KeyStore store) {
        tls.clientRoots = new Tls.KeyStoreRoots(store);
        return builder();
    }

    /**
     * The same from a file, PKCS#12 or JKS.
     *
     * @param password null if the file can be read without one
     */
    public FlightServerBuilder clientTrustStore(Path file, char @Nullable [] password) {
        tls.clientRoots = new Tls.StoredRoots(new Tls.InFile(file), password);
        return builder();
    }

    /**
     * Whether clients must show a certificate, or may. One that is shown must be signed by {@link #clientRoots(byte[])}, or
     * without these by an authority that the JDK trusts. {@link ServerCall#peerCertificates} tells what was shown.
     */
    public FlightServerBuilder requireClientCertificate(boolean required) {
        tls.requireClientCertificate = required;
        return builder();
    }

    /**
     * How often files of certificates, keys and roots are looked at for changes. New connections use what has changed, those
     * that exist go on as they are. Without this they are read by {@link FlightServerBuilder#start} and by
     * {@link FlightServer#reloadCertificates}.
     */
    public FlightServerBuilder reloadCertificates(Duration interval) {
        tls.reloadInterval = interval;
        return builder();
    }

    /**
     * How many bytes of one call, and of all calls of a connection together, the peer may send before they are taken
     * (HTTP/2's windows). At least 65,535; 16 MiB and 64 MiB without this.
     */
    public FlightServerBuilder windows(int call, int connection) {
        transport.streamWindow(call).connectionWindow(connection);
        return builder();
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
        return builder();
    }

    /** How many calls one connection may have at once; its client makes further ones wait. 500 without this. */
    public FlightServerBuilder maxConcurrentCallsPerConnection(int calls) {
        this.maxConcurrentStreams = positive(calls, "maxConcurrentCallsPerConnection");
        return builder();
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
        return builder();
    }

    /** How long a client may take from its connection on to its first HTTP/2 bytes, TLS included. 20 seconds without this. */
    public FlightServerBuilder handshakeTimeout(Duration timeout) {
        transport.connectTimeout(timeout);
        return builder();
    }

    /** How long a connection may be without calls before it is ended; null as long as the client wants, as without this. */
    public FlightServerBuilder maxConnectionIdle(@Nullable Duration idle) {
        this.maxConnectionIdle = idle;
        return builder();
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
        return builder();
    }

    static int positive(int value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be at least 1");
        }
        return value;
    }
}
