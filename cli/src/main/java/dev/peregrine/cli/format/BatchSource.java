package dev.peregrine.cli.format;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** Where batches come from. The root is the source's own and is filled anew by each {@link #next}. One thread. */
public interface BatchSource extends Closeable {
    /** How CSV is read: rows a batch, and how many rows are looked at to find the types. */
    record CsvReading(int batchRows, int inferRows) {}

    /** The root that is filled; its schema stands from the start. */
    VectorSchemaRoot root() throws IOException;

    /** The dictionaries that go with the root. */
    DictionaryProvider dictionaries();

    /** Fills the root with the next batch, or says that there is none. */
    boolean next() throws IOException;

    /** How much of it has been read: between 0 and 1, or -1 if it has no known end. */
    double fraction();

    /** A source that reads this file. The format, if not given, is told from its first bytes and from its name. */
    static BatchSource ofFile(Path file, Optional<Format> format, CsvReading csv, BufferAllocator allocator)
            throws IOException {
        Optional<Format> known = format;
        if (known.isEmpty()) {
            try (InputStream in = Files.newInputStream(file)) {
                known = ofFirstBytes(in.readNBytes(8));
            }
        }
        if (known.isEmpty()) {
            known = Format.ofFileName(file.getFileName().toString());
        }
        Format form = readable(known, file.toString());
        if (form == Format.FILE) {
            SeekableByteChannel channel = Files.newByteChannel(file);
            return IpcSource.ofFile(channel, allocator);
        }
        InputStream in = Files.newInputStream(file);
        return form == Format.STREAM
                ? IpcSource.ofStream(in, Files.size(file), allocator)
                : CsvSource.open(in, Files.size(file), csv, allocator);
    }

    /** A source that reads a stream to its end, as from standard input. Takes the stream. */
    static BatchSource ofStream(InputStream stream, Optional<Format> format, CsvReading csv, BufferAllocator allocator)
            throws IOException {
        BufferedInputStream in = new BufferedInputStream(stream, 64 * 1024);
        Optional<Format> known = format;
        if (known.isEmpty()) {
            in.mark(8);
            known = ofFirstBytes(in.readNBytes(8));
            in.reset();
        }
        Format form = readable(known.or(() -> Optional.of(Format.CSV)), "standard input");
        if (form == Format.FILE) {
            throw new IOException("An Arrow file has its contents listed at its end, so it cannot be read from standard"
                    + " input; name the file, or pipe an Arrow stream.");
        }
        return form == Format.STREAM ? IpcSource.ofStream(in, -1, allocator) : CsvSource.open(in, -1, csv, allocator);
    }

    /** IPC says what it is: a file begins with ARROW1, a message with ffffffff. */
    private static Optional<Format> ofFirstBytes(byte[] first) {
        byte[] magic = "ARROW1".getBytes(StandardCharsets.US_ASCII);
        if (first.length >= 6 && Arrays.equals(first, 0, 6, magic, 0, 6)) {
            return Optional.of(Format.FILE);
        }
        byte[] message = {-1, -1, -1, -1};
        return first.length >= 4 && Arrays.equals(first, 0, 4, message, 0, 4)
                ? Optional.of(Format.STREAM)
                : Optional.empty();
    }

    private static Format readable(Optional<Format> format, String name) throws IOException {
        Format known = format.orElseThrow(() -> new IOException("What is in " + name
                + " cannot be told from its name or its first bytes; say --from file, stream or csv."));
        if (known == Format.JSON || known == Format.TABLE) {
            throw new IOException("Reading " + known.name().toLowerCase(Locale.ROOT) + " (" + name
                    + ") is not supported; Arrow files, Arrow streams and CSV are.");
        }
        return known;
    }
}
