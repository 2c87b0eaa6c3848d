package dev.peregrine.conformance.hostile;

import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Our server, with nothing set. */
final class OurServer implements FlightService {
    private static final int ROWS = 8192;

    private OurServer() {}

    public static void main(String[] arguments) throws Exception {
        try (FlightServer server =
                FlightServer.builder("grpc://127.0.0.1:0", new OurServer()).start()) {
            ServerProcess.serve(server.port());
        }
    }

    @Override
    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        while (in.next()) {
            // Until the client has no more.
        }
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        try (BigIntVector vector = new BigIntVector("a", call.allocator())) {
            vector.allocateNew(ROWS);
            vector.setValueCount(ROWS);
            VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector));
            root.setRowCount(ROWS);
            while (!call.isCancelled()) {
                out.write(root);
            }
        }
    }
}
