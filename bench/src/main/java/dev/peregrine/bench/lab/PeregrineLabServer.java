package dev.peregrine.bench.lab;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.bench.Workload;
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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Peregrine's server with every setting at its default; on wish, its small calls declared non-blocking. */
final class PeregrineLabServer implements FlightService {
    private final BufferAllocator allocator = new RootAllocator();
    private final Map<Integer, VectorSchemaRoot> prebuilt = new ConcurrentHashMap<>();

    private final boolean nonBlocking;

    private PeregrineLabServer(boolean nonBlocking) {
        this.nonBlocking = nonBlocking;
    }

    static int start(String location, @Nullable Path certificate, @Nullable Path key, boolean nonBlocking)
            throws Exception {
        PeregrineLabServer service = new PeregrineLabServer(nonBlocking);
        FlightServerBuilder builder = FlightServer.builder(location, service).allocator(service.allocator);
        if (certificate != null && key != null) {
            builder.tls(certificate, key);
        }
        return builder.start().port();
    }

    @Override
    public Set<String> nonBlockingMethods() {
        return nonBlocking ? Set.of("DoAction", "GetFlightInfo") : Set.of();
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        String[] order = new String(ticket.ticket(), US_ASCII).split(",");
        VectorSchemaRoot root =
                prebuilt.computeIfAbsent(Integer.parseInt(order[0]), rows -> Workload.batch(allocator, rows));
        out.begin(root.getSchema());
        long batches = Long.parseLong(order[1]);
        for (long i = 0; i < batches; i++) {
            out.write(root);
        }
    }

    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        long rows = 0;
        VectorSchemaRoot root = in.root();
        while (in.next()) {
            rows += root.getRowCount();
        }
        acks.write(Long.toString(rows).getBytes(US_ASCII));
    }

    @Override
    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        VectorSchemaRoot root = in.root();
        out.begin(root.getSchema());
        while (in.next()) {
            out.write(root);
        }
    }

    @Override
    public Iterable<Result> doAction(ServerCall call, Action action) {
        return List.of(new Result(action.body()));
    }

    @Override
    public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        return FlightInfo.of(Workload.SCHEMA, descriptor, new FlightEndpoint(new Ticket("4096,1".getBytes(US_ASCII))));
    }
}
