package dev.peregrine.protocol.wire.compression;

import org.apache.arrow.memory.ArrowBuf;

/** One thread at a time. Compresses the buffers of a body, each on its own, without the length before it. */
interface BufferCodec extends AutoCloseable {
    /** How many bytes {@code n} bytes are at most when compressed. */
    long bound(long n);

    /**
     * Compresses {@code n} bytes.
     *
     * @param from lent
     * @param to lent; has room for {@link #bound} bytes at {@code toIndex}
     * @return how many bytes were written
     */
    long compress(ArrowBuf from, long fromIndex, long n, ArrowBuf to, long toIndex);

    /**
     * How many bytes {@code n} compressed bytes are at most, whatever is in them; who claims more need not be given
     * memory first.
     */
    long mostDecompressed(long n);

    /**
     * Decompresses {@code n} bytes, which must become {@code length} bytes.
     *
     * @param from lent
     * @param to lent; has room for {@code length} bytes at its beginning
     */
    void decompress(ArrowBuf from, long fromIndex, long n, ArrowBuf to, long length) throws CorruptBody;

    @Override
    void close();
}
