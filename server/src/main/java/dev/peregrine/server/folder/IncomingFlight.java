package dev.peregrine.server.folder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A flight that is being put: all of it appears at {@link #commit}, or nothing of it. One thread.
 *
 * <p>A flight of that name that exists is replaced, and served until then; gets that are reading it go on. Of several puts
 * of one name each is stored whole, and the last to commit stays.
 */
final class IncomingFlight implements Closeable {

    private final FolderPaths paths;
    private final FlightName name;
    private final FlightFileWriter writer;

    /** @param schema as it is to stand in the file: a field with a dictionary has the type of its values */
    IncomingFlight(FolderPaths paths, FlightName name, Schema schema) throws IOException {
        this.paths = paths;
        this.name = name;
        this.writer = new FlightFileWriter(paths.existingFolder(name), schema);
    }

    /** Appends a record batch or a dictionary batch. Lends: the caller keeps it, and may close it afterwards. */
    void write(ArrowMessage message) throws IOException {
        writer.write(message);
    }

    /** Brings the flight to the disk under its name. Returns what was stored, as JSON. */
    String commit() throws IOException {
        writer.finish();
        long bytes = writer.bytes();
        Ending ending = writer.format() == IpcFile.Format.FILE ? Ending.ARROW : Ending.ARROWS;
        synchronized (paths) {
            install(ending);
        }
        return new JsonObject()
                .put("records", writer.records())
                .put("batches", writer.batches())
                .put("bytes", bytes)
                .toString();
    }

    @Override
    public void close() {
        writer.close();
    }

    /** The old file stays the flight until the rename, or until it is deleted if its ending comes first. */
    private void install(Ending ending) throws IOException {
        Path target = paths.target(name, ending);
        Deque<Path> made = paths.makeFolders(name);
        boolean moved = false;
        try {
            writer.temp().moveTo(target);
            moved = true;
        } finally {
            if (!moved) {
                deleteEmpty(made);
            }
        }
        for (Path other : paths.all(name)) {
            if (!other.equals(target)) {
                Files.deleteIfExists(other);
            }
        }
    }

    private static void deleteEmpty(Deque<Path> folders) throws IOException {
        for (Path folder : folders) {
            Files.deleteIfExists(folder);
        }
    }
}
