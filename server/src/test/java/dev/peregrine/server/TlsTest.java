package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.testing.LeakCheck;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
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
                    .isInstanceOf(FlightUnavailableException.class);
            assertThat(echo(memory, server, client -> client.tlsRootCerts(roots())
                            .certChain(pem(me.getCertificatePathPEM()))
                            .privateKey(pem(me.getPrivateKeyPEM()))))
                    .isEqualTo(ECHO);
        }
    }

    @Test
    void aPlaintextClientIsRefused(BufferAllocator memory) {
        try (FlightServer server = serve(memory, localhost, false);
                FlightClient client = FlightClient.builder("grpc://localhost:" + server.port())
                        .allocator(memory)
                        .build()) {
            assertThatThrownBy(() -> client.doAction("echo", new byte[0]).toList())
                    .isInstanceOf(FlightUnavailableException.class);
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
