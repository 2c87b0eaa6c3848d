package dev.peregrine.bench.fence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.peregrine.bench.data.Batch;
import dev.peregrine.bench.data.Columns;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A program: moves batches between a client and a server in this JVM and prints what {@link Traffic} counted of the sender
 * and of the receiver, and how many bytes the receiver's vectors got straight from the socket's buffers. Arguments: get or put,
 * rows, batches, write or lend.
 */
final class CopyProbe {
    private final BufferAllocator allocator = new RootAllocator();
    private final int batches;
    private final boolean get;
    private final boolean lend;
    private final Batch batch;
    private long inPlace;

    private CopyProbe(boolean get, int rows, int batches, boolean lend) {
        this.get = get;
        this.lend = lend;
        this.batches = batches;
        batch = Columns.INTS.batch(allocator, rows);
    }

    private Traffic sender() {
        return get ? WatchedChannels.SERVER : WatchedChannels.CLIENT;
    }

    private Traffic receiver() {
        return get ? WatchedChannels.CLIENT : WatchedChannels.SERVER;
    }

    private final class Service implements FlightService {
        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            out.begin(batch.root().getSchema());
            write(out);
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            acks.write(Long.toString(read(in)).getBytes(US_ASCII));
        }
    }

    private void write(FlightStreamWriter out) {
        for (int i = 0; i < batches; i++) {
            if (lend) {
                out.lend(batch.root());
            } else {
                out.write(batch.root());
            }
        }
    }

    private long read(FlightStreamReader in) {
        long rows = 0;
        VectorSchemaRoot root = in.root();
        inPlace = 0;
        while (in.next()) {
            rows += root.getRowCount();
            inPlace += receiver().inPlace(root);
        }
        return rows;
    }

    private long move(FlightClient client) {
        if (get) {
            try (FlightStreamReader reader = client.doGet(Ticket.of("all"))) {
                return read(reader);
            }
        }
        try (FlightPut put =
                client.doPut(FlightDescriptor.path("all"), batch.root().getSchema())) {
            write(put.writer());
            put.writer().doneWriting();
            PutResult result = put.metadataReader().read();
            return result == null ? -1 : Long.parseLong(new String(result.metadata(), US_ASCII));
        }
    }

    private void run() {
        sender().sends(batch.root());
        try (FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", new Service())
                        .allocator(allocator)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(allocator)
                        .build()) {
            for (int i = 0; i < 2; i++) { // the connection's settings and windows are as they stay in the second
                WatchedChannels.CLIENT.reset();
                WatchedChannels.SERVER.reset();
                long rows = move(client);
                if (rows != (long) batches * batch.root().getRowCount()) {
                    throw new IllegalStateException(rows + " rows were moved");
                }
            }
            System.out.println("sender " + sender().line());
            System.out.println("receiver " + receiver().line());
            System.out.println("in place " + inPlace);
        }
    }

    public static void main(String[] arguments) {
        new CopyProbe(
                        arguments[0].equals("get"),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        arguments[3].equals("lend"))
                .run();
        System.exit(0);
    }
}
