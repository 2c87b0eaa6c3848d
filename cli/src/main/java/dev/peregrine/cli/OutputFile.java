package dev.peregrine.cli;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/**
 * One thread. Where the output goes: standard output, or a file that has its name only when it is complete. What was not
 * {@link #commit committed} is gone after {@link #close}, and also after Ctrl-C.
 */
final class OutputFile implements AutoCloseable {
    private final OutputStream out;
    private final @Nullable Path target;
    private final @Nullable Path part;
    private final Thread onExit = new Thread(this::discard, "peregrine-discard-output");

    private OutputFile(OutputStream out, @Nullable Path target, @Nullable Path part) {
        this.out = out;
        this.target = target;
        this.part = part;
        if (part != null) {
            Runtime.getRuntime().addShutdownHook(onExit);
        }
    }

    static OutputFile standard(OutputStream out) {
        return new OutputFile(out, null, null);
    }

    /** A device or a pipe is written to as it is; a file is replaced when the new one is there. */
    static OutputFile at(Path target) throws IOException {
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            return new OutputFile(new FileOutputStream(target.toFile()), target, null);
        }
        Path part = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        return new OutputFile(Files.isWritable(folder(target)) ? open(part) : refuse(target), target, part);
    }

    private static Path folder(Path target) {
        Path parent = target.toAbsolutePath().getParent();
        return parent == null ? target : parent;
    }

    private static OutputStream open(Path part) throws IOException {
        return new FileOutputStream(part.toFile());
    }

    private static OutputStream refuse(Path target) throws IOException {
        throw new IOException(target + " cannot be written: its folder does not exist or may not be written to");
    }

    OutputStream out() {
        return out;
    }

    /** The output is complete. */
    void commit() throws IOException {
        if (target != null) {
            out.close();
        }
        if (target != null && part != null) {
            Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() throws IOException {
        if (target != null) {
            out.close();
        }
        if (part != null) {
            discard();
            try {
                Runtime.getRuntime().removeShutdownHook(onExit);
            } catch (IllegalStateException alreadyExiting) {
                // It has been told to discard, too.
            }
        }
    }

    private void discard() {
        try {
            if (part != null) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + part, e);
        }
    }
}
