package dev.peregrine.interop.transfer;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.util.ByteFunctionHelpers;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A program: gets one batch of one buffer of 1.9 GiB from a server in the same JVM, and compares it with what was sent. Prints
 * what {@link Memory} says.
 */
final class LargeBody implements FlightService {
    static final long BYTES = (19L << 30) / 10 / Long.BYTES * Long.BYTES;

    private static final int ROWS = (int) (BYTES / Long.BYTES);
    private static final Schema SCHEMA = new Schema(List.of(Field.notNullable("n", new ArrowType.Int(64, true))));
    private static final int PATTERN = 1 << 20;

    private final ArrowBuf values;
    private final ArrowBuf nothing;

    private LargeBody(RootAllocator allocator) {
        values = allocator.buffer(BYTES);
        nothing = allocator.getEmpty();
        byte[] pattern = new byte[PATTERN];
        for (int i = 0; i < PATTERN; i++) {
            pattern[i] = (byte) (i * 31 >>> 3);
        }
        for (long at = 0; at < BYTES; at += PATTERN) {
            int n = (int) Math.min(PATTERN, BYTES - at);
            values.setBytes(at, pattern, 0, n);
            values.setLong(at, at);
        }
        values.writerIndex(BYTES);
    }

    public static void main(String[] arguments) {
        RootAllocator allocator = new RootAllocator();
        LargeBody service = new LargeBody(allocator);
        try (FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", service)
                        .allocator(allocator)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(allocator)
                        .maxInboundMessageSize(Integer.MAX_VALUE)
                        .build();
                FlightStreamReader reader = client.doGet(Ticket.of("all"))) {
            if (!reader.next() || reader.root().getRowCount() != ROWS) {
                throw new IllegalStateException("the batch has " + reader.root().getRowCount() + " rows");
            }
            ArrowBuf read = reader.root().getVector(0).getDataBuffer();
            if (ByteFunctionHelpers.equal(service.values, 0, BYTES, read, 0, BYTES) != 1) {
                throw new IllegalStateException("the bytes have changed");
            }
            if (reader.next()) {
                throw new IllegalStateException("there is another batch");
            }
        } finally {
            service.values.close();
        }
        System.out.println(Memory.of(allocator).line());
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        out.begin(SCHEMA);
        try (ArrowRecordBatch batch =
                new ArrowRecordBatch(ROWS, List.of(new ArrowFieldNode(ROWS, 0)), List.of(nothing, values))) {
            out.write(batch);
        }
    }
}
