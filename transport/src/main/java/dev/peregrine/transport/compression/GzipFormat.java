package dev.peregrine.transport.compression;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One thread. What is around the deflated bytes of gzip, which may be cut anywhere.
 *
 * <pre>
 * file   = 1*member
 * member = ID1 ID2 CM FLG MTIME XFL OS      ; 1F 8B 08, 1 byte, 4 bytes, 1 byte, 1 byte
 *          [XLEN extra]                     ; FLG bit 2: 2 bytes, little endian, and so many bytes
 *          [name 00]                        ; FLG bit 3
 *          [comment 00]                     ; FLG bit 4
 *          [CRC16]                          ; FLG bit 1: 2 bytes
 *          deflated CRC32 ISIZE             ; 4 bytes each, little endian, of what was deflated
 * </pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class GzipFormat {
    private static final int FIXED_LENGTH = 10;
    private static final int[] FIRST = {0x1f, 0x8b, 8};
    private static final int RESERVED_FLAGS = 0xe0;

    private enum Part {
        FIXED(0),
        EXTRA_LENGTH(1 << 2),
        EXTRA(1 << 2),
        NAME(1 << 3),
        COMMENT(1 << 4),
        HEADER_CRC(1 << 1),
        BODY(0),
        TRAILER(0);

        /** The flag without which this part is not there; 0 if it always is. */
        private final int flag;

        Part(int flag) {
            this.flag = flag;
        }
    }

    private final CRC32 crc = new CRC32();
    private Part part = Part.FIXED;

    /** Bytes of the part that have come. */
    private int got;

    private int flags;
    private int extraLength;
    private long bodyLength;
    private long trailer;
    private boolean complete;

    /** Whether the deflated bytes come next. */
    boolean inBody() {
        return part == Part.BODY;
    }

    /** Whether it may end here. */
    boolean isComplete() {
        return complete;
    }

    /** What the body said. */
    void bodyBytes(ByteBuffer inflated) {
        bodyLength += inflated.remaining();
        crc.update(inflated);
    }

    void bodyEnds() {
        begin(Part.TRAILER);
    }

    /** Reads up to the next body or the end of {@code in}. What is wrong with it; null if nothing is. */
    @Nullable
    String read(ByteBuf in) {
        while (in.isReadable() && part != Part.BODY) {
            String wrong = read(in.readUnsignedByte());
            if (wrong != null) {
                return wrong;
            }
        }
        return null;
    }

    private @Nullable String read(int b) {
        int at = got++;
        switch (part) {
            case FIXED -> {
                return fixed(at, b);
            }
            case EXTRA_LENGTH -> {
                extraLength |= b << 8 * at;
                if (got == 2) {
                    nextPart();
                }
            }
            case EXTRA -> {
                if (got == extraLength) {
                    nextPart();
                }
            }
            case NAME, COMMENT -> {
                if (b == 0) {
                    nextPart();
                }
            }
            case HEADER_CRC -> {
                if (got == 2) {
                    nextPart();
                }
            }
            case TRAILER -> {
                trailer |= (long) b << 8 * at;
                if (got == Long.BYTES) {
                    return memberEnds();
                }
            }
            case BODY -> throw new AssertionError("the body is read elsewhere");
        }
        return null;
    }

    private @Nullable String fixed(int at, int b) {
        if (at < FIRST.length && b != FIRST[at]) {
            return "its first bytes are others";
        }
        if (at == 0) {
            complete = false;
            extraLength = 0;
            bodyLength = 0;
            trailer = 0;
            crc.reset();
        } else if (at == FIRST.length) {
            flags = b;
            if ((b & RESERVED_FLAGS) != 0) {
                return "its header has flags that nobody knows";
            }
        } else if (at == FIXED_LENGTH - 1) {
            nextPart();
        }
        return null;
    }

    private void nextPart() {
        Part next = part;
        do {
            next = Part.values()[next.ordinal() + 1];
        } while ((next.flag & flags) != next.flag || (next == Part.EXTRA && extraLength == 0));
        begin(next);
    }

    private void begin(Part next) {
        part = next;
        got = 0;
    }

    private @Nullable String memberEnds() {
        if (trailer != ((bodyLength & 0xffff_ffffL) << 32 | crc.getValue())) {
            return "its checksum is wrong";
        }
        complete = true;
        begin(Part.FIXED);
        return null;
    }
}
