package dev.peregrine.protocol.wire.compression;

import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;

/**
 * One thread at a time. A block of LZ4, from memory to memory by address: nothing here checks an address but against the
 * ends that it is given.
 *
 * <pre>
 * block    = *sequence last
 * sequence = token [length] literals offset [length]  ; a match of 4 bytes or more follows the literals
 * last     = token [length] literals                  ; at least 5 literals, unless the block is shorter
 * token    = OCTET                                    ; high half: literals, low half: match length - 4; 15: more follows
 * length   = *%xFF %x00-FE                            ; added up
 * offset   = 2OCTET                                   ; little endian, how far back the match begins; never 0
 * </pre>
 *
 * @see <a href="https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md">LZ4 block format</a>
 */
final class Lz4Block {
    private static final int MIN_MATCH = 4;
    private static final int MAX_OFFSET = 0xFFFF;

    /** The last five bytes are literals, and the last match begins at least twelve bytes before the end. */
    private static final int LAST_LITERALS = 5;

    private static final int LAST_MATCH = 12;

    private static final int MOST_HASH_BITS = 14;
    private static final int LEAST_HASH_BITS = 8;

    /** After so many misses, as a power of two, the search takes larger steps: what does not compress is passed over. */
    private static final int PATIENCE = 6;

    /** For each hash of four bytes where in the block such bytes were seen last. */
    private final int[] seen = new int[1 << MOST_HASH_BITS];

    /** How many bytes {@code n} bytes are at most when compressed. */
    static long bound(long n) {
        return n + n / 255 + 16;
    }

    /**
     * Compresses {@code n} bytes at {@code from} to {@code to}, where there is room for {@link #bound} bytes.
     *
     * @return the end of what was written
     */
    long compress(long from, int n, long to) {
        long end = from + n;
        long out = to;
        long anchor = from;
        if (n > LAST_MATCH) {
            int hashBits = Math.max(LEAST_HASH_BITS, Math.min(MOST_HASH_BITS, 32 - Integer.numberOfLeadingZeros(n)));
            Arrays.fill(seen, 0, 1 << hashBits, 0);
            long lastMatch = end - LAST_MATCH;
            long in = from + 1;
            while (in <= lastMatch) {
                long match = search(from, in, lastMatch, hashBits);
                if (match == 0) {
                    break;
                }
                in = from + (match >>> Integer.SIZE);
                long source = from + (int) match;
                while (in > anchor && source > from && MemoryUtil.getByte(in - 1) == MemoryUtil.getByte(source - 1)) {
                    in--;
                    source--;
                }
                int length = common(in + MIN_MATCH, source + MIN_MATCH, end - LAST_LITERALS);
                out = writeSequence(anchor, in - anchor, (int) (in - source), length, out);
                in += MIN_MATCH + length;
                anchor = in;
                if (in <= lastMatch) {
                    seen[hash(MemoryUtil.getInt(in - 2), hashBits)] = (int) (in - 2 - from);
                }
            }
        }
        return writeLiterals(anchor, end - anchor, 0, out);
    }

    /** Looks for four bytes that came before: where they are now, and in the low half where they were; 0 for none. */
    private long search(long from, long begin, long lastMatch, int hashBits) {
        int misses = 1 << PATIENCE;
        long in = begin;
        while (in <= lastMatch) {
            int four = MemoryUtil.getInt(in);
            int hash = hash(four, hashBits);
            long candidate = from + seen[hash];
            seen[hash] = (int) (in - from);
            if (in - candidate <= MAX_OFFSET && MemoryUtil.getInt(candidate) == four) {
                return in - from << Integer.SIZE | candidate - from;
            }
            in += misses++ >>> PATIENCE;
        }
        return 0;
    }

    private static int hash(int four, int bits) {
        return four * 0x9E3779B1 >>> Integer.SIZE - bits;
    }

    /** How many bytes are the same at {@code a} and before it at {@code b}, {@code a} ending at {@code end}. */
    private static int common(long a, long b, long end) {
        long at = a;
        long back = a - b;
        while (at <= end - Long.BYTES) {
            long difference = MemoryUtil.getLong(at) ^ MemoryUtil.getLong(at - back);
            if (difference != 0) {
                return (int) (at - a) + (Long.numberOfTrailingZeros(difference) >>> 3);
            }
            at += Long.BYTES;
        }
        while (at < end && MemoryUtil.getByte(at) == MemoryUtil.getByte(at - back)) {
            at++;
        }
        return (int) (at - a);
    }

    private static long writeSequence(long literals, long count, int offset, int matchLength, long to) {
        long out = writeLiterals(literals, count, Math.min(matchLength, 15), to);
        MemoryUtil.putByte(out, (byte) offset);
        MemoryUtil.putByte(out + 1, (byte) (offset >>> 8));
        return matchLength >= 15 ? writeLength(matchLength - 15, out + 2) : out + 2;
    }

    private static long writeLiterals(long literals, long count, int tokenLow, long to) {
        MemoryUtil.putByte(to, (byte) (Math.min(count, 15) << 4 | tokenLow));
        long out = count >= 15 ? writeLength(count - 15, to + 1) : to + 1;
        MemoryUtil.copyMemory(literals, out, count);
        return out + count;
    }

    private static long writeLength(long length, long to) {
        long out = to;
        long rest = length;
        while (rest >= 255) {
            MemoryUtil.putByte(out++, (byte) 255);
            rest -= 255;
        }
        MemoryUtil.putByte(out++, (byte) rest);
        return out;
    }

    /**
     * Decompresses the block from {@code from} to {@code fromEnd}. Reads and writes nothing outside of what it is given,
     * whatever is in the block.
     *
     * @param window where what came before {@code to} begins, and matches may reach back to
     * @param toEnd where there is no room any more
     * @return the end of what was written
     */
    static long decompress(long from, long fromEnd, long window, long to, long toEnd) throws CorruptBody {
        long in = from;
        long out = to;
        while (in < fromEnd) {
            int token = MemoryUtil.getByte(in++) & 0xFF;
            long literals = (token & 0xF0L) >>> 4;
            if (literals == 15) {
                int more;
                do {
                    if (in >= fromEnd) {
                        throw new CorruptBody("a length ends with the LZ4 block");
                    }
                    more = MemoryUtil.getByte(in++) & 0xFF;
                    literals += more;
                } while (more == 255);
            }
            if (literals > fromEnd - in || literals > toEnd - out) {
                throw new CorruptBody("literals of an LZ4 block reach beyond its end or that of its data");
            }
            copy(in, out, literals, fromEnd, toEnd);
            in += literals;
            out += literals;
            if (in == fromEnd) {
                return out;
            }
            if (fromEnd - in < 2) {
                throw new CorruptBody("an LZ4 block ends within an offset");
            }
            int offset = MemoryUtil.getByte(in) & 0xFF | (MemoryUtil.getByte(in + 1) & 0xFF) << 8;
            in += 2;
            if (offset == 0 || offset > out - window) {
                throw new CorruptBody("a match of an LZ4 block begins before its data");
            }
            long length = token & 15L;
            if (length == 15) {
                int more;
                do {
                    if (in >= fromEnd) {
                        throw new CorruptBody("a length ends with the LZ4 block");
                    }
                    more = MemoryUtil.getByte(in++) & 0xFF;
                    length += more;
                } while (more == 255);
            }
            length += MIN_MATCH;
            if (length > toEnd - out) {
                throw new CorruptBody("a match of an LZ4 block reaches beyond the end of its data");
            }
            repeat(out, offset, length, toEnd);
            out += length;
        }
        throw new CorruptBody("an LZ4 block ends after a match");
    }

    /** Copies literals; up to eight bytes at a time where there is room for too many. */
    private static void copy(long from, long to, long n, long fromEnd, long toEnd) {
        if (n > 64 || fromEnd - from < n + Long.BYTES || toEnd - to < n + Long.BYTES) {
            MemoryUtil.copyMemory(from, to, n);
            return;
        }
        for (long i = 0; i < n; i += Long.BYTES) {
            MemoryUtil.putLong(to + i, MemoryUtil.getLong(from + i));
        }
    }

    /** Writes {@code n} bytes that are each the one {@code offset} before it. */
    private static void repeat(long to, int offset, long n, long toEnd) {
        if (offset >= Long.BYTES && toEnd - to >= n + Long.BYTES) {
            for (long i = 0; i < n; i += Long.BYTES) {
                MemoryUtil.putLong(to + i, MemoryUtil.getLong(to + i - offset));
            }
            return;
        }
        if (offset == 1) {
            MemoryUtil.setMemory(to, n, MemoryUtil.getByte(to - 1));
            return;
        }
        for (long i = 0; i < n; i++) {
            MemoryUtil.putByte(to + i, MemoryUtil.getByte(to + i - offset));
        }
    }
}
