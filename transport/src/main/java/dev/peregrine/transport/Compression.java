package dev.peregrine.transport;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. How gRPC messages are compressed, each on its own.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/compression.md">gRPC compression</a>
 */
public enum Compression {
    /** Not at all. */
    IDENTITY,
    /** RFC 1952. */
    GZIP,
    /** The zlib format, RFC 1950: HTTP's "deflate", which has a header and a checksum around RFC 1951. */
    DEFLATE;

    /** What this end can read, as {@code grpc-accept-encoding} says it. */
    public static final String ACCEPTED = "identity, gzip, deflate";

    private final String encoding = name().toLowerCase(Locale.ROOT);

    /** The name in {@code grpc-encoding} and {@code grpc-accept-encoding}. */
    public String encoding() {
        return encoding;
    }

    /** What {@code grpc-encoding} names; a message without that field is not compressed. Null if it is unknown here. */
    public static @Nullable Compression of(@Nullable CharSequence encoding) {
        if (encoding == null) {
            return IDENTITY;
        }
        for (Compression compression : values()) {
            if (compression.encoding.contentEquals(encoding)) {
                return compression;
            }
        }
        return null;
    }

    /** This, if {@code grpc-accept-encoding} has it among its names; else {@link #IDENTITY}, which everybody reads. */
    public Compression ifAccepted(@Nullable CharSequence acceptEncoding) {
        if (this != IDENTITY && acceptEncoding != null) {
            for (String name : acceptEncoding.toString().split(",", -1)) {
                if (name.strip().equals(encoding)) {
                    return this;
                }
            }
        }
        return IDENTITY;
    }
}
