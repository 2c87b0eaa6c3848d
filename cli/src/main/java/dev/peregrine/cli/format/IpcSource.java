package dev.peregrine.cli.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.InvalidArrowFileException;

/** Batches of an Arrow file or stream, compressed ones included. Takes what it reads from. */
final class IpcSource implements BatchSource {
    private final ArrowReader reader;
    private final VectorSchemaRoot root;
    private final long totalBytes;

    private IpcSource(ArrowReader reader, long totalBytes) throws IOException {
        this.reader = reader;
        this.totalBytes = totalBytes;
        try {
            this.root = reader.getVectorSchemaRoot();
        } catch (IOException | RuntimeException e) {
            closeAfter(e);
            throw readable(e);
        }
    }

    static BatchSource ofFile(SeekableByteChannel file, BufferAllocator allocator) throws IOException {
        return new IpcSource(new ArrowFileReader(file, allocator, CommonsCompressionFactory.INSTANCE), file.size());
    }

    static BatchSource ofStream(InputStream in, long totalBytes, BufferAllocator allocator) throws IOException {
        return new IpcSource(new ArrowStreamReader(in, allocator, CommonsCompressionFactory.INSTANCE), totalBytes);
    }

    /** Arrow's readers answer damaged input with whatever exception their parsing ran into. */
    private static IOException readable(Exception e) {
        if (e instanceof IOException io && !(e instanceof InvalidArrowFileException)) {
            return io;
        }
        return new IOException("The Arrow data cannot be read: " + e.getMessage() + ".", e);
    }

    private void closeAfter(Exception e) {
        try {
            reader.close();
        } catch (IOException | RuntimeException suppressed) {
            e.addSuppressed(suppressed);
        }
    }

    @Override
    public VectorSchemaRoot root() {
        return root;
    }

    @Override
    public DictionaryProvider dictionaries() {
        return reader;
    }

    @Override
    public boolean next() throws IOException {
        try {
            return reader.loadNextBatch();
        } catch (RuntimeException e) {
            throw readable(e);
        }
    }

    @Override
    public double fraction() {
        return totalBytes <= 0 ? -1 : (double) reader.bytesRead() / totalBytes;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
