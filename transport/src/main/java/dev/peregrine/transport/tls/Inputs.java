package dev.peregrine.transport.tls;

import dev.peregrine.transport.Tls.InFile;
import dev.peregrine.transport.Tls.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** One thread at a time. What was read of files to make a TLS context, so that a change can be seen. */
final class Inputs {
    private record Read(InFile file, byte[] bytes) {}

    private final List<Read> read = new ArrayList<>();

    /** The bytes as they are now; UncheckedIOException if they cannot be read. */
    byte[] read(Source source) {
        byte[] bytes = now(source);
        if (source instanceof InFile file) {
            read.add(new Read(file, bytes));
        }
        return bytes;
    }

    /** Whether a file holds something else than what was read of it. */
    boolean haveChanged() {
        for (Read before : read) {
            if (!Arrays.equals(before.bytes, now(before.file))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] now(Source source) {
        try {
            return source.read();
        } catch (NoSuchFileException e) {
            throw new UncheckedIOException("cannot read " + e.getFile() + ": there is no such file", e);
        } catch (IOException e) {
            String where = source instanceof InFile file ? file.path().toString() : "what was given";
            String why = Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
            throw new UncheckedIOException("cannot read " + where + ": " + why, e);
        }
    }
}
