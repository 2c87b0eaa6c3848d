package dev.peregrine.interop.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.interop.parade.PeerServer;
import dev.peregrine.interop.support.TlsFiles;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A client of ours with each way of TLS of a foreign server, and what is said when it is the wrong one. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
abstract class TlsChecks {
    BufferAllocator allocator;
    TlsFiles files;
    TlsFiles others;
    TlsFiles.Pair localhost;
    TlsFiles.Pair me;
    private int plain;
    private int trusted;
    private int mutual;

    /**
     * Starts a server of the parade, which {@link #stopServers} stops.
     *
     * @param identity null for one without TLS
     * @param clientRoots null for one that asks for no certificates of clients
     * @return its port
     */
    abstract int serve(TlsFiles.@Nullable Pair identity, @Nullable Path clientRoots) throws Exception;

    abstract void stopServers() throws Exception;

    @BeforeAll
    void start(BufferAllocator allocator, @TempDir Path folder) throws Exception {
        this.allocator = allocator;
        files = new TlsFiles(Files.createDirectory(folder.resolve("ours")));
        others = new TlsFiles(Files.createDirectory(folder.resolve("others")));
        localhost = files.named("localhost");
        me = files.named("me");
        plain = serve(null, null);
        trusted = serve(localhost, null);
        mutual = serve(localhost, files.roots);
    }

    @AfterAll
    void stop() throws Exception {
        stopServers();
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    private List<String> echo(Location location, UnaryOperator<FlightClientBuilder> settings) {
        try (FlightClient client = settings.apply(FlightClient.builder(location).allocator(allocator))
                .build()) {
            return PeerServer.act(client, "echo", "x");
        }
    }

    private void works(int port, UnaryOperator<FlightClientBuilder> settings) {
        assertThat(echo(Location.tls("127.0.0.1", port), settings)).containsExactly("x");
    }

    private void fails(int port, UnaryOperator<FlightClientBuilder> settings, String sentence) {
        assertThatThrownBy(() -> echo(Location.tls("127.0.0.1", port), settings))
                .isInstanceOf(FlightUnavailableException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void aTrustedServer() {
        works(trusted, client -> client.tlsRootCerts(files.roots));
    }

    @Test
    void anUntrustedServer() {
        fails(trusted, client -> client, "the server's certificate is not signed by a trusted authority");
        fails(trusted, client -> client.tlsRootCerts(others.roots), "is not signed by a trusted authority");
        works(trusted, client -> client.disableServerVerification(true).tlsRootCerts(others.roots));
    }

    @Test
    void aServerOfAnotherName() throws Exception {
        int elsewhere = serve(files.named("db.example.com"), null);
        fails(elsewhere, client -> client.tlsRootCerts(files.roots), "certificate is not for \"127.0.0.1\"");
        works(elsewhere, client -> client.tlsRootCerts(files.roots).overrideHostname("db.example.com"));
        works(elsewhere, client -> client.tlsRootCerts(files.roots).verifyHostname(false));
    }

    @Test
    void aServerOfAnotherTime() throws Exception {
        fails(
                serve(files.validFrom("expired", -20), null),
                client -> client.tlsRootCerts(files.roots),
                "the server's certificate has expired");
        fails(
                serve(files.validFrom("early", 5), null),
                client -> client.tlsRootCerts(files.roots),
                "the server's certificate is not valid yet");
    }

    @Test
    void aServerWithoutTls() {
        fails(plain, client -> client.tlsRootCerts(files.roots), "the server does not speak TLS; use grpc://");
    }

    @Test
    void aServerWithTlsThatIsSpokenToWithout() {
        assertThatThrownBy(() -> echo(Location.tcp("127.0.0.1", trusted), client -> client))
                .isInstanceOf(FlightUnavailableException.class)
                .hasMessageMatching("(?s).*(the server wants TLS; use|does it want TLS \\().*");
    }

    @Test
    void aServerThatWantsACertificate() throws Exception {
        fails(mutual, client -> client.tlsRootCerts(files.roots), "want");
        fails(mutual, client -> client.tlsRootCerts(files.roots), "a client certificate");
        works(
                mutual,
                client -> client.tlsRootCerts(files.roots).certChain(me.chain()).privateKey(me.key()));
        char[] password = "changeit".toCharArray();
        KeyStore store = me.bundle().toKeyStore(password);
        works(mutual, client -> client.tlsRootCerts(files.roots).keyStore(store, password));
        fails(
                mutual,
                client -> client.disableServerVerification(true)
                        .certChain(me.chain())
                        .privateKey(me.key()),
                "a client certificate");
    }
}
