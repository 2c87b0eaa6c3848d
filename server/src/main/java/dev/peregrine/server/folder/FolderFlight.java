package dev.peregrine.server.folder;

import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What is known of one file without reading its bodies. Any thread.
 *
 * @param schema as it stands in the file: a field with a dictionary has the type of its values
 * @param records in all record batches
 * @param batches record batches
 * @param bytes the size of the file: what a get moves, but for a few bytes a batch
 */
record FolderFlight(Schema schema, IpcFile.Format format, long records, long batches, long bytes, Instant modified) {

    /** Reads a file's metadata: its footer and the head of each batch, or all heads of a stream. */
    static FolderFlight read(Path path, Instant modified) throws IOException {
        try (FlightMessages messages = FlightMessages.open(path)) {
            long records = 0;
            long batches = 0;
            for (IpcMessage message; (message = messages.skip()) != null; ) {
                if (message.isRecordBatch()) {
                    records = Math.addExact(records, message.records());
                    batches++;
                }
            }
            IpcFile file = messages.file();
            return new FolderFlight(file.schema(), file.format(), records, batches, file.size(), modified);
        } catch (RuntimeException e) {
            throw new ArrowFormatException("its metadata is broken", e);
        }
    }

    /** One endpoint without a location: get it from this server. */
    FlightInfo info(FlightName name) {
        return new FlightInfo(
                schema,
                name.descriptor(),
                List.of(new FlightEndpoint(name.ticket())),
                records,
                bytes,
                true,
                new byte[0]);
    }

    /** What the stat action answers. */
    String json(FlightName name) {
        return new JsonObject()
                .put("name", name.toString())
                .put("records", records)
                .put("batches", batches)
                .put("bytes", bytes)
                .put("modified", modified.toString())
                .put("format", format.name().toLowerCase(Locale.ROOT))
                .toString();
    }
}
