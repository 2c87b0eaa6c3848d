package dev.peregrine.protocol.wire.compression;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. Buffers as Zstandard frames (RFC 8878), by zstd-jni. {@link BodyCodecs} is who knows whether it is
 * there.
 */
final class ZstdFrame implements BufferCodec {
    /** The largest block becomes so many bytes, and the smallest that does is so long: a header of 3 and one byte. */
    private static final int LARGEST_BLOCK = 128 << 10;

    private static final int SMALLEST_BLOCK = 4;

    private final int level;
    private @Nullable ZstdCompressCtx compressing;
    private @Nullable ZstdDecompressCtx decompressing;

    ZstdFrame(int level) {
        this.level = level;
    }

    @Override
    public long bound(long n) {
        return com.github.luben.zstd.Zstd.compressBound(n);
    }

    @Override
    public long compress(ArrowBuf from, long fromIndex, long n, ArrowBuf to, long toIndex) {
        if (compressing == null) {
            compressing = new ZstdCompressCtx().setLevel(level);
        }
        int length = (int) n;
        int room = (int) Math.min(Integer.MAX_VALUE, bound(n));
        return compressing.compressDirectByteBuffer(
                to.nioBuffer(toIndex, room), 0, room, from.nioBuffer(fromIndex, length), 0, length);
    }

    @Override
    public long mostDecompressed(long n) {
        return (n / SMALLEST_BLOCK + 1) * LARGEST_BLOCK;
    }

    @Override
    public void decompress(ArrowBuf from, long fromIndex, long n, ArrowBuf to, long length) throws CorruptBody {
        if (decompressing == null) {
            decompressing = new ZstdDecompressCtx();
        }
        int size = (int) length;
        int written;
        try {
            written = decompressing.decompressDirectByteBuffer(
                    to.nioBuffer(0, size), 0, size, from.nioBuffer(fromIndex, (int) n), 0, (int) n);
        } catch (ZstdException e) {
            throw new CorruptBody("a Zstandard frame cannot be read: " + e.getMessage(), e);
        }
        if (written != size) {
            throw new CorruptBody("a Zstandard frame has " + written + " bytes instead of " + size);
        }
    }

    @Override
    public void close() {
        if (compressing != null) {
            compressing.close();
        }
        if (decompressing != null) {
            decompressing.close();
        }
    }
}
