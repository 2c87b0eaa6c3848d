package dev.peregrine.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.bench.Workload.Order;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One thread at a time. Peregrine with every setting at its default. */
final class PeregrinePeer implements Peer {
    private final BufferAllocator allocator = new RootAllocator();
    private final FlightServer server;
    private final FlightClient client;

    PeregrinePeer() throws Exception {
        server = FlightServer.builder("grpc://127.0.0.1:0", new Service())
                .allocator(allocator)
                .start();
        client = FlightClient.builder(server.location()).allocator(allocator).build();
    }

    @Override
    public long get(int rows, int batches) {
        long sum = 0;
        try (FlightStreamReader reader = client.doGet(new Ticket(new Order(rows, batches).ticket()))) {
            VectorSchemaRoot root = reader.root();
            while (reader.next()) {
                sum += Workload.lastRow(root);
            }
        }
        return sum;
    }

    @Override
    public long put(int rows, int batches) {
        try (VectorSchemaRoot root = Workload.batch(allocator, rows);
                FlightPut put = client.doPut(FlightDescriptor.path("bench"), Workload.SCHEMA)) {
            FlightStreamWriter writer = put.writer();
            for (int i = 0; i < batches; i++) {
                writer.write(root);
            }
            writer.doneWriting();
            PutResult result = put.metadataReader().read();
            if (result == null) {
                throw new IllegalStateException("the server ended DoPut without a PutResult");
            }
            return Long.parseLong(new String(result.metadata(), US_ASCII));
        }
    }

    @Override
    public byte[] ping(byte[] body) {
        return client.doAction("ping", body).iterator().next().body();
    }

    @Override
    public void close() {
        client.close();
        server.close();
        allocator.close();
    }

    private final class Service implements FlightService {
        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            Order order = Order.of(ticket.ticket());
            try (VectorSchemaRoot root = Workload.batch(allocator, order.rows())) {
                out.begin(Workload.SCHEMA);
                for (int i = 0; i < order.batches(); i++) {
                    out.write(root);
                }
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
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(new Result(action.body()));
        }
    }
}
