package dev.peregrine.protocol.wire.generic;

import dev.peregrine.protocol.MessageCompression;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Any thread. What the numbers of gRPC's channel arguments mean, and between what they lie; the same for clients and servers. */
public final class GrpcValues {
    /** No limit, or never. */
    public static final int MOST = Integer.MAX_VALUE;

    /** A limit of HTTP/2 (RFC 9113, 6.5.2), bytes. */
    public static final int SMALLEST_FRAME = 16_384;

    /** A limit of HTTP/2 (RFC 9113, 6.5.2), bytes. */
    public static final int LARGEST_FRAME = 16_777_215;

    /** The window that HTTP/2 begins with (RFC 9113, 6.9.2), bytes; it is not made smaller here. */
    public static final int SMALLEST_WINDOW = 65_535;

    /** A limit of ours, bytes. */
    public static final int SMALLEST_HEADER_LIST = 1024;

    private GrpcValues() {}

    /** A number of bytes, where -1 means no limit. */
    public static int unlimited(int bytes) {
        return bytes < 0 ? MOST : bytes;
    }

    /** A time; null for {@link #MOST}, which means never. */
    public static @Nullable Duration millisOrNever(int millis) {
        return millis == MOST ? null : Duration.ofMillis(millis);
    }

    /** 0, 1 or 2, as gRPC numbers them. */
    public static MessageCompression compression(int number) {
        return switch (number) {
            case 0 -> MessageCompression.IDENTITY;
            case 1 -> MessageCompression.DEFLATE;
            default -> MessageCompression.GZIP;
        };
    }
}
