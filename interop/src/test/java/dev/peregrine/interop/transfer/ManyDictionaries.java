package dev.peregrine.interop.transfer;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
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

/**
 * A program: gets 100,000 dictionary batches, every hundredth a replacement and the others deltas, with a record batch after
 * each quarter of them, from a server in the same JVM. Prints what {@link Memory} says.
 */
final class ManyDictionaries implements FlightService {
    private static final int DICTIONARIES = 100_000;
    private static final int REPLACED_EVERY = 100;
    private static final int BATCH_EVERY = 25_000;
    private static final FieldType WORD =
            new FieldType(true, ArrowType.Utf8.INSTANCE, new DictionaryEncoding(1, false, new ArrowType.Int(8, true)));

    private ManyDictionaries() {}

    public static void main(String[] arguments) {
        RootAllocator allocator = new RootAllocator();
        try (FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", new ManyDictionaries())
                        .allocator(allocator)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(allocator)
                        .build()) {
            get(client);
        }
        System.out.println(Memory.of(allocator).line());
    }

    private static void get(FlightClient client) {
        try (FlightStreamReader reader = client.doGet(Ticket.of("all"))) {
            for (int batch = 0; batch < DICTIONARIES / BATCH_EVERY; batch++) {
                if (!reader.next()) {
                    throw new IllegalStateException("the stream ended after " + batch + " batches");
                }
                FieldVector words = reader.dictionaries().lookup(1).getVector();
                String last = String.valueOf(words.getObject(words.getValueCount() - 1));
                int expected = (batch + 1) * BATCH_EVERY - 1;
                if (words.getValueCount() != REPLACED_EVERY || !last.equals("word " + expected)) {
                    throw new IllegalStateException(
                            "batch " + batch + " has " + words.getValueCount() + " words, the last of them " + last);
                }
            }
            if (reader.next()) {
                throw new IllegalStateException("there is another batch");
            }
        }
    }

    @Override
    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
        out.begin(new Schema(List.of(new Field("word", WORD, null))));
        for (int i = 0; i < DICTIONARIES; i++) {
            try (ArrowRecordBatch word = word(i, call.allocator())) {
                out.write(new ArrowDictionaryBatch(1, word, i % REPLACED_EVERY != 0));
            }
            if ((i + 1) % BATCH_EVERY == 0) {
                try (ArrowRecordBatch index = index(call.allocator())) {
                    out.write(index);
                }
            }
        }
    }

    private static ArrowRecordBatch word(int i, BufferAllocator allocator) {
        try (VarCharVector words = new VarCharVector("", allocator)) {
            words.setSafe(0, ("word " + i).getBytes(StandardCharsets.UTF_8));
            words.setValueCount(1);
            return new VectorUnloader(VectorSchemaRoot.of(words)).getRecordBatch();
        }
    }

    private static ArrowRecordBatch index(BufferAllocator allocator) {
        try (TinyIntVector index = new TinyIntVector("", allocator)) {
            index.setSafe(0, REPLACED_EVERY - 1);
            index.setValueCount(1);
            return new VectorUnloader(VectorSchemaRoot.of(index)).getRecordBatch();
        }
    }
}
