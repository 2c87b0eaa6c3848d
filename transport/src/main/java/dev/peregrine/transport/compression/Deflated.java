package dev.peregrine.transport.compression;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.MessagePrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Any thread. Compresses messages that are ready to be sent. */
public final class Deflated {
    /** ID1 ID2 CM, no flags, no time, nothing special, from an unknown system: as {@link GzipFormat} has it. */
    private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    /** Room for more output when there is none, bytes. */
    private static final int STEP = 4 << 10;

    private Deflated() {}

    /**
     * Compresses one message. An empty one stays as it is: it could only grow.
     *
     * @param compression gzip or deflate
     * @param slices taken: the message, beginning with its {@link MessagePrefix}
     * @return the message with its prefix, which the caller owns
     */
    public static ByteBuf[] message(Compression compression, ByteBufAllocator allocator, ByteBuf... slices) {
        long length = 0;
        for (ByteBuf slice : slices) {
            length += slice.readableBytes();
        }
        if (length <= MessagePrefix.LENGTH) {
            return slices;
        }
        try {
            return new ByteBuf[] {compressed(compression, allocator, slices)};
        } finally {
            for (ByteBuf slice : slices) {
                slice.release();
            }
        }
    }

    private static ByteBuf compressed(Compression compression, ByteBufAllocator allocator, ByteBuf... slices) {
        boolean gzip = compression == Compression.GZIP;
        ByteBuf out = allocator.buffer(STEP);
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, gzip);
        try {
            MessagePrefix.writeCompressed(out, 0);
            CRC32 crc = new CRC32();
            if (gzip) {
                out.writeBytes(GZIP_HEADER);
            }
            int prefix = MessagePrefix.LENGTH;
            for (ByteBuf slice : slices) {
                int skipped = Math.min(prefix, slice.readableBytes());
                prefix -= skipped;
                for (ByteBuffer bytes :
                        slice.nioBuffers(slice.readerIndex() + skipped, slice.readableBytes() - skipped)) {
                    if (gzip) {
                        crc.update(bytes.duplicate());
                    }
                    deflater.setInput(bytes);
                    deflate(deflater, out);
                }
            }
            deflater.finish();
            deflate(deflater, out);
            if (gzip) {
                out.writeIntLE((int) crc.getValue());
                out.writeIntLE((int) deflater.getBytesRead());
            }
            int length = out.readableBytes() - MessagePrefix.LENGTH;
            MessagePrefix.writeCompressed(out.duplicate().clear(), length);
            return out.retain();
        } finally {
            deflater.end();
            out.release();
        }
    }

    private static void deflate(Deflater deflater, ByteBuf out) {
        while (true) {
            out.ensureWritable(1);
            int n = deflater.deflate(out.internalNioBuffer(out.writerIndex(), out.writableBytes()));
            out.writerIndex(out.writerIndex() + n);
            if (deflater.finished() || (n == 0 && deflater.needsInput())) {
                return;
            }
        }
    }
}
