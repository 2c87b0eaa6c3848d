package dev.peregrine.bench.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.bench.data.Batch;
import dev.peregrine.bench.data.Columns;
import dev.peregrine.bench.data.KeptBatches;
import dev.peregrine.bench.data.Order;
import dev.peregrine.bench.data.SameValues;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Peregrine's server with every setting at its default; on wish, its small calls declared non-blocking. */
final class PeregrineLabServer implements FlightService {
    private final BufferAllocator allocator = new RootAllocator();
    private final KeptBatches prebuilt = new KeptBatches(allocator);
    private final boolean nonBlocking;
    private final boolean verify;

    private PeregrineLabServer(boolean nonBlocking, boolean verify) {
        this.nonBlocking = nonBlocking;
        this.verify = verify;
    }

    static int start(
            String location, @Nullable Path certificate, @Nullable Path key, boolean nonBlocking, boolean verify) {
        PeregrineLabServer service = new PeregrineLabServer(nonBlocking, verify);
        FlightServerBuilder builder = FlightServer.builder(location, service).allocator(service.allocator);
        if (certificate != null && key != null) {
            builder.tls(certificate, key);
        }
        FlightServer server = builder.start();
        return location.startsWith("grpc+unix:") ? 0 : server.port();
    }

    static void begin(FlightStreamWriter writer, Batch batch) {
        if (batch.hasDictionaries()) {
            writer.begin(batch.root().getSchema(), batch.dictionaries());
        } else {
            writer.begin(batch.root().getSchema());
        }
    }

    @Override
    public Set<String> nonBlockingMethods() {
        return nonBlocking ? Set.of("DoAction", "GetFlightInfo") : Set.of();
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        Order order = Order.of(ticket.ticket());
        Batch batch = prebuilt.borrow(order.rows(), order.columns());
        try {
            out.use(order.compression().options());
            begin(out, batch);
            for (long i = 0; i < order.batches(); i++) {
                out.write(batch.root());
            }
        } finally {
            prebuilt.giveBack(batch);
        }
    }

    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        FlightDescriptor descriptor = in.descriptor();
        List<String> path = descriptor == null ? List.of() : descriptor.path();
        boolean each = !path.isEmpty() && path.get(0).equals("ingest");
        long rows = 0;
        VectorSchemaRoot root = in.root();
        @Nullable SameValues same = null;
        try {
            while (in.next()) {
                rows += root.getRowCount();
                if (each) {
                    acks.write(Long.toString(rows).getBytes(US_ASCII));
                }
                if (verify) {
                    same = same == null ? new SameValues(allocator, root.getRowCount(), Columns.of(path)) : same;
                    same.check(root, in.dictionaries());
                }
            }
        } finally {
            if (same != null) {
                same.close();
            }
        }
        if (!each) {
            acks.write(Long.toString(rows).getBytes(US_ASCII));
        }
    }

    @Override
    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        VectorSchemaRoot root = in.root();
        if (in.next()) {
            if (in.dictionaries().getDictionaryIds().isEmpty()) {
                out.begin(root.getSchema());
            } else {
                out.begin(root.getSchema(), in.dictionaries());
            }
            do {
                out.write(root);
            } while (in.next());
        }
    }

    @Override
    public Iterable<Result> doAction(ServerCall call, Action action) {
        return List.of(new Result(
                action.type().equals("allocated")
                        ? Long.toString(Heap.allocated()).getBytes(US_ASCII)
                        : action.body()));
    }

    @Override
    public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        return FlightInfo.of(
                Columns.INTS.schema(), descriptor, new FlightEndpoint(new Ticket("4096,1".getBytes(US_ASCII))));
    }
}
