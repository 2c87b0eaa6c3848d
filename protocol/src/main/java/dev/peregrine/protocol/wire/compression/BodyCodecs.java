package dev.peregrine.protocol.wire.compression;

import org.apache.arrow.flatbuf.CompressionType;
import org.jspecify.annotations.Nullable;

/** Any thread. The codecs of bodies, and whether there are the libraries they need. */
final class BodyCodecs {
    private BodyCodecs() {}

    /**
     * A codec for the one that asks.
     *
     * @param code as in Message.fbs
     * @param level of the codecs that have levels
     * @throws MissingCodec it needs a library that is not there
     * @throws CorruptBody there is no such codec
     */
    static BufferCodec open(byte code, int level) throws CorruptBody {
        return switch (code) {
            case CompressionType.LZ4_FRAME -> new Lz4Frame();
            case CompressionType.ZSTD -> {
                LinkageError missing = Zstd.MISSING;
                if (missing != null) {
                    throw new MissingCodec(
                            "ZSTD needs the library zstd-jni, which cannot be loaded (" + missing
                                    + "); add com.github.luben:zstd-jni to the class path",
                            missing);
                }
                yield new ZstdFrame(level);
            }
            default ->
                throw new CorruptBody("its body is compressed with codec " + code + ", which Arrow does not have");
        };
    }

    /** Tried once, when it is first needed. */
    private static final class Zstd {
        static final @Nullable LinkageError MISSING = load();

        private static @Nullable LinkageError load() {
            try {
                com.github.luben.zstd.util.Native.load();
                return null;
            } catch (LinkageError e) {
                return e;
            }
        }
    }
}
