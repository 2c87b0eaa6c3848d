package dev.peregrine.server.cookbook;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Service threads. What the recipes talk to: stores numbers that are put, gives them back, doubles what is exchanged. */
class Readings implements FlightService {
    static final Schema SCHEMA = new Schema(List.of(Field.nullable("value", new ArrowType.Int(64, true))));

    /** What was put. */
    final List<Long> stored = Collections.synchronizedList(new ArrayList<>());

    /** Fills the root with {@code count} numbers from {@code first} on. */
    static void fill(VectorSchemaRoot root, long first, int count) {
        BigIntVector values = (BigIntVector) root.getVector("value");
        values.allocateNew(count);
        for (int i = 0; i < count; i++) {
            values.set(i, first + i);
        }
        root.setRowCount(count);
    }

    /** The numbers in the root. */
    static List<Long> values(VectorSchemaRoot root) {
        List<Long> all = new ArrayList<>();
        BigIntVector values = (BigIntVector) root.getVector("value");
        for (int i = 0; i < root.getRowCount(); i++) {
            all.add(values.get(i));
        }
        return all;
    }

    @Override
    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
        FlightDescriptor descriptor = in.descriptor();
        while (in.next()) {
            stored.addAll(values(in.root()));
            acks.write((descriptor + ": " + stored.size()).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Numbers without end. */
    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, call.allocator())) {
            out.begin(SCHEMA);
            for (long first = 0; !call.isCancelled(); first += 100) {
                fill(root, first, 100);
                out.write(root);
            }
        }
    }

    @Override
    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
        try (VectorSchemaRoot doubled = VectorSchemaRoot.create(SCHEMA, call.allocator())) {
            out.begin(SCHEMA);
            while (in.next()) {
                List<Long> values = values(in.root());
                fill(doubled, 0, values.size());
                for (int i = 0; i < values.size(); i++) {
                    ((BigIntVector) doubled.getVector("value")).set(i, 2 * values.get(i));
                }
                out.write(doubled);
            }
        }
    }
}
