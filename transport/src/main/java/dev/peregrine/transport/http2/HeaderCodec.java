package dev.peregrine.transport.http2;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Metadata;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/**
 * Any thread. Custom-Metadata to and from HTTP/2 header fields.
 *
 * <pre>
 * Custom-Metadata = Binary-Header / ASCII-Header
 * Binary-Header   = {Header-Name "-bin"} {base64 encoded value}  ; sent without padding, accepted with and without,
 *                                                                ; several values may arrive joined by commas
 * ASCII-Header    = Header-Name ASCII-Value                      ; never split: a comma may belong to the value
 * </pre>
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2, Custom-Metadata</a>
 */
final class HeaderCodec {
    private static final Base64.Encoder ENCODER = Base64.getEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getDecoder();

    /** Fields that gRPC and HTTP/2 read themselves; nobody above the transport sees them. */
    private static final Set<String> OWN = Set.of(
            "content-type",
            "te",
            "grpc-status",
            "grpc-message",
            "grpc-timeout",
            "grpc-encoding",
            "grpc-accept-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "transfer-encoding",
            "upgrade");

    private HeaderCodec() {}

    /** Adds {@code metadata} to header fields that go out. */
    static void write(Metadata metadata, Http2Headers out) {
        for (Metadata.Entry entry : metadata) {
            byte[] binary = entry.binary();
            String text = entry.text();
            if (binary != null) {
                out.add(entry.name(), new AsciiString(ENCODER.encode(binary), false));
            } else if (text != null) {
                out.add(entry.name(), text);
            }
        }
    }

    /**
     * The metadata among header fields that came in.
     *
     * @throws GrpcException INTERNAL if a binary value is no base64: the application cannot get what it was sent
     */
    static Metadata read(Http2Headers in) throws GrpcException {
        Metadata metadata = new Metadata();
        for (Map.Entry<CharSequence, CharSequence> field : in) {
            String name = field.getKey().toString();
            if (isOwn(name)) {
                continue;
            }
            if (!Metadata.isBinary(name)) {
                text(name, field.getValue(), metadata);
            } else if (!binary(name, field.getValue(), metadata)) {
                throw new GrpcException(
                        GrpcCode.INTERNAL,
                        "The peer sent header " + name
                                + " with a value that is not base64, as names ending in -bin need");
            }
        }
        return metadata;
    }

    /** The metadata among trailers; a binary value that is no base64 is left out: the status matters more than it. */
    static Metadata readTrailers(Http2Headers in) {
        Metadata metadata = new Metadata();
        for (Map.Entry<CharSequence, CharSequence> field : in) {
            String name = field.getKey().toString();
            if (isOwn(name)) {
                continue;
            }
            if (!Metadata.isBinary(name)) {
                text(name, field.getValue(), metadata);
            } else {
                boolean ignored = binary(name, field.getValue(), metadata);
            }
        }
        return metadata;
    }

    private static boolean isOwn(String name) {
        return name.isEmpty() || name.charAt(0) == ':' || OWN.contains(name);
    }

    private static void text(String name, CharSequence value, Metadata to) {
        to.addReceived(new Metadata.Entry(name, value.toString(), null));
    }

    /** False if the field is no base64; the values before the bad one may have been added. */
    private static boolean binary(String name, CharSequence field, Metadata to) {
        String values = field.toString();
        int from = 0;
        while (true) {
            int comma = values.indexOf(',', from);
            String value =
                    values.substring(from, comma < 0 ? values.length() : comma).strip();
            try {
                byte[] bytes = DECODER.decode(value.getBytes(StandardCharsets.ISO_8859_1));
                to.addReceived(new Metadata.Entry(name, null, bytes));
            } catch (IllegalArgumentException e) {
                return false;
            }
            if (comma < 0) {
                return true;
            }
            from = comma + 1;
        }
    }
}
