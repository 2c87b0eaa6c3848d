package dev.peregrine.conformance.flight;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Keeps what is put under a path, and gives it back: the server of the default mode. Acknowledges each batch with
 * its own metadata; batch n comes back with n in digits.
 */
final class StoredFlights implements FlightService {
    /** One put, as an IPC stream. */
    private record Stored(Schema schema, byte[] stream, long rows) {}

    private final Map<String, Stored> byPath = new ConcurrentHashMap<>();
    private volatile int port;

    /** Where endpoints say that the data are. */
    void port(int port) {
        this.port = port;
    }

    /** The batch's metadata on its way out of the server. */
    static byte[] number(int batch) {
        return Integer.toString(batch).getBytes(UTF_8);
    }

    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        String path = path(in.descriptor());
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        long rows = 0;
        try (ArrowStreamWriter writer = new ArrowStreamWriter(in.root(), in.dictionaries(), stream)) {
            writer.start();
            while (in.next()) {
                if (in.hasData()) {
                    writer.writeBatch();
                    rows += in.root().getRowCount();
                }
                if (in.metadata().length > 0) {
                    acks.write(in.metadata());
                }
            }
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byPath.put(path, new Stored(in.messageSchema(), stream.toByteArray(), rows));
    }

    @Override
    public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        String path = path(descriptor);
        Stored stored = stored(path);
        FlightEndpoint here = new FlightEndpoint(Ticket.of(path), Location.tcp("127.0.0.1", port));
        return FlightInfo.of(stored.schema, descriptor, here).withTotals(stored.rows, -1);
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        Stored stored = stored(new String(ticket.ticket(), UTF_8));
        try (BufferAllocator memory = call.allocator().newChildAllocator("stored", 0, Long.MAX_VALUE);
                ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stored.stream), memory)) {
            out.begin(reader.getVectorSchemaRoot().getSchema(), reader);
            for (int batch = 0; reader.loadNextBatch(); batch++) {
                out.write(reader.getVectorSchemaRoot(), number(batch));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stored stored(String path) {
        Stored stored = byPath.get(path);
        if (stored == null) {
            throw FlightNotFoundException.of("nothing was put under " + path);
        }
        return stored;
    }

    private static String path(@Nullable FlightDescriptor descriptor) {
        if (descriptor == null || descriptor.path().isEmpty()) {
            throw FlightInvalidArgumentException.of("the descriptor is no path, but " + descriptor);
        }
        return descriptor.path().get(0);
    }
}
