package dev.peregrine.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder that is gone with all that is in it when it is closed, and also when the process is told to end. */
public final class TemporaryFolder implements AutoCloseable {
    private final Path path;
    private final Thread onExit = new Thread(this::delete, "peregrine-demo-delete");

    private TemporaryFolder(Path path) {
        this.path = path;
        Runtime.getRuntime().addShutdownHook(onExit);
    }

    /** A fresh folder, where there is room for that many bytes. */
    public static TemporaryFolder withRoomFor(long bytes) throws IOException {
        Path path = Files.createTempDirectory("peregrine-demo-");
        TemporaryFolder folder = new TemporaryFolder(path);
        long free = Files.getFileStore(path).getUsableSpace();
        if (free < bytes) {
            folder.close();
            throw new IOException((bytes >> 20) + " MiB are needed in " + path.getParent() + ", where " + (free >> 20)
                    + " MiB are free; choose another folder with -Djava.io.tmpdir, or move less.");
        }
        return folder;
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(onExit);
        } catch (IllegalStateException alreadyExiting) {
            // Then it runs, and finds nothing.
        }
    }

    private synchronized void delete() {
        if (!Files.exists(path)) {
            return;
        }
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }
}
