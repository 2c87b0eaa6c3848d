package dev.peregrine.interop.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.interop.parade.PeerServer;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.TlsFiles;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Each way of TLS between pyarrow and this, in both directions, and what is said when it is the wrong one. */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class PyarrowTlsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final List<ChildProcess> peers = new ArrayList<>();
    private BufferAllocator allocator;
    private TlsFiles files;
    private TlsFiles others;
    private TlsFiles.Pair localhost;
    private TlsFiles.Pair me;
    private int plain;
    private int trusted;
    private int mutual;

    @BeforeAll
    void start(BufferAllocator allocator, @TempDir Path folder) throws Exception {
        this.allocator = allocator;
        files = new TlsFiles(Files.createDirectory(folder.resolve("ours")));
        others = new TlsFiles(Files.createDirectory(folder.resolve("others")));
        localhost = files.named("localhost");
        me = files.named("me");
        plain = pyarrow();
        trusted = pyarrow(localhost);
        mutual = pyarrow(localhost, "--client-roots", files.roots);
    }

    @AfterAll
    void stop() {
        peers.forEach(ChildProcess::close);
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    private int pyarrow(Object... arguments) {
        ChildProcess peer = ChildProcess.pythonPeer("server.py", arguments);
        peers.add(peer);
        return peer.port();
    }

    private int pyarrow(TlsFiles.Pair identity, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("--tls-cert", identity.chain(), "--tls-key", identity.key()));
        arguments.addAll(List.of(more));
        return pyarrow(arguments.toArray());
    }

    // Our client, pyarrow's server.

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
        int elsewhere = pyarrow(files.named("db.example.com"));
        fails(elsewhere, client -> client.tlsRootCerts(files.roots), "certificate is not for \"127.0.0.1\"");
        works(elsewhere, client -> client.tlsRootCerts(files.roots).overrideHostname("db.example.com"));
        works(elsewhere, client -> client.tlsRootCerts(files.roots).verifyHostname(false));
    }

    @Test
    void aServerOfAnotherTime() throws Exception {
        fails(
                pyarrow(files.validFrom("expired", -20)),
                client -> client.tlsRootCerts(files.roots),
                "the server's certificate has expired");
        fails(
                pyarrow(files.validFrom("early", 5)),
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

    // pyarrow's client, our server.

    /** Tells who the client is. */
    private static final class Identity implements FlightService {
        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(Result.of(call.peerIdentity()));
        }
    }

    private FlightServer serve(UnaryOperator<FlightServerBuilder> settings) {
        return settings.apply(
                        FlightServer.builder("127.0.0.1", 0, new Identity()).allocator(allocator))
                .start();
    }

    private static String pyarrowSays(FlightServer server, Object... words) {
        List<Object> arguments = new ArrayList<>(List.of(server.location().uri()));
        arguments.addAll(List.of(words));
        try (ChildProcess client = ChildProcess.python("tls_client.py", arguments)) {
            return client.finish(PATIENCE).get(0);
        }
    }

    @Test
    void pyarrowTrustsOrNot() throws Exception {
        try (FlightServer server = serve(builder -> builder.tls(localhost.chain(), localhost.key()))) {
            assertThat(pyarrowSays(server, "roots=" + files.roots)).isEqualTo("identity ");
            assertThat(pyarrowSays(server, "roots=" + others.roots)).isEqualTo("failed FlightUnavailableError");
            assertThat(pyarrowSays(server, "insecure=yes")).isEqualTo("identity ");
        }
        TlsFiles.Pair elsewhere = files.named("db.example.org");
        try (FlightServer server = serve(builder -> builder.tls(elsewhere.chain(), elsewhere.key()))) {
            assertThat(pyarrowSays(server, "roots=" + files.roots)).isEqualTo("failed FlightUnavailableError");
            assertThat(pyarrowSays(server, "roots=" + files.roots, "name=db.example.org"))
                    .isEqualTo("identity ");
        }
    }

    @Test
    void pyarrowShowsACertificateOrNot() {
        String chain = "chain=" + me.chain();
        String key = "key=" + me.key();
        String roots = "roots=" + files.roots;
        try (FlightServer server =
                serve(builder -> builder.tls(localhost.chain(), localhost.key()).clientRoots(files.roots))) {
            assertThat(pyarrowSays(server, roots, chain, key)).isEqualTo("identity me");
            assertThat(pyarrowSays(server, roots)).isEqualTo("failed FlightUnavailableError");
        }
        try (FlightServer server = serve(builder -> builder.tls(localhost.chain(), localhost.key())
                .clientRoots(files.roots)
                .requireClientCertificate(false))) {
            assertThat(pyarrowSays(server, roots, chain, key)).isEqualTo("identity me");
            assertThat(pyarrowSays(server, roots)).isEqualTo("identity ");
        }
    }
}
