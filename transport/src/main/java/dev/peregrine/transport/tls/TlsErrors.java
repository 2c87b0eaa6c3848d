package dev.peregrine.transport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
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
    private static final String NO_HTTP2 =
            "the server does not offer HTTP/2 (ALPN h2), so it is no gRPC endpoint, or a proxy" + " before one";

    private static final String NOTHING_COMMON = "the peer found no common TLS version, cipher or certificate kind";

    private TlsErrors() {}

    /**
     * A client's handshake failed.
     *
     * @param peer the address that was connected to
     * @param serverName the name that was verified, {@link TlsContexts#serverName}
     * @param showsCertificate whether the client has a certificate to show
     */
    public static String client(String peer, String serverName, boolean showsCertificate, Throwable failure) {
        return failed(peer, clientReason(serverName, showsCertificate, failure));
    }

    /** A server's handshake failed. */
    public static String server(String peer, Throwable failure) {
        return failed(peer, serverReason(failure));
    }

    /** A client's handshake went well, but ALPN did not select HTTP/2. */
    public static String noHttp2(String peer) {
        return failed(peer, NO_HTTP2);
    }

    /** A server's handshake went well, but the client did not ask for HTTP/2. */
    public static String noHttp2Asked(String peer) {
        return failed(peer, "the client does not ask for HTTP/2 (ALPN h2), so it is no gRPC client");
    }

    private static String failed(String peer, String reason) {
        return "TLS handshake with " + peer + " failed: " + reason;
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

    /** For a peer that does not speak TLS: the alert unexpected_message, fatal, in the form of {@link #looksLikeTls}. */
    public static ByteBuf alert(ByteBufAllocator allocator) {
        return allocator.buffer(7).writeBytes(new byte[] {0x15, 3, 3, 0, 2, 2, 10});
    }

    private static String clientReason(String serverName, boolean showsCertificate, Throwable failure) {
        if (isNoTls(failure)) {
            return "the server does not speak TLS; use grpc:// instead of grpc+tls://";
        }
        if (find(failure, CertificateExpiredException.class) != null) {
            return "the server's certificate has expired";
        }
        if (find(failure, CertificateNotYetValidException.class) != null) {
            return "the server's certificate is not valid yet; are both clocks right?";
        }
        if (says(failure, "no name matching") || says(failure, "no subject alternative")) {
            return "the server's certificate is not for \"" + serverName
                    + "\"; connect by a name that it lists, or override the host name";
        }
        if (isUntrusted(failure)) {
            return "the server's certificate is not signed by a trusted authority; give the root certificate that"
                    + " signed it";
        }
        String alert = clientAlert(showsCertificate, failure);
        return alert != null
                ? alert
                : otherReason("; does it speak TLS, and does it want a client certificate?", failure);
    }

    private static String serverReason(Throwable failure) {
        if (isNoTls(failure)) {
            return "the client does not speak TLS; it must connect by grpc+tls://";
        }
        if (find(failure, CertificateExpiredException.class) != null) {
            return "the client's certificate has expired";
        }
        if (find(failure, CertificateNotYetValidException.class) != null) {
            return "the client's certificate is not valid yet; are both clocks right?";
        }
        if (isUntrusted(failure)) {
            return "the client's certificate is not signed by an authority that this server trusts";
        }
        String alert = serverAlert(failure);
        return alert != null ? alert : otherReason("; does it trust our certificate?", failure);
    }

    /** Whether the peer speaks something else than TLS. */
    public static boolean isNoTls(Throwable failure) {
        return find(failure, NotSslRecordException.class) != null || says(failure, "unrecognized ssl message");
    }

    private static boolean isUntrusted(Throwable failure) {
        return find(failure, CertPathValidatorException.class) != null
                || says(failure, "unable to find valid certification path")
                || says(failure, "trust anchor")
                || says(failure, "path building failed");
    }

    /** What the server's fatal alert means (RFC 8446, 6.2; the JDK and OpenSSL spell it with underscore and space). */
    private static @Nullable String clientAlert(boolean showsCertificate, Throwable failure) {
        if (says(failure, "no application protocol")) {
            return NO_HTTP2;
        }
        if (says(failure, "certificate required")) {
            return wantsCertificate(showsCertificate);
        }
        if (says(failure, "certificate expired")) {
            return "the server says that our certificate has expired";
        }
        if (says(failure, "unknown ca")) {
            return "the server does not trust the authority of our certificate";
        }
        if (says(failure, "bad certificate")
                || says(failure, "certificate unknown")
                || says(failure, "unsupported certificate")) {
            return showsCertificate ? "the server refused our certificate" : wantsCertificate(false);
        }
        if (!showsCertificate && says(failure, "handshake failure")) {
            return NOTHING_COMMON + "; or it wants a client certificate";
        }
        if (showsCertificate && says(failure, "internal error")) {
            return "the server gave up (alert internal_error); perhaps it does not trust our certificate";
        }
        return versionOrCipher(failure);
    }

    private static String wantsCertificate(boolean showsCertificate) {
        return "the server wants a client certificate; "
                + (showsCertificate
                        ? "ours is signed by none of the authorities that it accepts"
                        : "give a certificate chain and a private key");
    }

    private static @Nullable String serverAlert(Throwable failure) {
        if (says(failure, "empty client certificate chain") || says(failure, "peer did not return a certificate")) {
            return "the client showed no certificate, which this server requires";
        }
        if (says(failure, "unknown ca")) {
            return "the client does not trust the authority of our certificate";
        }
        if (says(failure, "certificate expired")) {
            return "the client says that our certificate has expired";
        }
        if (says(failure, "bad certificate") || says(failure, "certificate unknown")) {
            return "the client refused our certificate";
        }
        if (says(failure, "internal error")) {
            return "the client gave up (alert internal_error); perhaps it does not trust our certificate";
        }
        return versionOrCipher(failure);
    }

    private static @Nullable String versionOrCipher(Throwable failure) {
        if (says(failure, "protocol version")) {
            return "the peer speaks no TLS version that we allow (1.2 or 1.3)";
        }
        if (says(failure, "handshake failure") || says(failure, "no cipher suites")) {
            return NOTHING_COMMON;
        }
        return null;
    }

    private static String otherReason(String hint, Throwable failure) {
        if (find(failure, SslHandshakeTimeoutException.class) != null) {
            return "no answer in time; does the peer speak TLS?";
        }
        if (find(failure, ClosedChannelException.class) != null
                || says(failure, "connection closed")
                || says(failure, "connection reset")) {
            return "the peer closed the connection during the handshake" + hint;
        }
        return words(failure);
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
