package dev.peregrine.conformance.flight;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The scenarios' data: one column of 32-bit numbers, signed or not. */
final class Numbers {
    static final Schema INT32 = schema(true);
    static final Schema UINT32 = schema(false);

    private Numbers() {}

    private static Schema schema(boolean signed) {
        return new Schema(List.of(Field.nullable("number", new ArrowType.Int(32, signed))));
    }

    /** Sends the schema and one batch. {@code memory} is lent. */
    static void write(FlightStreamWriter out, BufferAllocator memory, Schema schema, int... numbers) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory)) {
            fill(root, numbers);
            out.begin(schema);
            out.write(root);
        }
    }

    static void fill(VectorSchemaRoot root, int... numbers) {
        FieldVector column = root.getVector(0);
        column.reset();
        for (int i = 0; i < numbers.length; i++) {
            ((BaseIntVector) column).setWithPossibleTruncate(i, numbers[i]);
        }
        root.setRowCount(numbers.length);
    }

    /** The rows of a batch. */
    static List<Long> rows(VectorSchemaRoot root) {
        List<Long> rows = new ArrayList<>();
        for (int i = 0; i < root.getRowCount(); i++) {
            rows.add(((BaseIntVector) root.getVector(0)).getValueAsLong(i));
        }
        return rows;
    }

    /** All rows of an endpoint that is on the server that named it. */
    static List<Long> get(FlightClient client, FlightEndpoint endpoint) {
        List<Long> rows = new ArrayList<>();
        try (FlightStreamReader reader = client.doGet(endpoint.ticket())) {
            while (reader.next()) {
                rows.addAll(rows(reader.root()));
            }
        }
        return rows;
    }
}
