package dev.peregrine.protocol.wire.compression;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * One thread at a time. Buffers as LZ4 frames, without a library: the frame is what other Arrow implementations write, whose
 * blocks may refer to those before them, which LZ4's libraries for Java cannot read.
 *
 * <pre>
 * frame  = magic FLG BD [size] [dictionary] HC *block end [checksum]
 * magic  = %x04 %x22 %x4D %x18
 * FLG    = OCTET      ; version 01, blocks independent, block checksums, size, checksum, 0, dictionary
 * BD     = OCTET      ; 0, largest block: 4 = 64 KiB, 5 = 256 KiB, 6 = 1 MiB, 7 = 4 MiB, 0000
 * size   = 8OCTET     ; of the data
 * HC     = OCTET      ; second byte of the checksum from FLG on
 * block  = 4OCTET *OCTET [checksum]  ; its length; the highest bit: it is not compressed
 * end    = 4%x00
 * </pre>
 *
 * <p>Numbers are little endian. Written are frames of independent blocks with neither size nor checksums: both are known
 * from what is around them.
 *
 * @see <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md">LZ4 frame format</a>
 */
final class Lz4Frame implements BufferCodec {
    private static final int MAGIC = 0x184D2204;

    private static final int VERSION = 0x40;
    private static final int VERSION_BITS = 0xC0;
    private static final int INDEPENDENT = 0x20;
    private static final int BLOCK_CHECKSUMS = 0x10;
    private static final int SIZE = 0x08;
    private static final int CHECKSUM = 0x04;
    private static final int RESERVED = 0x02;
    private static final int DICTIONARY = 0x01;

    private static final int SMALLEST_BLOCK_ID = 4;
    private static final int LARGEST_BLOCK_ID = 7;
    private static final int LARGEST_BLOCK = 4 << 20;

    private static final int UNCOMPRESSED = 0x80000000;

    /** Magic, FLG, BD and HC; and the end. */
    private static final int HEAD = 7;

    private static final int END = 4;

    /** A byte of lengths stands for 255 bytes at most, and nothing in a block stands for more. */
    private static final int MOST_PER_BYTE = 255;

    private final Lz4Block block = new Lz4Block();

    @Override
    public long bound(long n) {
        long blocks = n / LARGEST_BLOCK + 1;
        return HEAD + blocks * Integer.BYTES + Lz4Block.bound(n) + END;
    }

    @Override
    public long compress(ArrowBuf from, long fromIndex, long n, ArrowBuf to, long toIndex) {
        from.checkBytes(fromIndex, fromIndex + n);
        to.checkBytes(toIndex, toIndex + bound(n));
        long begin = to.memoryAddress() + toIndex;
        int blockId = SMALLEST_BLOCK_ID;
        while (blockId < LARGEST_BLOCK_ID && n > blockSize(blockId)) {
            blockId++;
        }
        long out = begin;
        MemoryUtil.putInt(out, MAGIC);
        MemoryUtil.putByte(out + 4, (byte) (VERSION | INDEPENDENT));
        MemoryUtil.putByte(out + 5, (byte) (blockId << 4));
        MemoryUtil.putByte(out + 6, headerChecksum(out + 4, 2));
        out += HEAD;
        long in = from.memoryAddress() + fromIndex;
        for (long left = n; left > 0; ) {
            int part = (int) Math.min(left, blockSize(blockId));
            out = writeBlock(in, part, out);
            in += part;
            left -= part;
        }
        MemoryUtil.putInt(out, 0);
        return out + END - begin;
    }

    private long writeBlock(long in, int n, long out) {
        long begin = out + Integer.BYTES;
        long end = block.compress(in, n, begin);
        if (end - begin < n) {
            MemoryUtil.putInt(out, (int) (end - begin));
            return end;
        }
        MemoryUtil.putInt(out, n | UNCOMPRESSED);
        MemoryUtil.copyMemory(in, begin, n);
        return begin + n;
    }

    private static int blockSize(int id) {
        return 1 << 2 * id + 8;
    }

    private static byte headerChecksum(long descriptor, int n) {
        return (byte) (XxHash32.of(descriptor, n) >>> 8);
    }

    @Override
    public long mostDecompressed(long n) {
        return MOST_PER_BYTE * n;
    }

    @Override
    public void decompress(ArrowBuf from, long fromIndex, long n, ArrowBuf to, long length) throws CorruptBody {
        from.checkBytes(fromIndex, fromIndex + n);
        to.checkBytes(0, length);
        long begin = from.memoryAddress() + fromIndex;
        new Reading(begin, begin + n, to.memoryAddress(), to.memoryAddress() + length).frame();
    }

    @Override
    public void close() {}

    /** One frame, read from front to back. */
    private static final class Reading {
        private final long end;
        private final long data;
        private final long dataEnd;
        private long in;
        private long out;

        Reading(long begin, long end, long data, long dataEnd) {
            this.in = begin;
            this.end = end;
            this.data = data;
            this.out = data;
            this.dataEnd = dataEnd;
        }

        void frame() throws CorruptBody {
            if (nextInt() != MAGIC) {
                throw new CorruptBody("no LZ4 frame begins there");
            }
            long descriptor = in;
            int flags = nextByte();
            int blockId = nextByte() >>> 4 & 7;
            if ((flags & VERSION_BITS) != VERSION
                    || (flags & (RESERVED | DICTIONARY)) != 0
                    || blockId < SMALLEST_BLOCK_ID) {
                throw new CorruptBody("an LZ4 frame of a kind that Arrow does not have, flags " + flags);
            }
            if ((flags & SIZE) != 0) {
                skip(Long.BYTES);
            }
            byte checksum = headerChecksum(descriptor, (int) (in - descriptor));
            if (checksum != (byte) nextByte()) {
                throw new CorruptBody("the head of an LZ4 frame has the wrong checksum");
            }
            blocks(flags, blockSize(blockId));
            if (out != dataEnd) {
                throw new CorruptBody("an LZ4 frame has " + (out - data) + " bytes instead of " + (dataEnd - data));
            }
            if ((flags & CHECKSUM) != 0 && nextInt() != XxHash32.of(data, dataEnd - data)) {
                throw new CorruptBody("an LZ4 frame has the wrong checksum");
            }
            if (in != end) {
                throw new CorruptBody((end - in) + " bytes follow an LZ4 frame");
            }
        }

        private void blocks(int flags, int blockSize) throws CorruptBody {
            for (int head = nextInt(); head != 0; head = nextInt()) {
                int n = head & ~UNCOMPRESSED;
                long begin = in;
                skip(n);
                long most = Math.min(dataEnd, out + blockSize);
                if ((head & UNCOMPRESSED) == 0) {
                    out = Lz4Block.decompress(begin, in, (flags & INDEPENDENT) == 0 ? data : out, out, most);
                } else if (n > most - out) {
                    throw new CorruptBody("a block of an LZ4 frame is longer than it may be");
                } else {
                    MemoryUtil.copyMemory(begin, out, n);
                    out += n;
                }
                if ((flags & BLOCK_CHECKSUMS) != 0 && nextInt() != XxHash32.of(begin, n)) {
                    throw new CorruptBody("a block of an LZ4 frame has the wrong checksum");
                }
            }
        }

        private int nextByte() throws CorruptBody {
            skip(1);
            return MemoryUtil.getByte(in - 1) & 0xFF;
        }

        private int nextInt() throws CorruptBody {
            skip(Integer.BYTES);
            return MemoryUtil.getInt(in - Integer.BYTES);
        }

        private void skip(int n) throws CorruptBody {
            if (n > end - in) {
                throw new CorruptBody("an LZ4 frame ends too early");
            }
            in += n;
        }
    }
}
