package dev.peregrine.transport.http2;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.netty.util.internal.StringUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. A call's status as header fields.
 *
 * <pre>
 * Status         = "grpc-status" 1*DIGIT
 * Status-Message = "grpc-message" Percent-Encoded   ; UTF-8; all but %x20-24 and %x26-7E as %XX
 * Trailers       = Status [Status-Message] *Custom-Metadata
 * Trailers-Only  = HTTP-Status Content-Type Trailers
 * </pre>
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2, Responses</a>
 */
final class StatusHeaders {
    static final AsciiString GRPC_STATUS = AsciiString.cached("grpc-status");
    static final AsciiString GRPC_MESSAGE = AsciiString.cached("grpc-message");
    static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
    static final AsciiString APPLICATION_GRPC = AsciiString.cached("application/grpc");
    static final AsciiString ENCODING = AsciiString.cached("grpc-encoding");
    static final AsciiString ACCEPT_ENCODING = AsciiString.cached("grpc-accept-encoding");
    static final AsciiString HTTP_OK = AsciiString.cached("200");

    /**
     * Longest encoded message, bytes. Peers refuse header blocks beyond 8 KiB by default, and then nobody learns the
     * status; metadata such as error details needs room in it too.
     */
    static final int MAX_MESSAGE = 4096;

    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);
    private static final AsciiString[] NUMBERS = new AsciiString[GrpcCode.values().length];

    static {
        for (GrpcCode code : GrpcCode.values()) {
            NUMBERS[code.number()] = AsciiString.cached(Integer.toString(code.number()));
        }
    }

    private StatusHeaders() {}

    /** The header block that ends a response whose headers have gone out. */
    static Http2Headers trailers(GrpcStatus status, Metadata metadata) {
        Http2Headers headers = new DefaultHttp2Headers(false, 4);
        write(status, headers);
        HeaderCodec.write(metadata, headers);
        return headers;
    }

    /** The one header block of a response that has nothing but a status. */
    static Http2Headers trailersOnly(GrpcStatus status, Metadata metadata) {
        Http2Headers headers = new DefaultHttp2Headers(false, 8);
        headers.status(HTTP_OK);
        headers.add(CONTENT_TYPE, APPLICATION_GRPC);
        write(status, headers);
        HeaderCodec.write(metadata, headers);
        return headers;
    }

    /** Adds the two fields; no grpc-message if the message is empty. */
    static void write(GrpcStatus status, Http2Headers out) {
        out.add(GRPC_STATUS, NUMBERS[status.code().number()]);
        if (!status.message().isEmpty()) {
            out.add(GRPC_MESSAGE, encodeMessage(status.message()));
        }
    }

    /** The status in these header fields; null if there is none, so that {@link ForeignResponse} must say what came. */
    static @Nullable GrpcStatus read(Http2Headers in) {
        CharSequence number = in.get(GRPC_STATUS);
        if (number == null) {
            return null;
        }
        CharSequence encoded = in.get(GRPC_MESSAGE);
        String message = encoded == null ? "" : decodeMessage(encoded);
        int code = parseNumber(number);
        if (code >= 0 && code < NUMBERS.length) {
            return GrpcCode.of(code).with(message);
        }
        String what = "The peer sent grpc-status \"" + number + "\", which gRPC does not define";
        return GrpcCode.UNKNOWN.with(message.isEmpty() ? what : what + ": " + message);
    }

    private static int parseNumber(CharSequence digits) {
        int length = digits.length();
        if (length == 0 || length > 9) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < length; i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            number = number * 10 + c - '0';
        }
        return number;
    }

    /** Percent-encodes a message; one that would be longer than {@link #MAX_MESSAGE} is cut and ends in "...". */
    static AsciiString encodeMessage(String message) {
        byte[] utf8 = message.getBytes(StandardCharsets.UTF_8);
        int encodedLength = 0;
        int cut = -1;
        for (int i = 0; i < utf8.length; i++) {
            // A cut may come only before the first byte of a character.
            if ((utf8[i] & 0xC0) != 0x80 && encodedLength <= MAX_MESSAGE - 3) {
                cut = i;
            }
            encodedLength += isPlain(utf8[i]) ? 1 : 3;
        }
        int length = utf8.length;
        if (encodedLength > MAX_MESSAGE) {
            length = cut;
            encodedLength = MAX_MESSAGE;
        } else if (encodedLength == length) {
            return new AsciiString(utf8, false);
        }
        byte[] out = new byte[encodedLength];
        int n = 0;
        for (int i = 0; i < length; i++) {
            byte b = utf8[i];
            if (isPlain(b)) {
                out[n++] = b;
            } else {
                out[n++] = '%';
                out[n++] = HEX[b >> 4 & 0xF];
                out[n++] = HEX[b & 0xF];
            }
        }
        if (length < utf8.length) {
            for (int i = 0; i < 3; i++) {
                out[n++] = '.';
            }
        }
        return new AsciiString(out, 0, n, false);
    }

    private static boolean isPlain(byte b) {
        return b >= 0x20 && b <= 0x7E && b != '%';
    }

    /** Decodes what can be decoded: a bad escape stays as it is, bytes that are no UTF-8 become U+FFFD. */
    static String decodeMessage(CharSequence encoded) {
        int length = encoded.length();
        byte[] bytes = new byte[length];
        int n = 0;
        for (int i = 0; i < length; i++) {
            char c = encoded.charAt(i);
            if (c == '%' && i + 2 < length) {
                int high = StringUtil.decodeHexNibble(encoded.charAt(i + 1));
                int low = StringUtil.decodeHexNibble(encoded.charAt(i + 2));
                if (high >= 0 && low >= 0) {
                    bytes[n++] = (byte) (high << 4 | low);
                    i += 2;
                    continue;
                }
            }
            bytes[n++] = (byte) c;
        }
        return new String(bytes, 0, n, StandardCharsets.UTF_8);
    }
}
