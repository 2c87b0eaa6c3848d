package dev.peregrine.transport.tls;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.Tls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;

/**
 * Any thread. TLS settings made into what Netty runs: TLS 1.3 and 1.2, HTTP/2's ciphers (RFC 9113, 9.2) and ALPN
 * {@code h2}. OpenSSL does it if netty-tcnative is on the class path, else the JDK.
 *
 * <p>Settings that cannot be read throw IllegalArgumentException, which says which one it is.
 */
public final class TlsContexts {
    private static final SslProvider PROVIDER =
            OpenSsl.isAvailable() && SslProvider.isAlpnSupported(SslProvider.OPENSSL)
                    ? SslProvider.OPENSSL
                    : SslProvider.JDK;

    /** The one combination that both providers know; so each end checks what was selected, {@link #selectedH2}. */
    private static final ApplicationProtocolConfig ALPN = new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2);

    private TlsContexts() {}

    /** A client's context; {@link #clientHandler} makes the handler of one connection out of it. */
    public static SslContext client(Tls.Client tls) {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (tls.verifyServer()) {
            byte[] roots = tls.rootCerts();
            if (roots != null) {
                builder.trustManager(Pem.certificates(roots, "root certificates"));
            }
            byte[] chain = tls.certChain();
            byte[] key = tls.privateKey();
            if (chain != null && key != null) {
                X509Certificate[] certificates = Pem.certificates(chain, "client's certificate chain");
                PrivateKey own = Pem.privateKey(key, "client's private key");
                Pem.checkPair(own, certificates[0], "client's");
                builder.keyManager(own, certificates);
            } else if (chain != null || key != null) {
                throw new IllegalArgumentException(
                        "A client that shows a certificate needs both, the certificate chain and the private key; "
                                + (chain == null ? "the certificate chain" : "the private key") + " is missing");
            }
            builder.endpointIdentificationAlgorithm("HTTPS");
        } else {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        }
        return build(builder);
    }

    /** A server's context. */
    public static SslContext server(Tls.Server tls) {
        X509Certificate[] certificates = Pem.certificates(tls.certChain(), "server's certificate chain");
        PrivateKey key = Pem.privateKey(tls.privateKey(), "server's private key");
        Pem.checkPair(key, certificates[0], "server's");
        SslContextBuilder builder = SslContextBuilder.forServer(key, certificates);
        byte[] roots = tls.clientRoots();
        if (roots != null) {
            builder.trustManager(Pem.certificates(roots, "root certificates for clients"))
                    .clientAuth(ClientAuth.REQUIRE);
        }
        return build(builder);
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return builder.sslProvider(PROVIDER)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(ALPN)
                    .build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("The TLS settings do not fit together: " + TlsErrors.words(e), e);
        }
    }

    /** The name to ask for and to verify: the overriding one, else the host; {@code localhost} over a Unix socket. */
    public static String serverName(Tls.Client tls, Address address) {
        String override = tls.overrideHostname();
        if (override != null && !override.isEmpty()) {
            return override;
        }
        return address instanceof Address.Tcp tcp ? tcp.host() : "localhost";
    }

    /** The handler of one connection to {@code address}; {@code context} is from {@link #client} for the same settings. */
    public static SslHandler clientHandler(
            SslContext context, Tls.Client tls, Address address, ByteBufAllocator allocator) {
        int port = address instanceof Address.Tcp tcp ? tcp.port() : -1;
        return context.newHandler(allocator, serverName(tls, address), port);
    }

    /** After the handshake: whether both ends agreed on HTTP/2. If not, {@link TlsErrors#noHttp2} says so. */
    public static boolean selectedH2(SslHandler handler) {
        return ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol());
    }
}
