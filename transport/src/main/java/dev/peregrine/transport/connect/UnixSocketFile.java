package dev.peregrine.transport.connect;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. The file of a Unix socket that a server listens on. The kernel leaves it behind when a server dies, and
 * then refuses to bind there again.
 */
final class UnixSocketFile {
    private final Path path;

    /** Which file is ours, by the kernel's number for it. */
    private volatile @Nullable Object key;

    private UnixSocketFile(Path path) {
        this.path = path;
    }

    /**
     * Makes room at {@code path}: removes a socket that nobody listens on.
     *
     * @throws IOException if a server listens there, or the file is no socket
     */
    static UnixSocketFile claim(String path) throws IOException {
        UnixSocketFile file = new UnixSocketFile(Path.of(path));
        BasicFileAttributes found = file.attributes();
        if (found == null) {
            return file;
        }
        if (!found.isOther()) {
            throw new IOException("Cannot listen on unix:" + path + ": a file that is no socket is there");
        }
        if (file.answers()) {
            throw new IOException("Cannot listen on unix:" + path + ": another server listens there");
        }
        Files.deleteIfExists(file.path);
        return file;
    }

    /** The server socket is bound: the file that is there now is ours. */
    void bound() {
        BasicFileAttributes now = attributes();
        key = now == null ? null : now.fileKey();
    }

    /** Removes the file, unless a later server has put its own there. */
    static void remove(UnixSocketFile file) {
        BasicFileAttributes now = file.attributes();
        if (now != null && file.key != null && file.key.equals(now.fileKey())) {
            try {
                Files.deleteIfExists(file.path);
            } catch (IOException e) {
                // It stays, and the next server that claims it removes it.
            }
        }
    }

    private @Nullable BasicFileAttributes attributes() {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return null;
        }
    }

    private boolean answers() {
        try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
