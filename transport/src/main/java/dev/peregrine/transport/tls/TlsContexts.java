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
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * Any thread. TLS settings made into what Netty runs: TLS 1.3 and 1.2, HTTP/2's ciphers (RFC 9113, 9.2) and ALPN
 * {@code h2}. OpenSSL does it if netty-tcnative is on the class path, else the JDK.
 *
 * <p>Settings that cannot be read throw IllegalArgumentException, which says which one it is.
 */
public final class TlsContexts {
    /** OpenSSL if it is there, else the JDK. */
    static final SslProvider PROVIDER = OpenSsl.isAvailable() && SslProvider.isAlpnSupported(SslProvider.OPENSSL)
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
    static SslContext client(Tls.Client tls, SslProvider provider, Inputs inputs) {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (tls.verification() == Tls.Verification.NONE) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
            return build(builder, provider);
        }
        if (tls.roots() != null) {
            trust(builder, tls.roots(), inputs, "root certificates");
        }
        if (tls.identity() != null) {
            if (tls.identity() instanceof Tls.PemIdentity pem) {
                PemPair pair = PemPair.of(pem, inputs, "client's");
                builder.keyManager(pair.key(), pair.chain());
            } else {
                builder.keyManager(Stores.keys(tls.identity(), inputs, "client's"));
            }
        }
        builder.endpointIdentificationAlgorithm(tls.verification() == Tls.Verification.FULL ? "HTTPS" : null);
        return build(builder, provider);
    }

    /** A server's context. */
    static SslContext server(Tls.Server tls, SslProvider provider, Inputs inputs) {
        SslContextBuilder builder;
        if (tls.identity() instanceof Tls.PemIdentity pem) {
            PemPair pair = PemPair.of(pem, inputs, "server's");
            builder = SslContextBuilder.forServer(pair.key(), pair.chain());
        } else {
            builder = SslContextBuilder.forServer(Stores.keys(tls.identity(), inputs, "server's"));
        }
        if (tls.clientRoots() != null) {
            trust(builder, tls.clientRoots(), inputs, "root certificates for clients");
        }
        builder.clientAuth(
                switch (tls.clientCertificates()) {
                    case NONE -> ClientAuth.NONE;
                    case OPTIONAL -> ClientAuth.OPTIONAL;
                    case REQUIRED -> ClientAuth.REQUIRE;
                });
        return build(builder, provider);
    }

    private static void trust(SslContextBuilder builder, Tls.Roots roots, Inputs inputs, String which) {
        if (roots instanceof Tls.PemRoots pem) {
            builder.trustManager(Pem.certificates(inputs.read(pem.certificates()), which));
        } else {
            builder.trustManager(Stores.roots(roots, inputs, which));
        }
    }

    /** A certificate chain and its key. */
    private record PemPair(X509Certificate[] chain, PrivateKey key) {
        static PemPair of(Tls.PemIdentity pem, Inputs inputs, String whose) {
            X509Certificate[] chain = Pem.certificates(inputs.read(pem.certChain()), whose + " certificate chain");
            PrivateKey key = Pem.privateKey(inputs.read(pem.privateKey()), pem.password(), whose + " private key");
            Pem.checkPair(key, chain[0], whose);
            return new PemPair(chain, key);
        }
    }

    private static SslContext build(SslContextBuilder builder, SslProvider provider) {
        try {
            return builder.sslProvider(provider)
                    .protocols("TLSv1.3", "TLSv1.2")
                    .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                    .applicationProtocolConfig(ALPN)
                    .build();
        } catch (SSLException e) {
            throw new IllegalArgumentException("The TLS settings do not fit together: " + TlsErrors.words(e), e);
        }
    }

    /** Whether a client has a certificate to show. */
    public static boolean showsCertificate(Tls.Client tls) {
        return tls.identity() != null && tls.verification() != Tls.Verification.NONE;
    }

    /** The name to ask for and to verify: the overriding one, else the host; {@code localhost} over a Unix socket. */
    public static String serverName(Tls.Client tls, Address address) {
        String override = tls.overrideHostname();
        if (override != null && !override.isEmpty()) {
            return override;
        }
        return address instanceof Address.Tcp tcp ? tcp.host() : "localhost";
    }

    /**
     * The handler of one connection to {@code address}.
     *
     * @param context of the same settings
     * @param timeout for the handshake
     */
    public static SslHandler clientHandler(
            SslContext context, Tls.Client tls, Address address, Duration timeout, ByteBufAllocator allocator) {
        int port = address instanceof Address.Tcp tcp ? tcp.port() : -1;
        return timed(context.newHandler(allocator, serverName(tls, address), port), timeout);
    }

    /** The handler of one connection to a server. */
    public static SslHandler serverHandler(SslContext context, Duration timeout, ByteBufAllocator allocator) {
        return timed(context.newHandler(allocator), timeout);
    }

    private static SslHandler timed(SslHandler handler, Duration timeout) {
        handler.setHandshakeTimeoutMillis(Math.max(1, timeout.toMillis()));
        return handler;
    }

    /** After the handshake: the certificates that the peer has shown, its own first; none if it has shown none. */
    public static List<X509Certificate> peerCertificates(SslHandler handler) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : handler.engine().getSession().getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
            return List.copyOf(chain);
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    /** After the handshake: whether both ends agreed on HTTP/2. If not, {@link TlsErrors#noHttp2} says so. */
    public static boolean selectedH2(SslHandler handler) {
        return ApplicationProtocolNames.HTTP_2.equals(handler.applicationProtocol());
    }
}
