package dev.peregrine.transport.tls;

import static dev.peregrine.transport.tls.Handshake.WENT_WELL;
import static dev.peregrine.transport.tls.TestCertificates.chain;
import static dev.peregrine.transport.tls.TestCertificates.key;
import static dev.peregrine.transport.tls.TestCertificates.pem;
import static dev.peregrine.transport.tls.TestCertificates.privateKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.transport.Tls;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/** What each end says of a handshake, whichever provider it has. */
@ParameterizedClass(name = "client {0}, server {1}")
@CsvSource({"JDK, JDK", "OPENSSL, OPENSSL", "JDK, OPENSSL", "OPENSSL, JDK"})
@Timeout(120)
class TlsTest {
    private static final String FAILED = "TLS handshake with PEER failed: ";
    private static final String WANTS_CERTIFICATE =
            FAILED + "the server wants a client certificate; give a certificate chain and a private key";

    private static TestCertificates authority;
    private static X509Bundle localhost;
    private static X509Bundle elsewhere;
    private static X509Bundle stranger;
    private static X509Bundle me;

    @Parameter(0)
    SslProvider clientProvider;

    @Parameter(1)
    SslProvider serverProvider;

    private Handshake handshake;

    @BeforeAll
    static void certificates() throws Exception {
        authority = TestCertificates.make();
        localhost = authority.localhost();
        elsewhere =
                TestCertificates.builder("server").addSanDnsName("example.org").buildIssuedBy(authority.authority());
        me = authority.client("me");
        stranger = TestCertificates.make().client("stranger");
    }

    @BeforeEach
    void open() {
        Assumptions.assumeTrue(
                OpenSsl.isAvailable() || (clientProvider == SslProvider.JDK && serverProvider == SslProvider.JDK),
                "netty-tcnative has no library for this machine");
        handshake = new Handshake(clientProvider, serverProvider);
    }

    @AfterEach
    void close() {
        if (handshake != null) {
            handshake.close();
        }
    }

    private static Tls.Server server(X509Bundle identity) {
        return new Tls.Server(chain(identity), key(identity), null);
    }

    private static Tls.Server mutual(Tls.ClientCertificates clientCertificates) {
        return new Tls.Server(
                new Tls.PemIdentity(new Tls.Bytes(chain(localhost)), new Tls.Bytes(key(localhost)), null),
                new Tls.PemRoots(new Tls.Bytes(authority.roots())),
                clientCertificates,
                null);
    }

    private static Tls.Client trusting() {
        return new Tls.Client(authority.roots(), null, null, null, true);
    }

    private static Tls.Client overriding(String name) {
        return new Tls.Client(authority.roots(), null, null, name, true);
    }

    private static Tls.Client showing(X509Bundle identity) {
        return new Tls.Client(authority.roots(), chain(identity), key(identity), null, true);
    }

    private static Tls.Client verifying(Tls.Verification verification, byte @Nullable [] roots) {
        return new Tls.Client(
                roots == null ? null : new Tls.PemRoots(new Tls.Bytes(roots)), null, null, verification, null);
    }

    @Test
    void bothAgreeOnHttp2() throws Exception {
        assertThat(handshake.between(trusting(), server(localhost))).isEqualTo(WENT_WELL);
        assertThat(handshake.serverSaid()).isEqualTo(WENT_WELL);
    }

    @Test
    void untrusted() throws Exception {
        Tls.Client systemRoots = new Tls.Client(null, null, null, null, true);
        assertThat(handshake.between(systemRoots, server(localhost)))
                .isEqualTo(FAILED + "the server's certificate is not signed by a trusted authority; give the root"
                        + " certificate that signed it");
        assertThat(handshake.serverSaid()).startsWith(FAILED + "the client ");
    }

    @Test
    void systemRoots(@TempDir Path folder) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority.authority().getCertificate());
        Path file = folder.resolve("cacerts");
        try (var out = java.nio.file.Files.newOutputStream(file)) {
            store.store(out, "changeit".toCharArray());
        }
        String[] properties = {"javax.net.ssl.trustStore", "javax.net.ssl.trustStorePassword"};
        System.setProperty(properties[0], file.toString());
        System.setProperty(properties[1], "changeit");
        try {
            Tls.Client systemRoots = new Tls.Client(null, null, null, null, true);
            assertThat(handshake.between(systemRoots, server(localhost))).isEqualTo(WENT_WELL);
        } finally {
            System.clearProperty(properties[0]);
            System.clearProperty(properties[1]);
        }
    }

    @Test
    void wrongName() throws Exception {
        assertThat(handshake.between(trusting(), server(elsewhere)))
                .isEqualTo(FAILED + "the server's certificate is not for \"localhost\"; connect by a name that it"
                        + " lists, or override the host name");
    }

    @Test
    void theOverridingNameIsVerifiedInstead() throws Exception {
        assertThat(handshake.between(overriding("example.org"), server(elsewhere)))
                .isEqualTo(WENT_WELL);
        assertThat(handshake.between(overriding("example.org"), server(localhost)))
                .contains("the server's certificate is not for ");
    }

    @Test
    void theChainIsVerifiedButNotTheName() throws Exception {
        Tls.Client chainOnly = verifying(Tls.Verification.CHAIN, authority.roots());
        assertThat(handshake.between(chainOnly, server(elsewhere))).isEqualTo(WENT_WELL);
        assertThat(handshake.between(verifying(Tls.Verification.CHAIN, null), server(elsewhere)))
                .contains("not signed by a trusted authority");
        assertThat(handshake.between(chainOnly, server(authority.validFrom(-20))))
                .contains("has expired");
    }

    @Test
    void expired() throws Exception {
        assertThat(handshake.between(trusting(), server(authority.validFrom(-20))))
                .isEqualTo(FAILED + "the server's certificate has expired");
    }

    @Test
    void notYetValid() throws Exception {
        assertThat(handshake.between(trusting(), server(authority.validFrom(5))))
                .isEqualTo(FAILED + "the server's certificate is not valid yet; are both clocks right?");
    }

    @Test
    void withoutVerificationAnythingGoesAndTheRestIsIgnored() throws Exception {
        Tls.Client careless = new Tls.Client(pem("junk"), pem("junk"), null, null, false);
        assertThat(handshake.between(careless, server(authority.validFrom(-20))))
                .isEqualTo(WENT_WELL);
        assertThat(handshake.between(careless, server(elsewhere))).isEqualTo(WENT_WELL);
        Tls.Client withCertificate = new Tls.Client(authority.roots(), chain(me), key(me), null, false);
        assertThat(handshake.between(withCertificate, mutual(Tls.ClientCertificates.REQUIRED)))
                .as("nor does it show the certificate that it has")
                .isEqualTo(WANTS_CERTIFICATE);
    }

    @Test
    void mutual() throws Exception {
        assertThat(handshake.between(showing(me), mutual(Tls.ClientCertificates.REQUIRED)))
                .isEqualTo(WENT_WELL);
        assertThat(handshake.serverSaid()).isEqualTo(WENT_WELL);
    }

    @Test
    void aMissingClientCertificate() throws Exception {
        assertThat(handshake.between(trusting(), mutual(Tls.ClientCertificates.REQUIRED)))
                .isEqualTo(WANTS_CERTIFICATE);
        assertThat(handshake.serverSaid())
                .isEqualTo(FAILED + "the client showed no certificate, which this server requires");
    }

    @Test
    void aMissingClientCertificateWithTls12() throws Exception {
        var server = SslContextBuilder.forServer(privateKey(localhost), localhost.getCertificatePath())
                .sslProvider(serverProvider)
                .protocols("TLSv1.2")
                .trustManager(authority.authority().getCertificate())
                .clientAuth(ClientAuth.REQUIRE)
                .build();
        // OpenSSL sends the alert of many reasons.
        assertThat(handshake.between(trusting(), server))
                .isIn(
                        WANTS_CERTIFICATE,
                        FAILED
                                + "the peer found no common TLS version, cipher or certificate kind; or it wants a client"
                                + " certificate");
    }

    @Test
    void aClientMayGoWithoutACertificateWhereItIsOptional() throws Exception {
        assertThat(handshake.between(trusting(), mutual(Tls.ClientCertificates.OPTIONAL)))
                .isEqualTo(WENT_WELL);
        assertThat(handshake.between(showing(me), mutual(Tls.ClientCertificates.OPTIONAL)))
                .isEqualTo(WENT_WELL);
    }

    @Test
    void aClientCertificateOfAnotherAuthority() throws Exception {
        String said = handshake.between(showing(stranger), mutual(Tls.ClientCertificates.REQUIRED));
        // The JDK shows no certificate that the server's list of authorities would not accept.
        assertThat(said)
                .isIn(
                        FAILED + "the server wants a client certificate; ours is signed by none of the authorities that"
                                + " it accepts",
                        FAILED + "the server refused our certificate",
                        FAILED + "the server gave up (alert internal_error); perhaps it does not trust our certificate",
                        FAILED + "the server does not trust the authority of our certificate");
    }

    @Test
    void aServerWithoutHttp2() throws Exception {
        var server = SslContextBuilder.forServer(privateKey(localhost), localhost.getCertificatePath())
                .sslProvider(serverProvider)
                .build();
        assertThat(handshake.between(trusting(), server))
                .isEqualTo(FAILED + "the server does not offer HTTP/2 (ALPN h2), so it is no gRPC endpoint, or a proxy"
                        + " before one");
    }

    @Test
    void aServerThatRefusesHttp2() throws Exception {
        Assumptions.assumeTrue(serverProvider == SslProvider.JDK, "OpenSSL's cannot be set up so");
        var server = SslContextBuilder.forServer(privateKey(localhost), localhost.getCertificatePath())
                .sslProvider(serverProvider)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.FATAL_ALERT,
                        SelectedListenerFailureBehavior.FATAL_ALERT,
                        "http/1.1"))
                .build();
        assertThat(handshake.between(trusting(), server))
                .isEqualTo(FAILED + "the server does not offer HTTP/2 (ALPN h2), so it is no gRPC endpoint, or a proxy"
                        + " before one");
    }

    @Test
    void aServerWithoutTls() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> said = saidLater(plain);
            try (Socket accepted = plain.accept()) {
                accepted.getOutputStream().write(pem("HTTP/1.1 400 Bad Request\r\n\r\n"));
                assertThat(said.get(20, TimeUnit.SECONDS))
                        .isEqualTo(FAILED + "the server does not speak TLS; use grpc:// instead of grpc+tls://");
            }
        }
    }

    @Test
    void aServerThatHangsUp() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> said = saidLater(plain);
            plain.accept().close();
            assertThat(said.get(20, TimeUnit.SECONDS))
                    .isEqualTo(FAILED + "the peer closed the connection during the handshake; does it speak TLS, and"
                            + " does it want a client certificate?");
        }
    }

    private CompletableFuture<String> saidLater(ServerSocket server) {
        InetSocketAddress address = new InetSocketAddress(server.getInetAddress(), server.getLocalPort());
        return CompletableFuture.supplyAsync(() -> {
            try {
                return handshake.with(trusting(), address);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void anAlertLooksLikeTlsAndHttp2DoesNot() {
        assertThat(TlsErrors.looksLikeTls(Unpooled.wrappedBuffer(new byte[] {0x15, 3, 1, 0, 2, 2, 80})))
                .isTrue();
        assertThat(TlsErrors.looksLikeTls(Unpooled.wrappedBuffer(new byte[] {0, 0, 0x12, 4, 0})))
                .isFalse();
        assertThat(TlsErrors.looksLikeTls(Unpooled.wrappedBuffer(new byte[] {0x15, 3})))
                .isFalse();
    }
}
