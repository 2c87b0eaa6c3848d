package dev.peregrine.server.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what was found in files, so that a large one is scanned once. Any thread.
 *
 * <p>An entry counts as long as the file's size, time and identity stay; every look-up asks the file system. Files that
 * cannot be read are remembered too, and logged once. Two threads may scan the same new file; both find the same.
 */
final class FlightCatalog {

    private static final Logger LOG = LoggerFactory.getLogger(FlightCatalog.class);

    /** Entries; the longest unused goes first. A schema takes a few KB. */
    private static final int CAPACITY = 10_000;

    private final Map<Path, Entry> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, FlightCatalog.Entry> eldest) {
            return size() > CAPACITY;
        }
    };

    /** What is in a file. Fails with {@link ArrowFormatException} if it is not as it should be. */
    FolderFlight read(Path path) throws IOException {
        Version version = Version.of(path);
        Entry known = known(path);
        if (known != null && known.version.equals(version)) {
            return known.flight();
        }
        Entry read;
        try {
            FolderFlight flight = FolderFlight.read(path, version.modified().toInstant());
            read = new Entry(version, flight, null);
        } catch (ArrowFormatException e) {
            LOG.warn("{} cannot be served: {}", path, e.getMessage());
            read = new Entry(version, null, e.getMessage());
        }
        remember(path, read);
        return read.flight();
    }

    private synchronized @Nullable Entry known(Path path) {
        return entries.get(path);
    }

    private synchronized void remember(Path path, Entry entry) {
        entries.put(path, entry);
    }

    /** One of the two is there. */
    private record Entry(
            Version version,
            @Nullable FolderFlight found,
            @Nullable String complaint) {

        FolderFlight flight() throws ArrowFormatException {
            if (found == null) {
                throw new ArrowFormatException(String.valueOf(complaint));
            }
            return found;
        }
    }

    private record Version(
            long size,
            java.nio.file.attribute.FileTime modified,
            @Nullable Object identity) {

        static Version of(Path path) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return new Version(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }
    }
}
