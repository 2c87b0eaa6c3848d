package dev.peregrine.protocol.wire.compression;

import org.apache.arrow.memory.util.MemoryUtil;

/**
 * Any thread. The checksum of LZ4's frames, with the seed 0.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">xxHash specification</a>
 */
final class XxHash32 {
    private static final int PRIME_1 = 0x9E3779B1;
    private static final int PRIME_2 = 0x85EBCA77;
    private static final int PRIME_3 = 0xC2B2AE3D;
    private static final int PRIME_4 = 0x27D4EB2F;
    private static final int PRIME_5 = 0x165667B1;

    private static final int STRIPE = 16;

    private XxHash32() {}

    /** Of the {@code n} bytes at {@code address}. */
    static int of(long address, long n) {
        long at = address;
        long end = address + n;
        int hash;
        if (n >= STRIPE) {
            // Overflows, as the algorithm has it.
            int a = 0x24234428;
            int b = PRIME_2;
            int c = 0;
            int d = -PRIME_1;
            for (; at <= end - STRIPE; at += STRIPE) {
                a = round(a, MemoryUtil.getInt(at));
                b = round(b, MemoryUtil.getInt(at + 4));
                c = round(c, MemoryUtil.getInt(at + 8));
                d = round(d, MemoryUtil.getInt(at + 12));
            }
            hash = Integer.rotateLeft(a, 1)
                    + Integer.rotateLeft(b, 7)
                    + Integer.rotateLeft(c, 12)
                    + Integer.rotateLeft(d, 18);
        } else {
            hash = PRIME_5;
        }
        return finish(hash + (int) n, at, end);
    }

    private static int round(int lane, int four) {
        return Integer.rotateLeft(lane + four * PRIME_2, 13) * PRIME_1;
    }

    private static int finish(int begun, long from, long end) {
        int hash = begun;
        long at = from;
        for (; at <= end - Integer.BYTES; at += Integer.BYTES) {
            hash = Integer.rotateLeft(hash + MemoryUtil.getInt(at) * PRIME_3, 17) * PRIME_4;
        }
        for (; at < end; at++) {
            hash = Integer.rotateLeft(hash + (MemoryUtil.getByte(at) & 0xFF) * PRIME_5, 11) * PRIME_1;
        }
        hash = (hash ^ hash >>> 15) * PRIME_2;
        hash = (hash ^ hash >>> 13) * PRIME_3;
        return hash ^ hash >>> 16;
    }
}
