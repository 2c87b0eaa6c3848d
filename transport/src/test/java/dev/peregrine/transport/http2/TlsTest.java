package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.connect.Sockets;
import dev.peregrine.transport.tls.TlsContexts;
import dev.peregrine.transport.tls.TlsErrors;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes over loopback, and what each end says when one fails. */
@Timeout(30)
class TlsTest {
    private static X509Bundle authority;
    private static X509Bundle localhost;
    private static X509Bundle elsewhere;
    private static X509Bundle expired;
    private static X509Bundle clientIdentity;

    private final Sockets sockets = Sockets.open(2);
    private String serverSaid = "";
    private Address.Tcp address = new Address.Tcp("localhost", 1);

    @BeforeAll
    static void certificates() throws Exception {
        CertificateBuilder builder = new CertificateBuilder().ecp256();
        authority = builder.copy()
                .subject("CN=Test authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        localhost = builder.copy()
                .subject("CN=server")
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(authority);
        elsewhere =
                builder.copy().subject("CN=server").addSanDnsName("example.org").buildIssuedBy(authority);
        expired = builder.copy()
                .subject("CN=server")
                .addSanDnsName("localhost")
                .notBefore(Instant.now().minus(Duration.ofDays(20)))
                .notAfter(Instant.now().minus(Duration.ofDays(10)))
                .buildIssuedBy(authority);
        clientIdentity = builder.copy()
                .subject("CN=client")
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(authority);
    }

    @AfterEach
    void close() {
        sockets.close();
    }

    private static byte[] pem(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] roots() {
        return pem(authority.getCertificatePEM());
    }

    private static Tls.Server server(X509Bundle identity, byte @Nullable [] clientRoots) {
        return new Tls.Server(pem(identity.getCertificatePathPEM()), pem(identity.getPrivateKeyPEM()), clientRoots);
    }

    private static Tls.Client trusting() {
        return new Tls.Client(roots(), null, null, null, true);
    }

    private static Tls.Client overriding(String name) {
        return new Tls.Client(roots(), null, null, name, true);
    }

    private static Tls.Client showing(X509Bundle identity) {
        return new Tls.Client(
                roots(), pem(identity.getCertificatePathPEM()), pem(identity.getPrivateKeyPEM()), null, true);
    }

    /** Completes with "h2", or with the sentence that this end says. */
    private static final class Outcome extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<String> said = new CompletableFuture<>();
        private final @Nullable String serverName;

        Outcome(@Nullable String serverName) {
            this.serverName = serverName;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                String peer = "PEER";
                SslHandler ssl = ctx.pipeline().get(SslHandler.class);
                if (handshake.isSuccess()) {
                    said.complete(TlsContexts.selectedH2(ssl) ? "h2" : TlsErrors.noHttp2(peer));
                } else if (serverName != null) {
                    said.complete(TlsErrors.client(peer, serverName, handshake.cause()));
                } else {
                    said.complete(TlsErrors.server(peer, handshake.cause()));
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // With TLS 1.3 the client is done before the server has looked at its certificate.
            if (serverName != null && !said.complete(TlsErrors.client("PEER", serverName, cause))) {
                late.complete(TlsErrors.client("PEER", serverName, cause));
            }
        }

        private final CompletableFuture<String> late = new CompletableFuture<>();
    }

    private Outcome listen(SslContext context) throws Exception {
        Outcome outcome = new Outcome(null);
        Channel server = sockets.listen(new Address.Tcp("127.0.0.1", 0), new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(context.newHandler(channel.alloc()), outcome);
            }
        });
        Address.Tcp bound = (Address.Tcp) Sockets.bound(server, new Address.Tcp("localhost", 0));
        address = bound;
        return outcome;
    }

    private Outcome connect(Tls.Client tls) throws Exception {
        SslContext context = TlsContexts.client(tls);
        Outcome outcome = new Outcome(TlsContexts.serverName(tls, address));
        ChannelInitializer<Channel> initializer = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(TlsContexts.clientHandler(context, tls, address, channel.alloc()), outcome);
            }
        };
        sockets.connect(sockets.loops().next(), address, Duration.ofSeconds(10), initializer)
                .sync();
        return outcome;
    }

    /** What the client says; what the server says is in {@link #serverSaid}. */
    private String handshake(Tls.Server serverTls, Tls.Client clientTls) throws Exception {
        Outcome server = listen(TlsContexts.server(serverTls));
        Outcome client = connect(clientTls);
        String said = client.said.get(10, TimeUnit.SECONDS);
        serverSaid = server.said.get(10, TimeUnit.SECONDS);
        if (said.equals("h2") && !serverSaid.equals("h2")) {
            return client.late.get(10, TimeUnit.SECONDS);
        }
        return said;
    }

    @Test
    void bothAgreeOnHttp2() throws Exception {
        assertThat(handshake(server(localhost, null), trusting())).isEqualTo("h2");
        assertThat(serverSaid).isEqualTo("h2");
    }

    @Test
    void byAddress() throws Exception {
        listen(TlsContexts.server(server(localhost, null)));
        address = new Address.Tcp("127.0.0.1", address.port());
        assertThat(connect(trusting()).said.get(10, TimeUnit.SECONDS)).isEqualTo("h2");
    }

    @Test
    void mutual() throws Exception {
        assertThat(handshake(server(localhost, roots()), showing(clientIdentity)))
                .isEqualTo("h2");
    }

    @Test
    void aMissingClientCertificate() throws Exception {
        // Which alert comes differs between providers and versions.
        assertThat(handshake(server(localhost, roots()), trusting()))
                .matches("TLS handshake with PEER failed: the server .*wants .*give a certificate chain and a.*");
        assertThat(serverSaid).contains("the client showed no certificate, which this server requires");
    }

    @Test
    void aClientCertificateOfAnotherAuthority() throws Exception {
        X509Bundle stranger = new CertificateBuilder()
                .ecp256()
                .subject("CN=stranger")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        String said = handshake(server(localhost, roots()), showing(stranger));
        // The JDK shows no certificate that the server's list of authorities would not accept.
        assertThat(said)
                .containsAnyOf(
                        "does not trust the authority of our", "refused our certificate", "wants a client certificate");
    }

    @Test
    void untrusted() throws Exception {
        Tls.Client systemRoots = new Tls.Client(null, null, null, null, true);
        assertThat(handshake(server(localhost, null), systemRoots))
                .isEqualTo("TLS handshake with PEER failed: its certificate is not signed by a trusted authority;"
                        + " give the root certificate that signed it");
        assertThat(serverSaid).isNotEqualTo("h2");
    }

    @Test
    void wrongName() throws Exception {
        assertThat(handshake(server(elsewhere, null), trusting()))
                .isEqualTo("TLS handshake with PEER failed: the server's certificate is not for \"localhost\";"
                        + " connect by a name that it lists, or override the host name");
    }

    @Test
    void theOverridingNameIsVerifiedInstead() throws Exception {
        assertThat(handshake(server(elsewhere, null), overriding("example.org")))
                .isEqualTo("h2");
        assertThat(handshake(server(localhost, null), overriding("example.org")))
                .contains("not for \"example.org\"");
    }

    @Test
    void expired() throws Exception {
        assertThat(handshake(server(expired, null), trusting()))
                .isEqualTo("TLS handshake with PEER failed: the certificate has expired");
    }

    @Test
    void withoutVerificationAnythingGoesAndTheRestIsIgnored() throws Exception {
        Tls.Client careless = new Tls.Client(pem("junk"), pem("junk"), null, null, false);
        assertThat(handshake(server(expired, null), careless)).isEqualTo("h2");
        assertThat(handshake(server(elsewhere, null), careless)).isEqualTo("h2");
    }

    @Test
    void aServerWithoutHttp2() throws Exception {
        Outcome server =
                listen(SslContextBuilder.forServer(localhost.getKeyPair().getPrivate(), localhost.getCertificatePath())
                        .build());
        Outcome client = connect(trusting());
        assertThat(client.said.get(10, TimeUnit.SECONDS)).isEqualTo(TlsErrors.noHttp2("PEER"));
        assertThat(server.said.get(10, TimeUnit.SECONDS)).contains("no h2");
    }

    @Test
    void aServerWithoutTls() throws Exception {
        try (ServerSocket plain = new ServerSocket(0)) {
            address = new Address.Tcp("localhost", plain.getLocalPort());
            Outcome client = connect(trusting());
            try (Socket accepted = plain.accept()) {
                accepted.getOutputStream().write(pem("HTTP/1.1 400 Bad Request\r\n\r\n"));
                assertThat(client.said.get(10, TimeUnit.SECONDS))
                        .isEqualTo("TLS handshake with PEER failed: the server does not speak TLS;"
                                + " use grpc:// instead of grpc+tls://");
            }
        }
    }

    @Test
    void aServerThatHangsUp() throws Exception {
        try (ServerSocket plain = new ServerSocket(0)) {
            address = new Address.Tcp("localhost", plain.getLocalPort());
            Outcome client = connect(trusting());
            plain.accept().close();
            assertThat(client.said.get(10, TimeUnit.SECONDS)).contains("closed the connection during the handshake");
        }
    }

    @Test
    void aClientWithoutTls() throws Exception {
        Outcome server = listen(TlsContexts.server(server(localhost, null)));
        try (Socket plain = new Socket("127.0.0.1", address.port())) {
            plain.getOutputStream().write(pem("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
            assertThat(server.said.get(10, TimeUnit.SECONDS))
                    .isEqualTo("TLS handshake with PEER failed: the client does not speak TLS;"
                            + " it must connect by grpc+tls://");
        }
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

    @ParameterizedTest
    @ValueSource(strings = {"", "junk", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void unreadableCertificatesAreNamed(String bad) {
        assertThatThrownBy(() -> TlsContexts.client(new Tls.Client(pem(bad), null, null, null, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The root certificates ");
        assertThatThrownBy(() -> TlsContexts.server(new Tls.Server(pem(bad), pem(localhost.getPrivateKeyPEM()), null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("The server's certificate chain ");
    }

    @Test
    void unreadableKeysAreNamed() {
        keyIsRefused("junk", "The server's private key holds no PEM private key (BEGIN PRIVATE KEY)");
        keyIsRefused(block("PRIVATE KEY", "AAAA"), "The server's private key is no RSA, EC or Ed25519 key in PKCS#8");
        keyIsRefused(
                block("RSA PRIVATE KEY", "AAAA"),
                "The server's private key is in the older format BEGIN RSA PRIVATE KEY;"
                        + " convert it with: openssl pkcs8 -topk8 -nocrypt -in key.pem");
        keyIsRefused(
                block("ENCRYPTED PRIVATE KEY", "AAAA"),
                "The server's private key is encrypted; decrypt it with: openssl pkcs8 -topk8 -nocrypt -in key.pem");
        keyIsRefused(block("PRIVATE KEY", "A"), "The server's private key is no base64 between BEGIN and END");
    }

    private static String block(String kind, String base64) {
        return "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
    }

    private static void keyIsRefused(String key, String sentence) {
        byte[] chain = pem(localhost.getCertificatePathPEM());
        assertThatThrownBy(() -> TlsContexts.server(new Tls.Server(chain, pem(key), null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void aKeyOfAnotherCertificateIsFoundAtOnce() {
        assertThatThrownBy(() -> TlsContexts.server(new Tls.Server(
                        pem(localhost.getCertificatePathPEM()), pem(elsewhere.getPrivateKeyPEM()), null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The server's private key does not belong to the first certificate of the server's"
                        + " certificate chain");
    }

    @Test
    void halfAClientIdentityIsRefused() {
        byte[] chain = pem(clientIdentity.getCertificatePathPEM());
        assertThatThrownBy(() -> TlsContexts.client(new Tls.Client(null, chain, null, null, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("the private key is missing");
    }

    @Test
    void rsaKeysAndTextAroundTheBlocksAreRead() throws Exception {
        X509Bundle rsa = new CertificateBuilder()
                .rsa2048()
                .subject("CN=server")
                .addSanDnsName("localhost")
                .buildIssuedBy(authority);
        String key = "Bag Attributes\r\n"
                + block(
                                "PRIVATE KEY",
                                Base64.getMimeEncoder()
                                        .encodeToString(
                                                rsa.getKeyPair().getPrivate().getEncoded()))
                        .replace("\n", "\r\n");
        Tls.Server tls = new Tls.Server(pem("subject=CN = server\n" + rsa.getCertificatePathPEM()), pem(key), null);
        assertThat(handshake(tls, trusting())).isEqualTo("h2");
    }
}
