package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightWriteSizeExceededException;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The programs of the documentation, as a user would type them, against a server as a user would write it. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ApiProgramsTest {
    private static final int BATCHES = 3;
    private static final int ROWS = 100;

    /** The service of the documentation. */
    static final class Trades implements FlightService {
        final List<String> stored = new ArrayList<>();

        @Override
        public Iterable<FlightInfo> listFlights(ServerCall call, Criteria criteria) {
            return List.of(info());
        }

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            if (!descriptor.equals(FlightDescriptor.path("trades"))) {
                throw FlightNotFoundException.of("no flight named " + descriptor);
            }
            return info();
        }

        private static FlightInfo info() {
            return FlightInfo.of(Rows.SCHEMA, FlightDescriptor.path("trades"), new FlightEndpoint(Ticket.of("trades")));
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                out.begin(Rows.SCHEMA);
                for (int i = 0; i < BATCHES && !call.isCancelled(); i++) {
                    Rows.fill(root, i * ROWS, ROWS);
                    out.write(root);
                }
            }
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            while (in.next()) {
                stored.addAll(Rows.read(in.root()));
                acks.write(in.metadata());
            }
        }

        @Override
        public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
            out.begin(in.schema());
            while (in.next()) {
                out.write(in.root());
                out.write(in.root());
            }
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(Result.of(action.type()), new Result(action.body()));
        }
    }

    private final Trades trades = new Trades();
    private FlightServer server;

    @BeforeEach
    void serve() {
        server = FlightServer.builder("grpc://localhost:0", trades).start();
        assertThat(server.location().uri()).isEqualTo("grpc://localhost:" + server.port());
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String uri() {
        return server.location().uri();
    }

    @Test
    void read() {
        long total = 0;
        List<String> rows = new ArrayList<>();
        try (var client = FlightClient.connect(uri())) {
            FlightInfo info = client.getFlightInfo(FlightDescriptor.path("trades"));
            for (FlightEndpoint endpoint : info.endpoints()) {
                try (FlightStreamReader reader = client.doGet(endpoint.ticket())) {
                    VectorSchemaRoot root = reader.root();
                    while (reader.next()) {
                        total += root.getRowCount();
                        rows.addAll(Rows.read(root));
                    }
                }
            }
        }
        assertThat(total).isEqualTo(BATCHES * ROWS);
        assertThat(rows).isEqualTo(Rows.expected(0, BATCHES * ROWS));
    }

    @Test
    void connectWithOptions(BufferAllocator mine) {
        List<FlightInfo> listed = new ArrayList<>();
        try (FlightClient client = FlightClient.builder(uri())
                .allocator(mine)
                .writeSizeLimitBytes(64 << 20)
                .keepalive(Duration.ofSeconds(30), Duration.ofSeconds(10))
                .build()) {
            client.waitForAvailable(Duration.ofSeconds(5));
            client.listFlights(Criteria.EMPTY, CallOptions.of(Duration.ofSeconds(20)))
                    .forEach(listed::add);
        }
        assertThat(listed).hasSize(1);
        assertThat(listed.get(0).descriptor()).isEqualTo(FlightDescriptor.path("trades"));
        assertThat(listed.get(0).schema()).isEqualTo(Rows.SCHEMA);
    }

    @Test
    void write(BufferAllocator mine) {
        List<String> acks = new ArrayList<>();
        try (var client = FlightClient.connect(uri());
                VectorSchemaRoot root = Rows.root(mine)) {
            try (FlightPut put = client.doPut(FlightDescriptor.path("trades"), root.getSchema())) {
                FlightStreamWriter writer = put.writer();
                for (int i = 0; i < BATCHES; i++) {
                    Rows.fill(root, i * ROWS, ROWS);
                    writer.write(root, new byte[] {(byte) ('a' + i)});
                }
                writer.doneWriting();
                for (PutResult ack; (ack = put.metadataReader().read()) != null; ) {
                    acks.add(new String(ack.metadata(), StandardCharsets.UTF_8));
                }
            }
        }
        assertThat(acks).containsExactly("a", "b", "c");
        assertThat(trades.stored).isEqualTo(Rows.expected(0, BATCHES * ROWS));
    }

    @Test
    void writeTooMuch(BufferAllocator mine) {
        try (var client = FlightClient.builder(uri()).writeSizeLimitBytes(4096).build();
                VectorSchemaRoot root = Rows.root(mine);
                FlightPut put = client.doPut(FlightDescriptor.path("trades"), root.getSchema())) {
            Rows.fill(root, 0, 1000);
            assertThatThrownBy(() -> put.writer().write(root))
                    .isInstanceOfSatisfying(FlightWriteSizeExceededException.class, e -> {
                        assertThat(e.limit()).isEqualTo(4096);
                        assertThat(e.actual()).isGreaterThan(8000);
                    });
            Rows.fill(root, 0, 10);
            put.writer().write(root);
            put.writer().doneWriting();
        }
        assertThat(trades.stored).isEqualTo(Rows.expected(0, 10));
    }

    @Test
    void writeTooMuchInParts(BufferAllocator mine) {
        try (var client = FlightClient.builder(uri())
                        .writeSizeLimitBytes(4096)
                        .splitLargeBatches(true)
                        .build();
                VectorSchemaRoot root = Rows.root(mine)) {
            Rows.fill(root, 0, 1000);
            try (FlightPut put = client.doPut(FlightDescriptor.path("trades"), root.getSchema())) {
                put.writer().write(root);
                put.writer().doneWriting();
            }
            assertThat(trades.stored).isEqualTo(Rows.expected(0, 1000));
            CallOptions refusing = CallOptions.NONE.splitLargeBatches(false);
            try (FlightPut put = client.doPut(FlightDescriptor.path("trades"), root.getSchema(), refusing)) {
                assertThatThrownBy(() -> put.writer().write(root)).isInstanceOf(FlightWriteSizeExceededException.class);
                put.writer().doneWriting();
            }
            CallOptions unlimited = refusing.writeSizeLimitBytes(0);
            trades.stored.clear();
            try (FlightPut put = client.doPut(FlightDescriptor.path("trades"), root.getSchema(), unlimited)) {
                put.writer().write(root);
                put.writer().doneWriting();
            }
            assertThat(trades.stored).isEqualTo(Rows.expected(0, 1000));
        }
    }

    @Test
    void exchange(BufferAllocator mine) {
        List<String> rows = new ArrayList<>();
        try (var client = FlightClient.connect(uri());
                VectorSchemaRoot root = Rows.root(mine)) {
            try (FlightExchange exchange = client.doExchange(FlightDescriptor.command("double"))) {
                exchange.writer().begin(Rows.SCHEMA);
                Rows.fill(root, 0, ROWS);
                exchange.writer().write(root);
                exchange.writer().doneWriting();
                while (exchange.reader().next()) {
                    rows.addAll(Rows.read(exchange.reader().root()));
                }
            }
        }
        assertThat(rows.subList(0, ROWS)).isEqualTo(Rows.expected(0, ROWS));
        assertThat(rows.subList(ROWS, 2 * ROWS)).isEqualTo(Rows.expected(0, ROWS));
    }

    @Test
    void smallCallsAndTheirTwins() throws Exception {
        byte[] body = {1, 2, 3};
        List<Result> results = new ArrayList<>();
        try (var client = FlightClient.connect(uri())) {
            for (Result r : client.doAction("compact", body)) {
                results.add(r);
            }
            CompletableFuture<FlightInfo> later = client.async().getFlightInfo(FlightDescriptor.path("trades"));
            assertThat(later.get(20, TimeUnit.SECONDS).schema()).isEqualTo(Rows.SCHEMA);
        }
        assertThat(results).containsExactly(Result.of("compact"), new Result(body));
    }

    @Test
    void errors() {
        try (var client = FlightClient.connect(uri())) {
            assertThatThrownBy(() -> client.getFlightInfo(FlightDescriptor.path("quotes")))
                    .isInstanceOfSatisfying(FlightNotFoundException.class, e -> {
                        assertThat(e.status()).isEqualTo(FlightStatusCode.NOT_FOUND);
                        assertThat(e).hasMessageContaining("GetFlightInfo").hasMessageContaining("" + server.port());
                        assertThat(e.description()).startsWith("no flight named");
                    });
        }
    }
}
