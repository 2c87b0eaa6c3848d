package dev.peregrine.cli.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Follows the convention that {@code peregrine bench} measures by, and lies if it is told to. */
public final class ConventionService implements FlightService {
    private final BufferAllocator allocator;
    public final AtomicLong putRows = new AtomicLong();
    public final AtomicLong gets = new AtomicLong();
    public final AtomicLong exchanged = new AtomicLong();
    public final AtomicLong actions = new AtomicLong();
    public final AtomicLong infos = new AtomicLong();
    public volatile boolean lies;

    public ConventionService(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        gets.incrementAndGet();
        String[] order = new String(ticket.ticket(), UTF_8).split(",");
        try (VectorSchemaRoot root = GeneratedBatch.of(allocator, Integer.parseInt(order[0]))) {
            if (lies) {
                ((BigIntVector) root.getVector(2)).set(3, 8);
            }
            out.begin(root.getSchema());
            for (long i = Long.parseLong(order[1]); i > 0; i--) {
                out.write(root);
            }
        }
    }

    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        long rows = 0;
        while (in.next()) {
            rows += in.root().getRowCount();
        }
        putRows.addAndGet(rows);
        acks.write(Long.toString(lies ? rows + 1 : rows).getBytes(UTF_8));
    }

    @Override
    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        VectorSchemaRoot root = in.root();
        out.begin(root.getSchema());
        while (in.next()) {
            exchanged.addAndGet(root.getRowCount());
            if (lies) {
                root.setRowCount(root.getRowCount() - 1);
            }
            out.write(root);
        }
    }

    @Override
    public Iterable<Result> doAction(ServerCall call, Action action) {
        actions.incrementAndGet();
        return List.of(new Result(lies ? new byte[0] : action.body()));
    }

    @Override
    public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
        infos.incrementAndGet();
        // Two parts, as a flight of a cluster has.
        return FlightInfo.of(
                null, descriptor, new FlightEndpoint(Ticket.of("7,2")), new FlightEndpoint(Ticket.of("5,1")));
    }
}
