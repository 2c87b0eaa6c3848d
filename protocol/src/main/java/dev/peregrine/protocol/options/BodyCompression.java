package dev.peregrine.protocol.options;

import org.apache.arrow.flatbuf.CompressionType;

/**
 * How the buffers of a batch are compressed, each on its own, as Arrow's format has it. The reader finds out by itself.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#compression">Compression</a>
 */
public enum BodyCompression {
    /** Not at all. */
    NONE((byte) -1),
    /** LZ4 in frames: fast. Needs no library. */
    LZ4_FRAME(CompressionType.LZ4_FRAME),
    /** Zstandard: smaller. Needs {@code com.github.luben:zstd-jni} on the class path, at both ends if both are Peregrine's. */
    ZSTD(CompressionType.ZSTD);

    private final byte code;

    BodyCompression(byte code) {
        this.code = code;
    }

    /** The number in Message.fbs; -1 for none. */
    public byte code() {
        return code;
    }
}
