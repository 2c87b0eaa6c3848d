package dev.peregrine.protocol.wire.compression;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. Decompresses the buffers of one batch after the other.
 *
 * <p>The lengths before the buffers are the peer's claims. All of a batch are looked at before memory is allocated for any:
 * whether together they stay within the limit, and whether so few compressed bytes can become so many at all.
 *
 * @see BodyCompressor
 */
public final class BodyDecompressor implements AutoCloseable {
    private static final int PREFIX = Long.BYTES;
    private static final int NOT_COMPRESSED = -1;

    /** Buffers up to so many bytes share an allocation. */
    private static final int SMALL = 16 << 10;

    /** Where slices of a shared allocation begin: at multiples of so many bytes, as Arrow recommends. */
    private static final int ALIGNMENT = 64;

    private final BufferAllocator allocator;
    private final long limit;

    private @Nullable BufferCodec codec;
    private byte code;

    /**
     * @param allocator lent; the buffers come from it
     * @param limit of the buffers of a batch together, decompressed, bytes
     */
    public BodyDecompressor(BufferAllocator allocator, long limit) {
        this.allocator = allocator;
        this.limit = limit;
    }

    /** The body is sound perhaps, but larger than this end takes. */
    public static final class TooLarge extends Exception {
        private static final long serialVersionUID = 1L;

        TooLarge(String message) {
            super(message);
        }
    }

    /**
     * Decompresses the buffers of a batch.
     *
     * @param code the codec's number in Message.fbs
     * @param buffers lent
     * @return the decompressed buffers, which are the caller's, each with a reference of its own
     * @throws CorruptBody they are no compressed buffers
     * @throws TooLarge they are beyond the limit; nothing was allocated
     * @throws MissingCodec the codec needs a library that is not there
     * @throws OutOfMemoryException the allocator has no room
     */
    public List<ArrowBuf> decompress(byte code, List<ArrowBuf> buffers) throws CorruptBody, TooLarge {
        BufferCodec by = codec(code);
        long[] claimed = claims(by, buffers);
        List<ArrowBuf> all = new ArrayList<>(buffers.size());
        ArrowBuf shared = null;
        boolean done = false;
        try {
            long sharedBytes = 0;
            for (long n : claimed) {
                sharedBytes += n <= SMALL ? shareOf(n) : 0;
            }
            shared = sharedBytes == 0 ? null : allocator.buffer(sharedBytes);
            long sharedUsed = 0;
            for (int i = 0; i < claimed.length; i++) {
                long n = claimed[i];
                if (n == 0) {
                    all.add(allocator.getEmpty());
                    continue;
                }
                if (n <= SMALL && shared != null) {
                    ArrowBuf slice = shared.slice(sharedUsed, n);
                    slice.getReferenceManager().retain();
                    all.add(slice);
                    sharedUsed += shareOf(n);
                } else {
                    all.add(allocator.buffer(n));
                }
                decompress(by, buffers.get(i), all.get(i), n);
            }
            done = true;
            return all;
        } finally {
            if (shared != null) {
                shared.close();
            }
            if (!done) {
                all.forEach(ArrowBuf::close);
            }
        }
    }

    private static long shareOf(long n) {
        return n + ALIGNMENT - 1 & -ALIGNMENT;
    }

    private static void decompress(BufferCodec by, ArrowBuf from, ArrowBuf to, long n) throws CorruptBody {
        long at = from.readerIndex() + PREFIX;
        if (from.getLong(from.readerIndex()) == NOT_COMPRESSED) {
            to.setBytes(0, from, at, n);
        } else {
            by.decompress(from, at, from.readableBytes() - PREFIX, to, n);
        }
        to.writerIndex(n);
    }

    /** How long each buffer says that it is, once all of that can be true. */
    private long[] claims(BufferCodec by, List<ArrowBuf> buffers) throws CorruptBody, TooLarge {
        long[] claimed = new long[buffers.size()];
        long sum = 0;
        for (int i = 0; i < claimed.length; i++) {
            claimed[i] = claim(by, i, buffers.get(i));
            sum += claimed[i];
            if (sum > limit) {
                throw new TooLarge("its body is decompressed larger than " + limit + " bytes");
            }
        }
        return claimed;
    }

    private static long claim(BufferCodec by, int index, ArrowBuf buffer) throws CorruptBody {
        long n = buffer.readableBytes() - PREFIX;
        if (n == -PREFIX) {
            return 0;
        }
        if (n < 0) {
            throw new CorruptBody("buffer " + index + " is compressed, but too short to say how long it is");
        }
        long length = buffer.getLong(buffer.readerIndex());
        if (length == NOT_COMPRESSED) {
            return n;
        }
        if (length < 0 || length > by.mostDecompressed(n)) {
            throw new CorruptBody("buffer " + index + " claims to become " + length + " bytes, which its " + n
                    + " compressed bytes cannot");
        }
        return length;
    }

    private BufferCodec codec(byte asked) throws CorruptBody {
        if (codec == null || code != asked) {
            close();
            codec = BodyCodecs.open(asked, 0);
            code = asked;
        }
        return codec;
    }

    @Override
    public void close() {
        if (codec != null) {
            codec.close();
            codec = null;
        }
    }
}
