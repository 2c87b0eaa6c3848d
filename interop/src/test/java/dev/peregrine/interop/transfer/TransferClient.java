package dev.peregrine.interop.transfer;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.interop.parade.Parade;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Ticket;
import java.util.Objects;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * A client in a JVM of its own, which gets or puts as many batches of 2 MiB as it is told; with little memory, and to be
 * killed. Its arguments: port, get or put, number of batches.
 */
final class TransferClient {
    private TransferClient() {}

    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        long batches = Long.parseLong(arguments[2]);
        System.out.println("ready port " + port);
        try (RootAllocator allocator = new RootAllocator()) {
            try (FlightClient client = FlightClient.builder("grpc://127.0.0.1:" + port)
                    .allocator(allocator)
                    .build()) {
                long started = System.nanoTime();
                if (arguments[1].equals("get")) {
                    get(client, batches);
                } else {
                    put(client, allocator, batches);
                }
                long ms = (System.nanoTime() - started) / 1_000_000;
                System.out.println("ms=" + ms + " " + Memory.of(allocator).line());
            }
        }
        System.exit(0);
    }

    private static void get(FlightClient client, long batches) {
        SleepyReader pace = new SleepyReader();
        try (FlightStreamReader reader = client.doGet(Ticket.of("" + batches))) {
            long n = 0;
            for (; reader.next(); n++) {
                TransferServer.check(reader.root(), n);
                pace.afterBatch(n);
            }
            if (n != batches) {
                throw new IllegalStateException(n + " batches arrived");
            }
        }
    }

    private static void put(FlightClient client, RootAllocator allocator, long batches) {
        try (FlightPut put = client.doPut(FlightDescriptor.path("put"), Parade.BIG);
                VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, allocator)) {
            Parade.fillBig(root, TransferServer.ROWS, 0);
            for (long n = 0; n < batches; n++) {
                TransferServer.mark(root, n);
                put.writer().write(root);
            }
            put.writer().doneWriting();
            PutResult ack = Objects.requireNonNull(put.metadataReader().read(), "no acknowledgement");
            if (!Parade.text(ack.metadata()).equals("" + batches)) {
                throw new IllegalStateException(Parade.text(ack.metadata()) + " batches arrived");
            }
        }
    }
}
