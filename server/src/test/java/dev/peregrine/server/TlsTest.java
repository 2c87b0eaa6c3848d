package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.testing.LeakCheck;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** TLS, with certificates of our own authority, and mutual TLS. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class TlsTest {
    private static X509Bundle authority;
    private static X509Bundle localhost;
    private static X509Bundle elsewhere;
    private static X509Bundle me;

    /** Needs the header that basic authentication gave. */
    private static final class Bearer implements FlightService {
        @Override
        public void handshake(ServerCall call, HandshakeStream stream) {
            call.addTrailer("authorization", "Bearer abc");
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            if (action.type().equals("identity")) {
                return List.of(
                        Result.of(call.peerIdentity()),
                        Result.of(String.valueOf(call.peerCertificates().size())));
            }
            return List.of(Result.of(String.valueOf(call.headers().get("authorization"))), new Result(action.body()));
        }
    }

    @BeforeAll
    static void certificates() throws Exception {
        authority = new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        localhost = signed("localhost");
        elsewhere = signed("db.example.com");
        me = signed("me");
    }

    private static X509Bundle signed(String name) throws Exception {
        return new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("CN=" + name)
                .addSanDnsName(name)
                .buildIssuedBy(authority);
    }

    private static byte[] pem(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] roots() {
        return pem(authority.getCertificatePathPEM());
    }

    private static FlightServer serve(BufferAllocator memory, X509Bundle identity, boolean mutual) {
        FlightServerBuilder builder = FlightServer.builder("grpc+tls://localhost:0", new Bearer())
                .allocator(memory)
                .drain(Duration.ZERO)
                .tls(pem(identity.getCertificatePathPEM()), pem(identity.getPrivateKeyPEM()));
        if (mutual) {
            builder.clientRoots(roots());
        }
        return builder.start();
    }

    private static List<Result> echo(
            BufferAllocator memory, FlightServer server, UnaryOperator<FlightClientBuilder> options) {
        try (FlightClient client = options.apply(
                        FlightClient.builder(server.location()).allocator(memory))
                .build()) {
            return client.doAction("echo", new byte[] {5}).toList();
        }
    }

    private static final List<Result> ECHO = List.of(Result.of("null"), new Result(new byte[] {5}));

    @Test
    void aTrustedServerIsServed(BufferAllocator memory) {
        try (FlightServer server = serve(memory, localhost, false)) {
            assertThat(server.location().uri()).startsWith("grpc+tls://localhost:");
            assertThat(echo(memory, server, client -> client.tlsRootCerts(roots())))
                    .isEqualTo(ECHO);
        }
    }

    @Test
    void connectWithEverything(@TempDir Path folder, BufferAllocator memory) throws IOException {
        Path ca = Files.write(folder.resolve("ca.pem"), roots());
        Path chain = Files.write(folder.resolve("me.pem"), pem(me.getCertificatePathPEM()));
        Path key = Files.write(folder.resolve("me.key"), pem(me.getPrivateKeyPEM()));
        try (FlightServer server = serve(memory, elsewhere, true)) {
            FlightClient client = FlightClient.builder(server.location())
                    .allocator(memory)
                    .tlsRootCerts(ca)
                    .certChain(chain)
                    .privateKey(key)
                    .overrideHostname("db.example.com")
                    .writeSizeLimitBytes(64 << 20)
                    .build();
            try (client) {
                client.waitForAvailable(Duration.ofSeconds(10));
                var bearer = client.authenticateBasicToken("user", "secret");
                assertThat(client.doAction(
                                        new Action("who"),
                                        CallOptions.of(bearer).timeout(Duration.ofSeconds(10)))
                                .toList())
                        .containsExactly(Result.of("Bearer abc"), new Result(new byte[0]));
            }
        }
    }

    @Test
    void anUnknownAuthorityIsRefused(BufferAllocator memory) {
        try (FlightServer server = serve(memory, localhost, false)) {
            assertThatThrownBy(() -> echo(memory, server, client -> client))
                    .isInstanceOf(FlightUnavailableException.class)
                    .hasMessageContaining("certificate");
        }
    }

    @Test
    void aWrongNameIsRefused(BufferAllocator memory) {
        try (FlightServer server = serve(memory, elsewhere, false)) {
            assertThatThrownBy(() -> echo(memory, server, client -> client.tlsRootCerts(roots())))
                    .isInstanceOf(FlightUnavailableException.class);
            assertThat(echo(memory, server, client -> client.tlsRootCerts(roots())
                            .overrideHostname("db.example.com")))
                    .isEqualTo(ECHO);
        }
    }

    @Test
    void theOverridingNameByItsGenericName(BufferAllocator memory) {
        try (FlightServer server = serve(memory, elsewhere, false)) {
            assertThat(echo(memory, server, client -> client.tlsRootCerts(roots())
                            .genericOption("grpc.ssl_target_name_override", "db.example.com")))
                    .isEqualTo(ECHO);
        }
    }

    @Test
    void withoutVerificationAnythingGoes(BufferAllocator memory) {
        try (FlightServer server = serve(memory, elsewhere, false)) {
            assertThat(echo(memory, server, client -> client.disableServerVerification(true)))
                    .isEqualTo(ECHO);
        }
    }

    @Test
    void aClientWithoutCertificateIsRefusedByMutualTls(BufferAllocator memory) {
        try (FlightServer server = serve(memory, localhost, true)) {
            assertThatThrownBy(() -> echo(memory, server, client -> client.tlsRootCerts(roots())))
                    .isInstanceOf(FlightUnavailableException.class)
                    .hasMessageContaining("the server wants a client certificate; give ");
            assertThat(echo(memory, server, client -> client.tlsRootCerts(roots())
                            .certChain(pem(me.getCertificatePathPEM()))
                            .privateKey(pem(me.getPrivateKeyPEM()))))
                    .isEqualTo(ECHO);
        }
    }

    private static List<String> identity(
            BufferAllocator memory, FlightServer server, UnaryOperator<FlightClientBuilder> options) {
        try (FlightClient client = options.apply(FlightClient.builder(server.location())
                        .allocator(memory)
                        .tlsRootCerts(roots()))
                .build()) {
            return client.doAction(new Action("identity")).toList().stream()
                    .map(result -> new String(result.body(), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    private static FlightClientBuilder showing(FlightClientBuilder client, X509Bundle identity) {
        return client.certChain(pem(identity.getCertificatePathPEM())).privateKey(pem(identity.getPrivateKeyPEM()));
    }

    @Test
    void theServiceLearnsWhoTheClientIs(BufferAllocator memory) throws Exception {
        X509Bundle named = new CertificateBuilder()
                .algorithm(CertificateBuilder.Algorithm.ecp256)
                .subject("O=Trades, CN=by common name")
                .buildIssuedBy(authority);
        try (FlightServer server = serve(memory, localhost, true)) {
            assertThat(identity(memory, server, client -> showing(client, me))).containsExactly("me", "1");
            assertThat(identity(memory, server, client -> showing(client, named)))
                    .containsExactly("by common name", "1");
        }
    }

    @Test
    void aClientCertificateMayBeOptional(BufferAllocator memory) {
        FlightServerBuilder builder = FlightServer.builder("localhost", 0, new Bearer())
                .allocator(memory)
                .drain(Duration.ZERO)
                .tls(pem(localhost.getCertificatePathPEM()), pem(localhost.getPrivateKeyPEM()))
                .clientRoots(roots())
                .requireClientCertificate(false);
        try (FlightServer server = builder.start()) {
            assertThat(server.location()).isEqualTo(Location.tls("localhost", server.port()));
            assertThat(identity(memory, server, client -> client)).containsExactly("", "0");
            assertThat(identity(memory, server, client -> showing(client, me))).containsExactly("me", "1");
        }
    }

    @Test
    void theChainButNotTheName(BufferAllocator memory) {
        try (FlightServer server = serve(memory, elsewhere, false)) {
            assertThat(echo(memory, server, client -> client.tlsRootCerts(roots())
                            .verifyHostname(false)))
                    .isEqualTo(ECHO);
            assertThatThrownBy(() -> echo(memory, server, client -> client.verifyHostname(false)))
                    .isInstanceOf(FlightUnavailableException.class)
                    .hasMessageContaining("not signed by a trusted authority");
        }
    }

    @Test
    void withoutVerificationTheOtherSettingsDoNotCount(@TempDir Path folder, BufferAllocator memory) {
        try (FlightServer server = serve(memory, elsewhere, false)) {
            assertThat(echo(memory, server, client -> client.disableServerVerification(true)
                            .tlsRootCerts(folder.resolve("missing.pem"))
                            .certChain(pem("junk"))
                            .verifyHostname(true)))
                    .isEqualTo(ECHO);
        }
    }

    @Test
    void aHostAndAPortAreTlsIfSettingsSayIt(BufferAllocator memory) {
        try (FlightServer server = serve(memory, localhost, false)) {
            FlightClientBuilder builder =
                    FlightClient.builder("localhost", server.port()).allocator(memory);
            try (FlightClient plain = builder.build()) {
                assertThat(plain.location()).isEqualTo(Location.tcp("localhost", server.port()));
            }
            try (FlightClient verifying =
                    builder.disableServerVerification(false).build()) {
                assertThat(verifying.location()).isEqualTo(Location.tls("localhost", server.port()));
            }
            try (FlightClient trusting = builder.tlsRootCerts(roots()).build()) {
                assertThat(trusting.doAction("echo", new byte[] {5}).toList()).isEqualTo(ECHO);
            }
        }
    }

    @Test
    void keyStoresAtBothEnds(@TempDir Path folder, BufferAllocator memory) throws Exception {
        char[] password = "changeit".toCharArray();
        KeyStore ours = me.toKeyStore(password);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.getCertificate());
        Path store = folder.resolve("server.p12");
        try (var out = Files.newOutputStream(store)) {
            localhost.toKeyStore(password).store(out, password);
        }
        FlightServerBuilder builder = FlightServer.builder("grpc+tls://localhost:0", new Bearer())
                .allocator(memory)
                .drain(Duration.ZERO)
                .keyStore(store, password)
                .clientTrustStore(trusted);
        try (FlightServer server = builder.start()) {
            assertThat(identity(
                            memory, server, client -> client.trustStore(trusted).keyStore(ours, password)))
                    .containsExactly("me", "1");
        }
    }

    @Test
    void certificatesAreRenewedWhileCallsRun(@TempDir Path folder, BufferAllocator memory) throws Exception {
        Path chain = Files.write(folder.resolve("chain.pem"), pem(localhost.getCertificatePathPEM()));
        Path key = Files.write(folder.resolve("key.pem"), pem(localhost.getPrivateKeyPEM()));
        FlightServerBuilder builder = FlightServer.builder("grpc+tls://localhost:0", new Bearer())
                .allocator(memory)
                .drain(Duration.ZERO)
                .tls(chain, key);
        try (FlightServer server = builder.start();
                FlightClient before = FlightClient.builder(server.location())
                        .allocator(memory)
                        .tlsRootCerts(roots())
                        .build()) {
            assertThat(before.doAction("echo", new byte[] {5}).toList()).isEqualTo(ECHO);
            Files.write(chain, pem(elsewhere.getCertificatePathPEM()));
            Files.write(key, pem(elsewhere.getPrivateKeyPEM()));
            server.reloadCertificates();
            assertThat(before.doAction("echo", new byte[] {5}).toList())
                    .as("on the connection that exists")
                    .isEqualTo(ECHO);
            assertThatThrownBy(() -> echo(memory, server, client -> client.tlsRootCerts(roots())))
                    .hasMessageContaining("not for \"localhost\"");
            assertThat(echo(memory, server, client -> client.tlsRootCerts(roots())
                            .overrideHostname("db.example.com")))
                    .isEqualTo(ECHO);
        }
    }

    @Test
    void aClientThatDoesNotAskForHttp2IsRefused(BufferAllocator memory) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.getCertificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        try (FlightServer server = serve(memory, localhost, false);
                Socket client = tls.getSocketFactory().createSocket("localhost", server.port())) {
            // Less than the server's patience with those who say nothing.
            client.setSoTimeout(15_000);
            ((SSLSocket) client).startHandshake();
            while (client.getInputStream().read() >= 0) {
                assertThat(client.isClosed()).isFalse();
            }
        }
    }

    @Test
    void aPlaintextClientIsRefused(BufferAllocator memory) {
        try (FlightServer server = serve(memory, localhost, false);
                FlightClient client = FlightClient.builder("grpc://localhost:" + server.port())
                        .allocator(memory)
                        .build()) {
            assertThatThrownBy(() -> client.doAction("echo", new byte[0]).toList())
                    .isInstanceOf(FlightUnavailableException.class)
                    .hasMessageContaining("the server wants TLS; use grpc+tls://");
        }
    }

    @Test
    void settingsThatContradictTheLocationAreRefused() {
        assertThatThrownBy(() -> FlightServer.builder("grpc+tls://localhost:0", new Bearer())
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tls(certChain, privateKey)");
        assertThatThrownBy(() -> FlightServer.builder("grpc://localhost:0", new Bearer())
                        .tls(pem(localhost.getCertificatePathPEM()), pem(localhost.getPrivateKeyPEM()))
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grpc+tls");
        assertThatThrownBy(() -> FlightClient.builder("grpc://localhost:1")
                        .tlsRootCerts(roots())
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("grpc+tls");
        assertThatThrownBy(() -> FlightClient.builder("grpc+tls://localhost:1")
                        .certChain(pem(me.getCertificatePathPEM()))
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("go together");
    }
}
