package dev.peregrine.cli.format;

import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Where batches go. Roots are lent for the time of a call. {@link #finish} writes what comes at the end; {@link #close} frees, and
 * leaves the stream underneath open. One thread.
 */
public interface BatchSink extends Closeable {
    /** How a table is to look. A width of 0 is no limit. */
    record TableLook(int width, boolean unicode) {}

    /** Before the first batch, and also when none will come. */
    void begin(VectorSchemaRoot root, DictionaryProvider dictionaries) throws IOException;

    /** The first {@code rows} rows of the root, which has the schema of the first one. */
    void write(VectorSchemaRoot root, DictionaryProvider dictionaries, int rows) throws IOException;

    /** The end of the output: nothing is written after it. */
    void finish() throws IOException;

    @Override
    void close();

    /** A sink that writes to this stream and does not close it. */
    static BatchSink to(OutputStream out, Format format, BufferAllocator allocator, TableLook look) {
        return switch (format) {
            case FILE -> new IpcSink(channel(out), true, allocator);
            case STREAM -> new IpcSink(channel(out), false, allocator);
            case CSV -> new CsvSink(out);
            case JSON -> new JsonSink(out);
            case TABLE -> new TableSink(out, look);
        };
    }

    /** The channel of a file itself: Java's adapter would carry every byte through the heap. */
    private static WritableByteChannel channel(OutputStream out) {
        return out instanceof FileOutputStream file ? file.getChannel() : Channels.newChannel(out);
    }
}
