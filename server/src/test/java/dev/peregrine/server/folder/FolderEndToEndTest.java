package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The folder behind a real server, with a real client. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class FolderEndToEndTest {

    @TempDir
    Path temp;

    private Path root;
    private BufferAllocator allocator;
    private FlightServer server;
    private FlightClient client;

    @BeforeEach
    void start(BufferAllocator allocator) throws IOException {
        this.allocator = allocator;
        root = temp.toRealPath();
        server = FlightServer.builder("grpc://localhost:0", FolderService.open(root))
                .allocator(allocator)
                .drain(Duration.ofSeconds(10))
                .start();
        client = FlightClient.builder(server.location()).allocator(allocator).build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void whatIsPutIsThere() throws IOException {
        FlightDescriptor descriptor = FlightDescriptor.path("trades", "2024");
        List<String> acks = new ArrayList<>();
        try (FlightPut put = client.doPut(descriptor, Samples.SCHEMA)) {
            write(put.writer(), Samples.batch(allocator, 0, 3), "0");
            write(put.writer(), Samples.batch(allocator, 3, 50_000), "1");
            put.writer().doneWriting();
            for (PutResult ack; (ack = put.metadataReader().read()) != null; ) {
                acks.add(new String(ack.metadata(), StandardCharsets.UTF_8));
            }
        }

        long bytes = Files.size(root.resolve("trades/2024.arrow"));
        assertThat(acks).containsExactly("0", "1", "{\"records\":50003,\"batches\":2,\"bytes\":" + bytes + "}");
        FlightInfo info = client.getFlightInfo(descriptor);
        assertThat(info.schema()).isEqualTo(Samples.SCHEMA);
        assertThat(info.totalRecords()).isEqualTo(50_003);
        assertThat(info.totalBytes()).isEqualTo(bytes);
        assertThat(client.getSchema(descriptor)).isEqualTo(Samples.SCHEMA);
        assertThat(client.pollFlightInfo(descriptor).isComplete()).isTrue();
        assertThat(client.listFlights(Criteria.of("trades/"))).containsExactly(info);
        assertThat(client.listFlights(Criteria.of("nothing"))).isEmpty();
        assertThat(ids(client, info.endpoints().get(0).ticket())).isEqualTo(Samples.ids(50_003));
    }

    @Test
    void dictionariesCompressionAndAllPassThroughPutAndGet() throws IOException {
        try (FlightPut put = client.doPut(FlightDescriptor.path("a"), Samples.DICTIONARY_SCHEMA)) {
            put(
                    put,
                    Samples.cities(allocator, false, "Oslo", "Rome"),
                    Samples.indices(allocator, 1, 0),
                    Samples.cities(allocator, false, "Lima"),
                    Samples.raw(allocator, 5, Samples.ArrowBodyCompressions.ZSTD, new byte[0], Samples.bytes(77, 9)));
        }

        assertThat(root.resolve("a.arrows")).exists();
        assertThat(client.getSchema(FlightDescriptor.path("a"))).isEqualTo(Samples.DICTIONARY_SCHEMA);
        try (FlightStreamReader reader = client.doGet(Ticket.of("a"))) {
            List<String> log = new ArrayList<>();
            assertThat(reader.messageSchema()).isEqualTo(Samples.DICTIONARY_SCHEMA);
            while (reader.nextMessage()) {
                if (reader.message() instanceof ArrowDictionaryBatch dictionary) {
                    log.add("dictionary of " + dictionary.getDictionary().getLength());
                } else if (reader.message() instanceof ArrowRecordBatch batch) {
                    byte[] bytes = new byte[(int) batch.getBuffers().get(1).readableBytes()];
                    batch.getBuffers().get(1).getBytes(0, bytes);
                    log.add("batch of " + batch.getLength() + " with " + bytes.length + " bytes, the last "
                            + bytes[bytes.length - 1] + ", codec "
                            + batch.getBodyCompression().getCodec());
                }
            }
            assertThat(log)
                    .containsExactly(
                            "dictionary of 2",
                            "batch of 2 with 2 bytes, the last 0, codec -1",
                            "dictionary of 1",
                            "batch of 5 with 77 bytes, the last 9, codec 1");
        }
    }

    @Test
    void anExchangeIsAnEcho() {
        try (FlightExchange exchange = client.doExchange(FlightDescriptor.command("echo"))) {
            exchange.writer().begin(Samples.SCHEMA);
            assertThat(exchange.reader().schema())
                    .as("the schema comes back before any batch is sent")
                    .isEqualTo(Samples.SCHEMA);
            for (int i = 0; i < 3; i++) {
                write(exchange.writer(), Samples.batch(allocator, i, 1), "meta " + i);
                assertThat(exchange.reader().next()).isTrue();
                assertThat(exchange.reader().root().getVector("id").getObject(0))
                        .isEqualTo((long) i);
                assertThat(exchange.reader().metadata()).asString().isEqualTo("meta " + i);
            }
            exchange.writer().writeMetadata("alone".getBytes(StandardCharsets.UTF_8));
            exchange.writer().doneWriting();
            assertThat(exchange.reader().next()).isTrue();
            assertThat(exchange.reader().hasData()).isFalse();
            assertThat(exchange.reader().metadata()).asString().isEqualTo("alone");
            assertThat(exchange.reader().next()).isFalse();
        }
    }

    @Test
    void actionsAct() throws IOException {
        Path file = Samples.file(allocator, root.resolve("x/a.arrow"), 3);

        assertThat(act("healthcheck", "")).containsExactly("ok");
        assertThat(act("stat", "x/a"))
                .singleElement()
                .asString()
                .contains("\"records\":3", "\"bytes\":" + Files.size(file));
        assertThat(act("delete", "x/a")).containsExactly("{\"deleted\":\"x/a\"}");
        assertThat(file).doesNotExist();
        assertThat(client.listActions()).extracting("type").containsExactly("delete", "stat", "healthcheck");
    }

    @Test
    void failuresReachTheClientInWords() throws IOException {
        Files.writeString(root.resolve("bad.arrow"), "this is no Arrow file");

        assertThatExceptionOfType(FlightNotFoundException.class)
                .isThrownBy(() -> client.getFlightInfo(FlightDescriptor.path("x", "y")))
                .withMessageContaining("no flight named x/y in this folder");
        assertThatExceptionOfType(FlightInternalException.class)
                .isThrownBy(() -> ids(client, Ticket.of("bad")))
                .withMessageContaining("flight bad cannot be read: it is no Arrow file")
                .withMessageNotContaining(root.toString());
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> act("explode", ""))
                .withMessageContaining("known are delete, stat, healthcheck");
        assertThatExceptionOfType(FlightInvalidArgumentException.class)
                .isThrownBy(() -> {
                    try (FlightPut put = client.doPut(FlightDescriptor.path("..", "a"), Samples.SCHEMA)) {
                        put.writer().doneWriting();
                    }
                })
                .withMessageContaining("begins with a dot");
        assertThat(client.listFlights(Criteria.EMPTY)).isEmpty();
    }

    /** The server drains when it is closed: after that, all that the put had begun must be gone. */
    @Test
    void aPutThatIsCancelledLeavesNothingBehind() throws IOException {
        FlightPut put = client.doPut(FlightDescriptor.path("new", "a"), Samples.SCHEMA);
        write(put.writer(), Samples.batch(allocator, 0, 50_000), "0");
        assertThat(put.metadataReader().read()).isNotNull();
        assertThat(root).isDirectoryContaining("glob:**/.peregrine-put-*.tmp");

        put.cancel();
        put.close();
        client.close();
        server.close();

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void aClientThatGoesAwayInMidPutLeavesNothingBehind() throws IOException {
        Samples.file(allocator, root.resolve("a.arrow"), 5);
        FlightPut put = client.doPut(FlightDescriptor.path("a"), Samples.SCHEMA);
        write(put.writer(), Samples.batch(allocator, 0, 50_000), "0");
        assertThat(put.metadataReader().read()).isNotNull();

        client.close();
        server.close();

        assertThat(root.toFile().list()).containsExactly("a.arrow");
        assertThat(Samples.idsOf(allocator, IpcFileTest.copy(root.resolve("a.arrow"), allocator).stream()))
                .isEqualTo(Samples.ids(5));
        try {
            put.close();
        } catch (FlightException e) {
            assertThat(e).hasMessageContaining("clos");
        }
    }

    /** 256 MiB through a server that may allocate 24 MiB, with a client that may allocate 48. */
    @Test
    void aLargeFlightTakesLittleMemory() throws Exception {
        BigFile.write(allocator, root.resolve("big.arrow"), 128, 2 << 20);
        try (BufferAllocator servers = allocator.newChildAllocator("server", 0, 24 << 20);
                BufferAllocator clients = allocator.newChildAllocator("client", 0, 48 << 20);
                FlightServer little = FlightServer.builder("grpc://localhost:0", FolderService.open(root))
                        .allocator(servers)
                        .start();
                FlightClient one = FlightClient.builder(little.location())
                        .allocator(clients)
                        .build();
                FlightStreamReader reader = one.doGet(Ticket.of("big"))) {
            long records = 0;
            for (ArrowRecordBatch batch; (batch = reader.nextBatch()) != null; ) {
                records += batch.getLength();
                batch.close();
            }
            assertThat(records).isEqualTo(128L * (2 << 20) / 8);
        }
    }

    @Test
    void manySmallBatchesComeBackInOrder() {
        int batches = 500;
        try (FlightPut put = client.doPut(FlightDescriptor.path("small"), Samples.SCHEMA)) {
            for (int i = 0; i < batches; i++) {
                write(put.writer(), Samples.batch(allocator, i, 1), "");
            }
            put.writer().doneWriting();
        }

        assertThat(ids(client, Ticket.of("small"))).isEqualTo(Samples.ids(batches));
    }

    @Test
    void manyPutsAndGetsAtOnce() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> jobs = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String name = i % 2 == 0 ? "own-" + i : "shared";
                int rows = 100 + i;
                jobs.add(() -> {
                    try (FlightPut put = client.doPut(FlightDescriptor.path("many", name), Samples.SCHEMA)) {
                        put(put, Samples.batch(allocator, 0, rows), Samples.batch(allocator, rows, rows));
                    }
                    List<Long> ids = ids(client, Ticket.of("many/" + name));
                    assertThat(ids).isEqualTo(Samples.ids(ids.size()));
                    if (!name.equals("shared")) {
                        assertThat(ids).hasSize(2 * rows);
                    }
                    return null;
                });
            }
            for (Future<Void> job : pool.invokeAll(jobs)) {
                job.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(client.listFlights(Criteria.of("many/*"))).hasSize(21);
        assertThat(root.resolve("many")).isDirectoryNotContaining("glob:**/.*");
    }

    private List<String> act(String type, String body) {
        List<String> results = new ArrayList<>();
        for (Result result : client.doAction(new Action(type, body))) {
            results.add(new String(result.body(), StandardCharsets.UTF_8));
        }
        return results;
    }

    private static List<Long> ids(FlightClient client, Ticket ticket) {
        List<Long> ids = new ArrayList<>();
        try (FlightStreamReader reader = client.doGet(ticket)) {
            while (reader.next()) {
                for (int i = 0; i < reader.root().getRowCount(); i++) {
                    Long id = (Long) reader.root().getVector("id").getObject(i);
                    assertThat(reader.root().getVector("name").getObject(i)).hasToString("row " + id);
                    ids.add(id);
                }
            }
        }
        return ids;
    }

    private static void put(FlightPut put, ArrowMessage... messages) throws IOException {
        for (ArrowMessage message : messages) {
            if (message instanceof ArrowDictionaryBatch dictionary) {
                try (dictionary) {
                    put.writer().write(dictionary);
                }
            } else {
                write(put.writer(), (ArrowRecordBatch) message, "");
            }
        }
        put.writer().doneWriting();
    }

    private static void write(FlightStreamWriter writer, ArrowRecordBatch batch, String metadata) {
        try (batch) {
            writer.write(batch, metadata.getBytes(StandardCharsets.UTF_8));
        }
    }
}
