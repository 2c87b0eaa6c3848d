package dev.peregrine.interop.transfer;

import dev.peregrine.interop.parade.Parade;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A server in a JVM of its own, which sends or takes as many batches of 2 MiB as it is told; with little memory, and to be
 * killed. Its one argument is the port, 0 for any.
 */
final class TransferServer implements FlightService {
    static final int ROWS = 1 << 18;
    static final int BATCH_BYTES = ROWS * Long.BYTES;

    TransferServer() {}

    public static void main(String[] arguments) throws Exception {
        RootAllocator allocator = new RootAllocator();
        FlightServer server = FlightServer.builder("grpc://127.0.0.1:" + arguments[0], new TransferServer())
                .allocator(allocator)
                .start();
        System.out.println("ready port " + server.port());
        byte[] line = new byte[100];
        while (System.in.read(line) > 0) { // any line asks for the memory used
            System.out.println(Memory.of(allocator).line());
        }
        server.close();
        System.exit(0);
    }

    /** Marks {@code root} as the n-th batch; the values between are whatever they were. */
    static void mark(VectorSchemaRoot root, long n) {
        BigIntVector i = (BigIntVector) root.getVector(0);
        i.set(0, n);
        i.set(ROWS - 1, -n);
    }

    /** Throws unless {@code root} is the n-th batch. */
    static void check(VectorSchemaRoot root, long n) {
        BigIntVector i = (BigIntVector) root.getVector(0);
        if (root.getRowCount() != ROWS || i.get(0) != n || i.get(ROWS - 1) != -n) {
            throw new IllegalStateException("batch " + n + " has " + root.getRowCount() + " rows, from " + i.get(0));
        }
    }

    /** The ticket is the number of batches. */
    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        long batches = Long.parseLong(Parade.text(ticket.ticket()));
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, call.allocator())) {
            out.begin(Parade.BIG);
            Parade.fillBig(root, ROWS, 0);
            for (long n = 0; n < batches; n++) {
                mark(root, n);
                out.write(root);
            }
        }
    }

    /** Takes all batches, at the sleepy reader's pace, and acknowledges their number at the end. */
    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        SleepyReader pace = new SleepyReader();
        long n = 0;
        for (; in.next(); n++) {
            check(in.root(), n);
            pace.afterBatch(n);
        }
        acks.write(Parade.bytes("" + n));
    }

    @Override
    public Iterable<Result> doAction(ServerCall call, Action action) {
        return List.of(new Result(action.body()));
    }
}
