package dev.peregrine.transport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Why a TLS handshake failed, in one sentence that says what to do. The providers name the reasons
 * differently, and the telling exception is mostly a cause deep below.
 */
public final class TlsErrors {
    private TlsErrors() {}

    /**
     * A client's handshake failed.
     *
     * @param peer the address that was connected to
     * @param serverName the name that was verified, {@link TlsContexts#serverName}
     */
    public static String client(String peer, String serverName, Throwable failure) {
        return "TLS handshake with " + peer + " failed: " + reason(serverName, failure, true);
    }

    /** A server's handshake failed. */
    public static String server(String peer, Throwable failure) {
        if (find(failure, NotSslRecordException.class) != null) {
            return "TLS handshake with " + peer
                    + " failed: the client does not speak TLS; it must connect by grpc+tls://";
        }
        return "TLS handshake with " + peer + " failed: " + reason(peer, failure, false);
    }

    /** The handshake went well, but ALPN did not select HTTP/2. */
    public static String noHttp2(String peer) {
        return "TLS handshake with " + peer
                + " failed: it does not offer HTTP/2 (ALPN selected no h2), so it is no gRPC endpoint or a proxy before one";
    }

    /**
     * Whether the first bytes that came on a plaintext connection are a TLS alert: the peer wants TLS. Lends {@code data}.
     *
     * <pre>
     * 0x15 (alert) 0x03 0x00-0x04 (version) length level description   ; RFC 8446, 5.1
     * </pre>
     */
    public static boolean looksLikeTls(ByteBuf data) {
        int at = data.readerIndex();
        return data.readableBytes() >= 3
                && (data.getByte(at) == 0x15 || data.getByte(at) == 0x16)
                && data.getByte(at + 1) == 0x03
                && data.getByte(at + 2) <= 0x04;
    }

    private static String reason(String serverName, Throwable failure, boolean client) {
        if (find(failure, NotSslRecordException.class) != null || says(failure, "unrecognized ssl message")) {
            return "the server does not speak TLS; use grpc:// instead of grpc+tls://";
        }
        if (find(failure, CertificateExpiredException.class) != null) {
            return "the certificate has expired";
        }
        if (find(failure, CertificateNotYetValidException.class) != null) {
            return "the certificate is not valid yet; are both clocks right?";
        }
        if (says(failure, "no name matching") || says(failure, "no subject alternative")) {
            return "the server's certificate is not for \"" + serverName
                    + "\"; connect by a name that it lists, or override the host name";
        }
        if (find(failure, CertPathValidatorException.class) != null
                || says(failure, "unable to find valid certification path")
                || says(failure, "trust anchor")
                || says(failure, "path building failed")) {
            return "its certificate is not signed by a trusted authority; give the root certificate that signed it";
        }
        String alert = alertReason(failure, client);
        if (alert != null) {
            return alert;
        }
        if (find(failure, SslHandshakeTimeoutException.class) != null) {
            return "no answer in time; does the peer speak TLS?";
        }
        if (find(failure, ClosedChannelException.class) != null
                || says(failure, "connection closed")
                || says(failure, "connection reset")) {
            return "the peer closed the connection during the handshake; does it speak TLS, and does it want a client"
                    + " certificate?";
        }
        return words(failure);
    }

    /** What the peer's fatal alert means (RFC 8446, 6.2; the JDK and OpenSSL spell it with underscore and space). */
    private static @Nullable String alertReason(Throwable failure, boolean client) {
        if (says(failure, "empty client certificate chain") || says(failure, "peer did not return a certificate")) {
            return "the client showed no certificate, which this server requires";
        }
        if (says(failure, "certificate required")) {
            return "the server wants a client certificate; give a certificate chain and a private key";
        }
        if (says(failure, "no application protocol")) {
            return "the peer does not offer HTTP/2 (ALPN), so it is no gRPC endpoint";
        }
        if (says(failure, "unknown ca")) {
            return client
                    ? "the server does not trust the authority of our certificate"
                    : "the client does not trust the authority of our certificate";
        }
        if (says(failure, "bad certificate") || says(failure, "certificate unknown")) {
            return client
                    ? "the server refused our certificate, or wants one and got none; give a certificate chain and a"
                            + " private key that it trusts"
                    : "the client refused our certificate";
        }
        if (says(failure, "protocol version")) {
            return "the peer speaks no TLS version that we allow (1.2 or 1.3)";
        }
        if (says(failure, "handshake failure") || says(failure, "no cipher suites")) {
            return "the peer found no common TLS version, cipher or certificate kind";
        }
        return null;
    }

    /** What an exception says, or else what it is. */
    static String words(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isEmpty() ? failure.getClass().getSimpleName() : message;
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth < 16; t = t.getCause(), depth++) {
            if (type.isInstance(t)) {
                return type.cast(t);
            }
        }
        return null;
    }

    private static boolean says(Throwable failure, String text) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth < 16; t = t.getCause(), depth++) {
            String message = t.getMessage();
            if (message != null
                    && message.toLowerCase(Locale.ROOT).replace('_', ' ').contains(text)) {
                return true;
            }
        }
        return false;
    }
}
