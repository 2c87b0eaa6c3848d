package dev.peregrine.server.folder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that becomes visible in one step or not at all. One thread.
 *
 * <p>It is hidden, and locked while it is open: that tells a put under way from what a crashed process left behind.
 */
final class TempFile implements Closeable {

    private static final Logger LOG = LoggerFactory.getLogger(TempFile.class);
    private static final String PREFIX = ".peregrine-put-";
    private static final String ENDING = ".tmp";

    private final Path path;
    private final FileChannel channel;

    private TempFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Makes an empty one. */
    static TempFile in(Path folder) throws IOException {
        Path path = folder.resolve(PREFIX + UUID.randomUUID() + ENDING);
        FileChannel channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        lock(channel);
        return new TempFile(path, channel);
    }

    Path path() {
        return path;
    }

    FileChannel channel() {
        return channel;
    }

    /** Brings the contents to the disk; then the file may be moved. */
    void force() throws IOException {
        channel.force(true);
    }

    /** Gives the file its name, in place of any file that has it. Those who read the old one go on reading it. */
    void moveTo(Path target) throws IOException {
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        forceFolder(target.toAbsolutePath().getParent());
    }

    /** Closes the file, and deletes it unless it was moved. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("{} could not be closed", path, e);
        }
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("{} could not be deleted; the next start will try again", path, e);
        }
    }

    /** Deletes what crashed processes left behind in a folder and all folders below it. */
    static void sweep(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(PREFIX) && name.endsWith(ENDING) && attributes.isRegularFile()) {
                    deleteIfLeftBehind(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void deleteIfLeftBehind(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.delete(file);
                LOG.info("deleted {}, which an interrupted put had left behind", file);
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is being written by this process", file, e);
        } catch (IOException e) {
            LOG.warn("{} was left behind by an interrupted put and could not be deleted", file, e);
        }
    }

    private static void lock(FileChannel channel) {
        try {
            channel.tryLock();
        } catch (IOException e) {
            LOG.debug("this file system has no locks; another server's start may delete puts under way", e);
        }
    }

    /** Brings a new name to the disk. Not every system lets a folder be opened; there the name lasts when it lasts. */
    private static void forceFolder(@Nullable Path folder) {
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.debug("{} could not be brought to the disk", folder, e);
        }
    }
}
