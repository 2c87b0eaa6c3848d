package dev.peregrine.conformance.hostile;

import java.util.List;
import org.apache.arrow.flight.BackpressureStrategy;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** flight-core's server, with nothing set. */
final class FlightCoreServer extends NoOpFlightProducer {
    private static final int ROWS = 8192;

    private final BufferAllocator allocator;

    private FlightCoreServer(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    public static void main(String[] arguments) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                FlightServer server = FlightServer.builder(
                                allocator, Location.forGrpcInsecure("127.0.0.1", 0), new FlightCoreServer(allocator))
                        .build()
                        .start()) {
            ServerProcess.serve(server.getPort());
        }
    }

    @Override
    public void doExchange(CallContext context, FlightStream reader, ServerStreamListener writer) {
        while (reader.next()) {
            // Until the client has no more.
        }
        writer.completed();
    }

    @Override
    public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
        BackpressureStrategy ready = new BackpressureStrategy.CallbackBackpressureStrategy();
        ready.register(listener);
        try (BigIntVector vector = new BigIntVector("a", allocator)) {
            vector.allocateNew(ROWS);
            vector.setValueCount(ROWS);
            VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector));
            root.setRowCount(ROWS);
            listener.start(root);
            while (ready.waitForListener(0) == BackpressureStrategy.WaitResult.READY) {
                listener.putNext();
            }
        }
    }
}
