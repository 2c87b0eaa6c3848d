package dev.peregrine.client;

import dev.peregrine.protocol.Location;
import dev.peregrine.transport.HeaderTables;
import dev.peregrine.transport.RequestFields;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.Proxies;
import dev.peregrine.transport.connect.Reconnection;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One thread. The part of a {@link FlightClientBuilder} that says how connections are made and kept: TLS, proxies, timeouts,
 * PINGs, windows, and how many there are.
 */
abstract sealed class ConnectionSettings permits FlightClientBuilder {
    private final ClientTls tls = new ClientTls();
    final TransportOptions.Builder transport = TransportOptions.forClient().toBuilder();
    private @Nullable String authority;
    String userAgentPrefix = "";
    String userAgentSuffix = "";
    private Proxies proxies = Proxies.OF_THE_ENVIRONMENT;
    int encoderTable = HeaderTables.DEFAULT.encoder();
    int decoderTable = HeaderTables.DEFAULT.decoder();
    Duration leastPingInterval = Duration.ZERO;

    @Nullable
    Duration keepaliveTime;

    Duration keepaliveTimeout = Duration.ofSeconds(20);
    Reconnection reconnection = Reconnection.DEFAULT;

    /** This, as what users have in hand. */
    abstract FlightClientBuilder builder();

    /** Whether a host and a port without a scheme mean TLS. */
    final boolean wantsTls() {
        return tls.isWanted();
    }

    /**
     * What was set, for connections to {@code location}. Files are not read yet.
     *
     * @param withTls whether the location asks for it
     */
    final TransportOptions.Builder transport(Location location, boolean withTls) {
        return transport
                .keepaliveTime(keepaliveTime())
                .keepaliveTimeout(keepaliveTimeout)
                .reconnection(reconnection)
                .requestFields(new RequestFields(authority, userAgentPrefix, userAgentSuffix))
                .proxies(proxies)
                .headerTables(new HeaderTables(encoderTable, decoderTable))
                .tls(tls(withTls, location));
    }

    /** Certificates to trust, PEM. Empty or without this: those that the JDK trusts. */
    public FlightClientBuilder tlsRootCerts(byte[] pem) {
        tls.roots = pem.length == 0 ? null : new Tls.PemRoots(new Tls.Bytes(pem));
        return builder();
    }

    /** The same from a file, which {@link FlightClientBuilder#build} reads. */
    public FlightClientBuilder tlsRootCerts(Path file) {
        tls.roots = new Tls.PemRoots(new Tls.InFile(file));
        return builder();
    }

    /** The same from a key store: its certificate entries. */
    public FlightClientBuilder trustStore(KeyStore store) {
        tls.roots = new Tls.KeyStoreRoots(store);
        return builder();
    }

    /**
     * The same from a file, PKCS#12 or JKS.
     *
     * @param password null if the file can be read without one
     */
    public FlightClientBuilder trustStore(Path file, char @Nullable [] password) {
        tls.roots = new Tls.StoredRoots(new Tls.InFile(file), password);
        return builder();
    }

    /** This client's certificate chain for mutual TLS, PEM; goes with {@link #privateKey(byte[])}. */
    public FlightClientBuilder certChain(byte[] pem) {
        tls.certChain = new Tls.Bytes(pem);
        return builder();
    }

    /** The same from a file. */
    public FlightClientBuilder certChain(Path file) {
        tls.certChain = new Tls.InFile(file);
        return builder();
    }

    /** The key of {@link #certChain(byte[])}: PEM; PKCS#8, PKCS#1 (RSA) or SEC 1 (EC). */
    public FlightClientBuilder privateKey(byte[] pem) {
        tls.privateKey = new Tls.Bytes(pem);
        return builder();
    }

    /** The same from a file. */
    public FlightClientBuilder privateKey(Path file) {
        tls.privateKey = new Tls.InFile(file);
        return builder();
    }

    /** The password of a private key that is encrypted (PKCS#8). */
    public FlightClientBuilder privateKeyPassword(char[] password) {
        tls.password = password.clone();
        return builder();
    }

    /** This client's certificate chain and key for mutual TLS, in place of {@link #certChain(byte[])}: a key entry. */
    public FlightClientBuilder keyStore(KeyStore store, char[] password) {
        tls.keyStore = new Tls.KeyStoreIdentity(store, password.clone());
        return builder();
    }

    /** The same from a file, PKCS#12 or JKS; its key has the password of the file. */
    public FlightClientBuilder keyStore(Path file, char[] password) {
        tls.keyStore = new Tls.StoredIdentity(new Tls.InFile(file), password.clone());
        return builder();
    }

    /** The host name to ask for and to verify with TLS instead of the location's. Insecure: use with caution. */
    public FlightClientBuilder overrideHostname(String hostname) {
        tls.overrideHostname = hostname;
        return builder();
    }

    /**
     * With TLS, whether to trust any server. If so, the roots, this client's own certificate and
     * {@link #verifyHostname} are ignored. Insecure.
     */
    public FlightClientBuilder disableServerVerification(boolean disable) {
        tls.disableServerVerification = disable;
        return builder();
    }

    /**
     * With TLS, whether the server's certificate must be for the host name that was connected to. Without that, any server
     * is trusted whose certificate the roots have signed. True without this.
     */
    public FlightClientBuilder verifyHostname(boolean verify) {
        tls.verifyHostname = verify;
        return builder();
    }

    /**
     * How often files of certificates, keys and roots are looked at for changes. New connections use what has changed, those
     * that exist go on as they are. Without this they are read by {@link FlightClientBuilder#build} and by
     * {@link FlightClient#reloadCertificates}.
     */
    public FlightClientBuilder reloadCertificates(Duration interval) {
        tls.reloadInterval = interval;
        return builder();
    }

    /**
     * How many bytes of one call, and of all calls of a connection together, the peer may send before they are taken
     * (HTTP/2's windows). At least 65,535; 16 MiB and 64 MiB without this.
     */
    public FlightClientBuilder windows(int call, int connection) {
        transport.streamWindow(call).connectionWindow(connection);
        return builder();
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
        return builder();
    }

    /** Whether to ask also while no calls run. Not without this. */
    public FlightClientBuilder keepaliveWithoutCalls(boolean ask) {
        transport.keepaliveWithoutCalls(ask);
        return builder();
    }

    /** What requests name as the server ({@code :authority}), instead of the location's host and port. */
    public FlightClientBuilder authority(String authority) {
        this.authority = authority;
        return builder();
    }

    /** What the {@code user-agent} of requests says before and behind our own name; empty for nothing. */
    public FlightClientBuilder userAgent(String prefix, String suffix) {
        this.userAgentPrefix = prefix;
        this.userAgentSuffix = suffix;
        return builder();
    }

    /**
     * Connects by way of an HTTP proxy (CONNECT), {@code http://[user:password@]host[:port]}. Without this the environment
     * says it: {@code grpc_proxy}, {@code https_proxy}, {@code http_proxy}, except for hosts that {@code no_grpc_proxy} or
     * {@code no_proxy} lists and for this machine.
     */
    public FlightClientBuilder proxy(String uri) {
        this.proxies = new Proxies(proxies.fromEnvironment(), uri);
        return builder();
    }

    /** Whether the environment may say a proxy. True without this. */
    public FlightClientBuilder proxyFromEnvironment(boolean ask) {
        this.proxies = new Proxies(ask, proxies.uri());
        return builder();
    }

    /** How long TCP and TLS may take to connect. 20 seconds without this. */
    public FlightClientBuilder connectTimeout(Duration timeout) {
        transport.connectTimeout(timeout);
        return builder();
    }

    /**
     * How many connections the client may have at a time. A call goes to one without calls; as long as there is none, and
     * fewer than this, another one is made. One without this.
     */
    public FlightClientBuilder connections(int connections) {
        transport.connections(connections);
        return builder();
    }

    /** How many threads serve the connections, each its share of them. One without this. */
    public FlightClientBuilder eventLoops(int threads) {
        transport.eventLoops(threads);
        return builder();
    }

    /**
     * How long to wait between attempts to connect that fail: {@code initial} after the first, 1.6 times as long after each
     * further one, {@code longest} at most, a fifth more or less by chance. Meanwhile calls that do not wait for the server
     * fail at once. A tenth of a second and two minutes without this.
     */
    public FlightClientBuilder reconnectBackoff(Duration initial, Duration longest) {
        this.reconnection = new Reconnection(initial, longest);
        return builder();
    }

    /**
     * After how long a connection without calls is closed; the next call makes another one. Half an hour without this.
     *
     * @param timeout null for never
     */
    public FlightClientBuilder idleTimeout(@Nullable Duration timeout) {
        transport.idleTimeout(timeout);
        return builder();
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
