package dev.peregrine.protocol.wire.compression;

import dev.peregrine.protocol.options.IpcWriteOptions;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * One thread at a time. Compresses the buffers of one batch after the other into memory of its own, which nobody writes to
 * afterwards.
 *
 * <pre>
 * buffer = ""                ; of no bytes
 *        / length *OCTET     ; 8 bytes, little endian: how long it is decompressed
 *        / -1 *OCTET         ; 8 bytes: what follows is not compressed, because it would not be smaller
 * </pre>
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#compression">Compression</a>
 */
public final class BodyCompressor implements AutoCloseable {
    private static final int PREFIX = Long.BYTES;
    private static final int NOT_COMPRESSED = -1;

    /** Where a buffer begins in the memory of all, so that the codec may write its length at once. */
    private static final int ALIGNMENT = 8;

    private final BufferAllocator allocator;
    private final byte code;
    private final BufferCodec codec;

    /** Of the compressed buffers where they begin in {@link #body}, and how long they are. */
    private long[] offsets = new long[16];

    private long[] lengths = new long[16];
    private int count;

    /** @param allocator lent; what is compressed comes from it */
    public BodyCompressor(IpcWriteOptions options, BufferAllocator allocator) {
        this.allocator = allocator;
        this.code = options.compression().code();
        try {
            this.codec = BodyCodecs.open(code, options.level());
        } catch (CorruptBody e) {
            throw new AssertionError("an option without a codec", e);
        }
    }

    /** The codec's number in Message.fbs. */
    public byte code() {
        return code;
    }

    /** Forgets the last batch. {@code buffers} are to come, of {@code bytes} bytes together. */
    public Body begin(int buffers, long bytes) {
        if (offsets.length < buffers) {
            offsets = new long[buffers];
            lengths = new long[buffers];
        }
        count = 0;
        // Each buffer's own bound is less than its share of this.
        return new Body(allocator.buffer(codec.bound(bytes) + buffers * (codec.bound(0) + PREFIX + ALIGNMENT)));
    }

    @Override
    public void close() {
        codec.close();
    }

    /** The compressed buffers of one batch. Owns their memory, until it is closed; slices may be kept alive beyond it. */
    public final class Body implements AutoCloseable {
        private ArrowBuf memory;
        private long end;

        private Body(ArrowBuf memory) {
            this.memory = memory;
        }

        /** Compresses the readable bytes of {@code buffer}, which is lent. */
        public void add(ArrowBuf buffer) {
            long n = buffer.readableBytes();
            if (n > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("a buffer of " + n
                        + " bytes; buffers of 2 GiB and more cannot be compressed, write smaller batches");
            }
            offsets[count] = end;
            lengths[count] = n == 0 ? 0 : PREFIX + compress(buffer, n);
            end = end + lengths[count] + ALIGNMENT - 1 & -ALIGNMENT;
            count++;
        }

        private long compress(ArrowBuf buffer, long n) {
            long at = end + PREFIX;
            long compressed = codec.compress(buffer, buffer.readerIndex(), n, memory, at);
            if (compressed < n) {
                memory.setLong(end, n);
                return compressed;
            }
            memory.setLong(end, NOT_COMPRESSED);
            memory.setBytes(at, buffer, buffer.readerIndex(), n);
            return n;
        }

        /** All were added: the memory that compression has saved is given back. */
        public void trim() {
            if (end <= memory.capacity() / 2) {
                ArrowBuf exact = allocator.buffer(Math.max(end, 1));
                exact.setBytes(0, memory, 0, end);
                memory.close();
                memory = exact;
            }
        }

        /** The buffer that was added as the {@code index}th; lent. */
        public ArrowBuf buffer(int index) {
            return memory.slice(offsets[index], lengths[index]);
        }

        /** How many there are. */
        public int count() {
            return count;
        }

        @Override
        public void close() {
            memory.close();
            Arrays.fill(lengths, 0, count, 0);
        }
    }
}
