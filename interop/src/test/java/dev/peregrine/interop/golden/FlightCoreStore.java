package dev.peregrine.interop.golden;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A flight-core server that keeps in memory what is put to a path and gives it back, as the examples of its users do: the batches,
 * and the dictionaries as they were at the end. What it leaks is not ours to judge, so its memory is its own.
 */
public final class FlightCoreStore extends NoOpFlightProducer implements AutoCloseable {
    private record Flight(Schema schema, List<ArrowRecordBatch> batches, DictionaryProvider dictionaries) {}

    private final BufferAllocator allocator = new RootAllocator();
    private final Map<String, Flight> kept = new ConcurrentHashMap<>();
    private FlightServer server;

    private FlightCoreStore() {}

    public static FlightCoreStore start() throws Exception {
        FlightCoreStore store = new FlightCoreStore();
        store.server = FlightServer.builder(store.allocator, Location.forGrpcInsecure("127.0.0.1", 0), store)
                .build()
                .start();
        return store;
    }

    public int port() {
        return server.getPort();
    }

    private static String name(FlightDescriptor descriptor) {
        return String.join("/", descriptor.getPath());
    }

    private Flight find(String name) {
        Flight flight = kept.get(name);
        if (flight == null) {
            throw CallStatus.NOT_FOUND
                    .withDescription("nothing was put to " + name)
                    .toRuntimeException();
        }
        return flight;
    }

    @Override
    public Runnable acceptPut(CallContext context, FlightStream in, StreamListener<PutResult> acks) {
        return () -> {
            List<ArrowRecordBatch> batches = new ArrayList<>();
            VectorSchemaRoot root = in.getRoot();
            Schema schema = in.getSchema();
            while (in.next()) {
                batches.add(new VectorUnloader(root).getRecordBatch());
            }
            kept.put(name(in.getDescriptor()), new Flight(schema, batches, in.takeDictionaryOwnership()));
            acks.onCompleted();
        };
    }

    @Override
    public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
        String name = name(descriptor);
        // Without a schema: its own cannot be written if it has dictionaries.
        Schema none = new Schema(List.of());
        Ticket ticket = new Ticket(name.getBytes(StandardCharsets.UTF_8));
        find(name);
        return new FlightInfo(none, descriptor, List.of(new FlightEndpoint(ticket)), -1, -1);
    }

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener out) {
        Flight flight = find(new String(ticket.getBytes(), StandardCharsets.UTF_8));
        try (VectorSchemaRoot root = VectorSchemaRoot.create(flight.schema(), allocator)) {
            VectorLoader loader = new VectorLoader(root);
            out.start(root, flight.dictionaries());
            for (ArrowRecordBatch batch : flight.batches()) {
                loader.load(batch);
                out.putNext();
            }
            out.completed();
        } catch (RuntimeException e) {
            out.error(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdown();
        server.awaitTermination(5, TimeUnit.SECONDS);
    }
}
