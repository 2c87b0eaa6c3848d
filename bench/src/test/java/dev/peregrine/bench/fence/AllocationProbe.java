package dev.peregrine.bench.fence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.ThreadMXBean;
import dev.peregrine.bench.data.Columns;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * A program: moves batches between a client and a server in this JVM until the compilers are done, and then prints how
 * many bytes of heap each side allocates for a batch, {@code client N server N}. Arguments: get or put, rows, batches.
 *
 * <p>The client has its event loop and the main thread, the server all others of Peregrine's threads.
 */
final class AllocationProbe {
    private static final String LOOP = "peregrine-loop-";
    private static final int MOST_ROUNDS = 30;

    /** Rounds after each other in which nothing may have been saved any more. */
    private static final int STEADY_ROUNDS = 4;

    private final BufferAllocator allocator = new RootAllocator();
    private final int rows;
    private final int batches;

    private String clientLoop = "";

    private AllocationProbe(int rows, int batches) {
        this.rows = rows;
        this.batches = batches;
    }

    private final class Service implements FlightService {
        private final VectorSchemaRoot root =
                Columns.INTS.batch(allocator, rows).root();

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            out.begin(Columns.INTS.schema());
            for (int i = 0; i < batches; i++) {
                out.write(root);
            }
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            long got = 0;
            VectorSchemaRoot received = in.root();
            while (in.next()) {
                got += received.getRowCount();
            }
            acks.write(Long.toString(got).getBytes(US_ASCII));
        }
    }

    private interface Round {
        long run();
    }

    private long get(FlightClient client) {
        long got = 0;
        try (FlightStreamReader reader = client.doGet(Ticket.of("all"))) {
            VectorSchemaRoot root = reader.root();
            while (reader.next()) {
                got += root.getRowCount();
            }
        }
        return got;
    }

    private long put(FlightClient client, VectorSchemaRoot root) {
        try (FlightPut put = client.doPut(FlightDescriptor.path("all"), Columns.INTS.schema())) {
            for (int i = 0; i < batches; i++) {
                put.writer().write(root);
            }
            put.writer().doneWriting();
            var result = put.metadataReader().read();
            return result == null ? -1 : Long.parseLong(new String(result.metadata(), US_ASCII));
        }
    }

    private record Allocated(long client, long server) {
        Allocated since(Allocated before) {
            return new Allocated(client - before.client, server - before.server);
        }

        long sum() {
            return client + server;
        }
    }

    private Allocated allocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long client = 0;
        long server = 0;
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo info = threads.getThreadInfo(id);
            String name = info == null ? "" : info.getThreadName();
            if (name.equals("main") || name.equals(clientLoop)) {
                client += threads.getThreadAllocatedBytes(id);
            } else if (name.startsWith("peregrine-")) {
                server += threads.getThreadAllocatedBytes(id);
            }
        }
        return new Allocated(client, server);
    }

    /** Has the round run until it does not allocate less any more, and gives its least. */
    private Allocated steady(Round round) {
        @Nullable Allocated least = null;
        int since = 0;
        for (int i = 0; i < MOST_ROUNDS && since < STEADY_ROUNDS; i++) {
            Allocated before = allocated();
            long moved = round.run();
            if (moved != (long) rows * batches) {
                throw new IllegalStateException(moved + " rows were moved, not " + (long) rows * batches);
            }
            Allocated now = allocated().since(before);
            since++;
            if (least == null || now.sum() < least.sum() * 0.99) {
                least = now;
                since = 0;
            }
        }
        if (least == null) {
            throw new IllegalStateException("no round was run");
        }
        return least;
    }

    private void run(String work) {
        try (FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", new Service())
                        .allocator(allocator)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(allocator)
                        .build();
                VectorSchemaRoot root = Columns.INTS.batch(allocator, rows).root()) {
            int serverLoops = loops().max().orElse(0);
            client.waitForAvailable();
            // Loops are numbered as their threads start, and the client's starts before the server can accept.
            clientLoop = LOOP + loops().filter(n -> n > serverLoops).min().orElseThrow();
            Allocated steady = steady(work.equals("get") ? () -> get(client) : () -> put(client, root));
            System.out.println("client " + steady.client / batches + " server " + steady.server / batches);
        }
    }

    private static IntStream loops() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(LOOP))
                .mapToInt(name -> Integer.parseInt(name.substring(LOOP.length())));
    }

    public static void main(String[] arguments) {
        new AllocationProbe(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])).run(arguments[0]);
        System.exit(0);
    }
}
