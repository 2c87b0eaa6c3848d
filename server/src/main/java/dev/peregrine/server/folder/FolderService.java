package dev.peregrine.server.folder;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Service threads, many at a time. Serves a folder: each Arrow IPC file or stream in it and in the folders below
 * ({@code *.arrow}, {@code *.feather}, {@code *.arrows}) is a flight.
 *
 * <ul>
 *   <li>A flight's path descriptor is the file's path within the folder without the ending; its ticket is the same,
 *       joined by '/'. Its total bytes are the size of the file.
 *   <li>Batches pass as they are, from the file and into it: nothing is loaded into vectors, compressed bodies stay
 *       compressed. A get holds one batch in memory besides what waits for the socket.
 *   <li>DoPut stores a flight in one step, replacing one of that name: see {@link IncomingFlight}. Each message with
 *       app_metadata is acknowledged with that same app_metadata; the last acknowledgement, sent when the flight is on the
 *       disk under its name, is JSON: {@code {"records":1000,"batches":2,"bytes":16384}}.
 *   <li>DoExchange echoes everything, whatever the descriptor.
 *   <li>Criteria: see {@link NamePattern}. Actions: {@code delete}, {@code stat}, {@code healthcheck}.
 * </ul>
 *
 * <p>Files that cannot be read are left out of the listing and logged; asking for one says what is wrong with it. Clients
 * cannot reach anything outside the folder.
 */
public final class FolderService implements FlightService {

    private static final byte[] NO_BYTES = {};

    private final FolderPaths paths;
    private final FlightCatalog catalog = new FlightCatalog();
    private final FolderActions actions;

    private FolderService(FolderPaths paths) {
        this.paths = paths;
        this.actions = new FolderActions(paths, catalog);
    }

    /**
     * Serves a folder, after deleting what interrupted puts of an earlier process may have left behind in it.
     *
     * @throws IOException the folder does not exist or cannot be read
     */
    public static FolderService open(Path folder) throws IOException {
        FolderPaths paths = new FolderPaths(folder);
        TempFile.sweep(paths.root());
        return new FolderService(paths);
    }

    @Override
    public Iterable<FlightInfo> listFlights(ServerCall call, Criteria criteria) {
        Predicate<FlightName> wanted = NamePattern.of(criteria);
        Map<FlightName, Path> found;
        try {
            found = paths.list();
        } catch (IOException e) {
            throw FlightFailure.listing(e);
        }
        return () -> found.entrySet().stream()
                .filter(flight -> wanted.test(flight.getKey()))
                .map(flight -> infoOrNull(flight.getKey(), flight.getValue()))
                .filter(Objects::nonNull)
                .iterator();
    }

    @Override
    public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        FlightName name = FlightName.of(descriptor);
        try {
            return catalog.read(file(name)).info(name);
        } catch (IOException e) {
            throw FlightFailure.reading(name, e);
        }
    }

    @Override
    public PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        return new PollInfo(getFlightInfo(call, descriptor), null, OptionalDouble.of(1.0), null);
    }

    /** Reads no more than the schema, where getFlightInfo counts records. */
    @Override
    public Schema getSchema(ServerCall call, FlightDescriptor descriptor) {
        FlightName name = FlightName.of(descriptor);
        try (IpcFile file = IpcFile.open(file(name))) {
            return file.schema();
        } catch (IOException e) {
            throw FlightFailure.reading(name, e);
        }
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        FlightName name = FlightName.of(ticket);
        try (FlightMessages messages = FlightMessages.open(file(name))) {
            out.begin(messages.schema());
            for (ArrowMessage message; (message = messages.next(call.allocator())) != null; ) {
                write(message, NO_BYTES, out);
            }
        } catch (IOException e) {
            throw FlightFailure.reading(name, e);
        } catch (OutOfMemoryException e) {
            throw FlightFailure.memory(name, e);
        }
    }

    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        FlightName name = FlightName.of(descriptor(in));
        String stored;
        try (IncomingFlight incoming = new IncomingFlight(paths, name, in.messageSchema())) {
            acknowledge(in.schemaMetadata(), acks);
            while (in.nextMessage()) {
                ArrowMessage message = in.message();
                if (message != null) {
                    incoming.write(message);
                }
                acknowledge(in.metadata(), acks);
            }
            if (call.isCancelled()) {
                throw FlightCancelledException.of("the put of flight " + name + " was cancelled; nothing was stored");
            }
            stored = incoming.commit();
        } catch (IOException e) {
            throw FlightFailure.writing(name, e);
        }
        acks.write(stored.getBytes(StandardCharsets.UTF_8));
    }

    /** Passes on the schema as soon as it comes: a client may wait for it before it sends its first batch. */
    @Override
    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        boolean begun = false;
        while (in.nextMessage()) {
            if (!begun && in.hasSchema()) {
                out.begin(in.messageSchema(), in.metadata());
                begun = true;
            } else {
                write(in.message(), in.metadata(), out);
            }
        }
    }

    @Override
    public Iterable<Result> doAction(ServerCall call, Action action) {
        return actions.run(action);
    }

    @Override
    public Iterable<ActionType> listActions(ServerCall call) {
        return actions.types();
    }

    private Path file(FlightName name) throws IOException {
        Path file = paths.find(name);
        if (file == null) {
            throw FlightFailure.notFound(name);
        }
        return file;
    }

    /** Null if the file is unreadable, which the catalogue has logged, or gone. */
    private @Nullable FlightInfo infoOrNull(FlightName name, Path file) {
        try {
            return catalog.read(file).info(name);
        } catch (IOException e) {
            return null;
        }
    }

    private static FlightDescriptor descriptor(FlightStreamReader in) {
        FlightDescriptor descriptor = in.descriptor();
        if (descriptor == null) {
            throw FlightInvalidArgumentException.of(
                    "the put has no descriptor; send one with the schema, such as path(\"trades\")");
        }
        return descriptor;
    }

    private static void acknowledge(byte[] metadata, PutResults acks) {
        if (metadata.length > 0) {
            acks.write(metadata);
        }
    }

    private static void write(@Nullable ArrowMessage message, byte[] metadata, FlightStreamWriter out) {
        if (message instanceof ArrowRecordBatch batch) {
            out.write(batch, metadata);
        } else if (message instanceof ArrowDictionaryBatch dictionary) {
            out.write(dictionary, metadata);
        } else if (metadata.length > 0) {
            out.writeMetadata(metadata);
        }
    }
}
