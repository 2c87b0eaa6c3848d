package dev.peregrine.server.shapes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.PutResults;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.folder.FolderService;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every order of up to four messages: the schema, batches of three rows and of none, app_metadata alone, each with
 * app_metadata of its own.
 */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class StreamShapesTest {
    private static final FlightDescriptor ANY = FlightDescriptor.path("any");
    private static final Schema SCHEMA = new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));

    /** S: schema, B: batch, Z: batch of no rows, M: app_metadata alone. No batch comes before the schema. */
    private static List<String> shapes() {
        List<String> all = new ArrayList<>(List.of(""));
        for (int from = 0, length = 1; length <= 4; length++) {
            int to = all.size();
            for (; from < to; from++) {
                String shape = all.get(from);
                all.add(shape + "M");
                if (shape.contains("S")) {
                    all.add(shape + "B");
                    all.add(shape + "Z");
                } else {
                    all.add(shape + "S");
                }
            }
        }
        return all;
    }

    private static byte[] metadata(String shape, int i) {
        return (shape + i).getBytes(StandardCharsets.UTF_8);
    }

    private static void write(String shape, FlightStreamWriter out, BufferAllocator allocator) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
            for (int i = 0; i < shape.length(); i++) {
                byte[] metadata = metadata(shape, i);
                switch (shape.charAt(i)) {
                    case 'S' -> out.begin(SCHEMA, metadata);
                    case 'M' -> out.writeMetadata(metadata);
                    case 'B' -> out.write(fill(root, 3, i), metadata);
                    default -> out.write(fill(root, 0, i), metadata);
                }
            }
        }
    }

    private static VectorSchemaRoot fill(VectorSchemaRoot root, int rows, int first) {
        BigIntVector vector = (BigIntVector) root.getVector(0);
        vector.allocateNew(4);
        for (int row = 0; row < rows; row++) {
            vector.set(row, first + row);
        }
        root.setRowCount(rows);
        return root;
    }

    /** What {@link #read} says of a shape. */
    private static List<String> expected(String shape) {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < shape.length(); i++) {
            String metadata = shape + i;
            switch (shape.charAt(i)) {
                case 'M' -> expected.add("M " + metadata);
                case 'B' -> expected.add("[" + i + ", " + (i + 1) + ", " + (i + 2) + "] " + metadata);
                case 'Z' -> expected.add("[] " + metadata);
                default -> {}
            }
        }
        int schema = shape.indexOf('S');
        expected.add(schema < 0 ? "no schema" : "schema " + shape + schema);
        return expected;
    }

    private static List<String> read(FlightStreamReader in) {
        List<String> seen = new ArrayList<>();
        while (in.next()) {
            String what = "M";
            if (in.hasData()) {
                List<Object> values = new ArrayList<>();
                for (int i = 0; i < in.root().getRowCount(); i++) {
                    values.add(in.root().getVector(0).getObject(i));
                }
                what = values.toString();
            }
            seen.add(what + " " + text(in.metadata()));
        }
        seen.add(in.hasSchema() ? "schema " + text(in.schemaMetadata()) : "no schema");
        return seen;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Says what was put, gives the shape that the ticket names, echoes. */
    private static final class Shapes implements FlightService {
        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            assertThat(in.descriptor()).isEqualTo(ANY);
            read(in).forEach(line -> acks.write(line.getBytes(StandardCharsets.UTF_8)));
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            write(text(ticket.ticket()), out, call.allocator());
        }

        @Override
        public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
            boolean begun = false;
            while (in.nextMessage()) {
                if (in.message() instanceof ArrowRecordBatch batch) {
                    out.write(batch, in.metadata());
                } else if (in.hasSchema() && !begun) {
                    out.begin(in.messageSchema(), in.metadata());
                    begun = true;
                } else {
                    out.writeMetadata(in.metadata());
                }
            }
        }
    }

    private static FlightServer serve(FlightService service, BufferAllocator allocator) {
        return FlightServer.builder("grpc://localhost:0", service)
                .allocator(allocator)
                .start();
    }

    private static FlightClient connect(FlightServer server, BufferAllocator allocator) {
        return FlightClient.builder(server.location()).allocator(allocator).build();
    }

    @Test
    void everyOrderOfUpToFourMessages(BufferAllocator allocator) {
        List<String> shapes = shapes();
        assertThat(shapes).hasSize(63).contains("", "S", "MSZB", "SMMB");
        try (FlightServer server = serve(new Shapes(), allocator);
                FlightClient client = connect(server, allocator)) {
            for (String shape : shapes) {
                assertThat(put(client, shape, allocator)).as("put %s", shape).isEqualTo(expected(shape));
                try (FlightStreamReader in = client.doGet(Ticket.of(shape))) {
                    assertThat(read(in)).as("get %s", shape).isEqualTo(expected(shape));
                }
                try (FlightExchange exchange = client.doExchange(ANY)) {
                    write(shape, exchange.writer(), allocator);
                    exchange.writer().doneWriting();
                    assertThat(read(exchange.reader())).as("exchange %s", shape).isEqualTo(expected(shape));
                }
            }
        }
    }

    private static List<String> put(FlightClient client, String shape, BufferAllocator allocator) {
        List<String> acks = new ArrayList<>();
        try (FlightPut put = client.doPut(ANY)) {
            write(shape, put.writer(), allocator);
            put.writer().doneWriting();
            for (var ack = put.metadataReader().read();
                    ack != null;
                    ack = put.metadataReader().read()) {
                acks.add(text(ack.metadata()));
            }
        }
        return acks;
    }

    /** What passes on, as the folder service's exchange, keeps app_metadata where it is. */
    @Test
    void metadataOfSchemaDictionaryAndBatchIsPassedOn(BufferAllocator allocator, @TempDir Path folder)
            throws IOException {
        ArrowType.Int int8 = new ArrowType.Int(8, true);
        FieldType type = new FieldType(true, ArrowType.Utf8.INSTANCE, new DictionaryEncoding(1, false, int8));
        Schema schema = new Schema(List.of(new Field("word", type, null)));
        try (FlightServer server = serve(FolderService.open(folder), allocator);
                FlightClient client = connect(server, allocator);
                FlightExchange exchange = client.doExchange(ANY);
                VarCharVector words = new VarCharVector("", allocator)) {
            words.setSafe(0, new byte[] {'a'});
            words.setValueCount(1);
            exchange.writer().begin(schema, new byte[] {1});
            try (ArrowRecordBatch values = new VectorUnloader(VectorSchemaRoot.of(words)).getRecordBatch();
                    ArrowRecordBatch none = new ArrowRecordBatch(0, List.of(), List.of())) {
                exchange.writer().write(new ArrowDictionaryBatch(1, values, false), new byte[] {2});
                exchange.writer().write(none, new byte[] {3});
            }
            exchange.writer().doneWriting();
            List<String> seen = new ArrayList<>();
            while (exchange.reader().nextMessage()) {
                Object message = exchange.reader().message();
                seen.add((message == null ? "" : message.getClass().getSimpleName())
                        + exchange.reader().metadata()[0]);
            }
            assertThat(seen).containsExactly("1", "ArrowDictionaryBatch2", "ArrowRecordBatch3");
        }
    }
}
