package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches of all sizes through DoGet, DoPut and DoExchange between our client and our server. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class BatchesTest {
    private static final FlightDescriptor ANY = FlightDescriptor.path("any");

    /** Gets so many batches of so many rows; stores what is put; echoes. */
    private record Plain(int batches, int rows, List<String> stored, List<FlightDescriptor> descriptors)
            implements FlightService {
        Plain(int batches, int rows) {
            this(batches, rows, new ArrayList<>(), new ArrayList<>());
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                out.begin(Rows.SCHEMA);
                for (int i = 0; i < batches; i++) {
                    Rows.fill(root, i * rows, rows);
                    out.write(root, ("" + i).getBytes(StandardCharsets.UTF_8));
                }
            }
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            descriptors.add(in.descriptor());
            while (in.next()) {
                stored.addAll(Rows.read(in.root()));
                acks.write(in.metadata());
            }
        }

        @Override
        public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
            descriptors.add(in.descriptor());
            boolean begun = false;
            while (in.next()) {
                if (!in.hasData()) {
                    out.writeMetadata(in.metadata());
                    continue;
                }
                if (!begun) {
                    out.begin(in.schema());
                    begun = true;
                }
                out.write(in.root(), in.metadata());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "1, 1", "300, 1", "50, 1000", "5, 100000"})
    void get(int batches, int rows, BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Plain(batches, rows));
                FlightStreamReader reader = duo.client().doGet(Ticket.of("t"))) {
            assertThat(reader.schema()).isEqualTo(Rows.SCHEMA);
            VectorSchemaRoot root = reader.root();
            for (int i = 0; i < batches; i++) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.root()).isSameAs(root);
                assertThat(new String(reader.metadata(), StandardCharsets.UTF_8))
                        .isEqualTo("" + i);
                assertThat(Rows.read(root)).isEqualTo(Rows.expected(i * rows, rows));
            }
            assertThat(reader.next()).isFalse();
            assertThat(reader.next()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "1, 1", "300, 1", "50, 1000", "5, 100000"})
    void put(int batches, int rows, BufferAllocator memory) {
        Plain service = new Plain(0, 0);
        try (Duo duo = Duo.of(memory, service);
                VectorSchemaRoot root = Rows.root(memory);
                FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA)) {
            for (int i = 0; i < batches; i++) {
                Rows.fill(root, i * rows, rows);
                put.writer().write(root, new byte[] {(byte) i});
            }
            put.writer().doneWriting();
            for (int i = 0; i < batches; i++) {
                assertThat(put.metadataReader().read().metadata()).isEqualTo(new byte[] {(byte) i});
            }
            assertThat(put.metadataReader().read()).isNull();
        }
        assertThat(service.stored).isEqualTo(Rows.expected(0, batches * rows));
        assertThat(service.descriptors).containsExactly(ANY);
    }

    @Test
    void threeWaysToWriteABatch(BufferAllocator memory) throws Exception {
        Plain service = new Plain(0, 0);
        try (Duo duo = Duo.of(memory, service);
                VectorSchemaRoot root = Rows.root(memory);
                VectorSchemaRoot lent = Rows.root(memory);
                FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA)) {
            for (int i = 0; i < 3; i++) {
                Rows.fill(root, i * 100_000, 100_000);
                try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
                    put.writer().write(batch);
                }
                // The batch keeps its buffers; the root gets others.
                root.clear();
            }
            Rows.fill(lent, 300_000, 100_000);
            CompletableFuture<Void> free = put.writer().lend(lent);
            free.get(20, TimeUnit.SECONDS);
            put.writer().doneWriting();
        }
        assertThat(service.stored).isEqualTo(Rows.expected(0, 400_000));
    }

    @Test
    void rawBatchesAreTheCallersAndOutliveTheReader(BufferAllocator memory) {
        List<ArrowRecordBatch> batches = new ArrayList<>();
        try (Duo duo = Duo.of(memory, new Plain(3, 10))) {
            try (FlightStreamReader reader = duo.client().doGet(Ticket.of("t"))) {
                for (ArrowRecordBatch batch; (batch = reader.nextBatch()) != null; ) {
                    batches.add(batch);
                }
            }
        }
        try (VectorSchemaRoot root = Rows.root(memory)) {
            VectorLoader loader = new VectorLoader(root);
            for (int i = 0; i < batches.size(); i++) {
                loader.load(batches.get(i));
                batches.get(i).close();
                assertThat(Rows.read(root)).isEqualTo(Rows.expected(i * 10, 10));
            }
        }
        assertThat(batches).hasSize(3);
    }

    @Test
    void exchangeWithMetadataAlone(BufferAllocator memory) {
        Plain service = new Plain(0, 0);
        try (Duo duo = Duo.of(memory, service);
                VectorSchemaRoot root = Rows.root(memory);
                FlightExchange exchange = duo.client().doExchange(ANY)) {
            FlightStreamReader reader = exchange.reader();
            exchange.writer().begin(Rows.SCHEMA);
            Rows.fill(root, 0, 10);
            exchange.writer().write(root, new byte[] {1});
            assertThat(reader.next()).isTrue();
            assertThat(reader.hasData()).isTrue();
            assertThat(reader.metadata()).isEqualTo(new byte[] {1});
            assertThat(Rows.read(reader.root())).isEqualTo(Rows.expected(0, 10));

            exchange.writer().writeMetadata(new byte[] {2, 3});
            assertThat(reader.next()).isTrue();
            assertThat(reader.hasData()).isFalse();
            assertThat(reader.metadata()).isEqualTo(new byte[] {2, 3});
            assertThat(reader.root().getRowCount()).isZero();

            Rows.fill(root, 10, 10);
            exchange.writer().write(root);
            assertThat(reader.next()).isTrue();
            assertThat(reader.metadata()).isEmpty();
            assertThat(Rows.read(reader.root())).isEqualTo(Rows.expected(10, 10));
            exchange.writer().doneWriting();
            assertThat(reader.next()).isFalse();
        }
        assertThat(service.descriptors).containsExactly(ANY);
    }

    @Test
    void anExchangeWhoseServerSpeaksFirst(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new FlightService() {
                    @Override
                    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
                        assertThat(in.descriptor()).isEqualTo(ANY);
                        try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                            out.begin(Rows.SCHEMA);
                            Rows.fill(root, 0, 10);
                            out.write(root);
                        }
                        while (in.next()) {}
                    }
                });
                FlightExchange exchange = duo.client().doExchange(ANY)) {
            assertThat(exchange.reader().next()).isTrue();
            assertThat(Rows.read(exchange.reader().root())).isEqualTo(Rows.expected(0, 10));
        }
    }

    @Test
    void aPutWhoseServerHasReadEnoughIsOk(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new FlightService() {
                    @Override
                    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
                        in.next();
                        acks.write(new byte[] {9});
                    }
                });
                VectorSchemaRoot root = Rows.root(memory);
                FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA)) {
            Rows.fill(root, 0, 100_000);
            put.writer().write(root);
            assertThat(put.metadataReader().read().metadata()).isEqualTo(new byte[] {9});
            assertThat(put.metadataReader().read()).isNull();
        }
    }

    @Test
    void dictionariesTravelBothWays(BufferAllocator memory) {
        DictionaryEncoding encoding = new DictionaryEncoding(7, false, new ArrowType.Int(8, true));
        List<Object> stored = new ArrayList<>();
        try (Duo duo = Duo.of(memory, new FlightService() {
                    @Override
                    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
                        while (in.next()) {
                            try (FieldVector decoded = (FieldVector) DictionaryEncoder.decode(
                                    in.root().getVector(0), in.dictionaries().lookup(7), call.allocator())) {
                                for (int i = 0; i < decoded.getValueCount(); i++) {
                                    stored.add(String.valueOf(decoded.getObject(i)));
                                }
                            }
                        }
                    }

                    @Override
                    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
                        out.begin(in.schema(), in.dictionaries());
                        while (in.next()) {
                            out.write(in.root());
                        }
                    }
                });
                VarCharVector words = new VarCharVector("words", memory);
                VarCharVector plain = new VarCharVector("plain", memory)) {
            for (int i = 0; i < 3; i++) {
                words.setSafe(i, ("word " + i).getBytes(StandardCharsets.UTF_8));
            }
            words.setValueCount(3);
            for (int i = 0; i < 6; i++) {
                plain.setSafe(i, ("word " + i % 3).getBytes(StandardCharsets.UTF_8));
            }
            plain.setValueCount(6);
            Dictionary dictionary = new Dictionary(words, encoding);
            MapDictionaryProvider provider = new MapDictionaryProvider(dictionary);
            try (FieldVector encoded = (FieldVector) DictionaryEncoder.encode(plain, dictionary);
                    VectorSchemaRoot root = new VectorSchemaRoot(List.of(encoded))) {
                try (FlightPut put = duo.client().doPut(ANY, root.getSchema(), provider)) {
                    put.writer().write(root);
                    put.writer().write(root);
                    put.writer().doneWriting();
                }
                assertThat(stored)
                        .containsExactly(
                                "word 0", "word 1", "word 2", "word 0", "word 1", "word 2", "word 0", "word 1",
                                "word 2", "word 0", "word 1", "word 2");
                try (FlightExchange exchange = duo.client().doExchange(ANY)) {
                    exchange.writer().begin(root.getSchema(), provider);
                    exchange.writer().write(root);
                    exchange.writer().doneWriting();
                    FlightStreamReader reader = exchange.reader();
                    assertThat(reader.next()).isTrue();
                    try (FieldVector decoded = (FieldVector) DictionaryEncoder.decode(
                            reader.root().getVector(0), reader.dictionaries().lookup(7), memory)) {
                        assertThat(decoded.getObject(5)).hasToString("word 2");
                    }
                    assertThat(reader.next()).isFalse();
                }
            }
        }
    }

    @Test
    void manyStreamsOnOneConnection(BufferAllocator memory) throws Exception {
        try (Duo duo = Duo.of(memory, new Plain(40, 500))) {
            List<CompletableFuture<List<String>>> all = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                all.add(CompletableFuture.supplyAsync(() -> {
                    List<String> rows = new ArrayList<>();
                    try (FlightStreamReader reader = duo.client().doGet(Ticket.of("t"))) {
                        while (reader.next()) {
                            rows.addAll(Rows.read(reader.root()));
                        }
                    }
                    return rows;
                }));
            }
            for (CompletableFuture<List<String>> rows : all) {
                assertThat(rows.get(40, TimeUnit.SECONDS)).isEqualTo(Rows.expected(0, 20_000));
            }
        }
    }

    @Test
    void aSchemaThatDoesNotFitIsRefusedByTheWriter(BufferAllocator memory) {
        Schema empty = new Schema(List.of());
        try (Duo duo = Duo.of(memory, new Plain(0, 0));
                VectorSchemaRoot root = Rows.root(memory)) {
            FlightPut put = duo.client().doPut(ANY, empty);
            Rows.fill(root, 0, 1);
            assertThatThrownBy(() -> put.writer().write(root)).isInstanceOf(IllegalArgumentException.class);
            put.writer().doneWriting();
            put.close();
        } catch (FlightInternalException e) {
            throw new AssertionError("the call itself is sound", e);
        }
    }
}
