package dev.peregrine.bench.data;

import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcWriteOptions;
import java.util.Locale;

/** Any thread. How the buffers of batches are compressed: Arrow's compression of bodies, each codec at the level it has by default. */
public enum Compression {
    NONE(BodyCompression.NONE),
    LZ4(BodyCompression.LZ4_FRAME),
    ZSTD(BodyCompression.ZSTD);

    private final BodyCompression ours;

    Compression(BodyCompression ours) {
        this.ours = ours;
    }

    /** By the name that is typed, in small letters. */
    public static Compression named(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("there is no compression '" + name + "'; there are none, lz4, zstd", e);
        }
    }

    /** As Peregrine's writers take it. */
    public IpcWriteOptions options() {
        return IpcWriteOptions.DEFAULT.compression(ours);
    }
}
