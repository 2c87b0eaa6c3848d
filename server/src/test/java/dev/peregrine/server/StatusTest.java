package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.testing.LeakCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a service throws is what its client gets, wherever in a call it is thrown. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class StatusTest {
    private static final FlightDescriptor ANY = FlightDescriptor.path("any");

    /** Throws what it is told, after so many batches. */
    private record Failing(RuntimeException failure, int batches) implements FlightService {
        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            throw failure;
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            throw failure;
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                if (batches > 0) {
                    out.begin(Rows.SCHEMA);
                }
                for (int i = 0; i < batches; i++) {
                    Rows.fill(root, i * 10, 10);
                    out.write(root);
                }
            }
            throw failure;
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            for (int i = 0; i < batches && in.next(); i++) {
                acks.write(new byte[] {(byte) i});
            }
            throw failure;
        }

        @Override
        public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
            if (batches > 0) {
                out.begin(in.schema());
            }
            for (int i = 0; i < batches && in.next(); i++) {
                out.write(in.root());
            }
            throw failure;
        }

        @Override
        public void handshake(ServerCall call, HandshakeStream stream) {
            throw failure;
        }
    }

    private static void assertStatus(Throwable thrown, FlightStatusCode code, String method) {
        assertThat(thrown).isInstanceOfSatisfying(FlightException.class, e -> {
            assertThat(e.status()).isEqualTo(code);
            assertThat(e.getClass()).isEqualTo(code.exception("").getClass());
            assertThat(e.description()).isEqualTo("because: \u00fc 100 %");
            assertThat(e).hasMessageContaining(method);
            assertThat(e.extraInfo()).isEqualTo(new byte[] {1, 0, -1});
            assertThat(e.trailers().get("x-why")).isEqualTo("test");
        });
    }

    private static FlightException failure(FlightStatusCode code) {
        return code.exception("because: \u00fc 100 %")
                .withExtraInfo(new byte[] {1, 0, -1})
                .withTrailers(CallHeaders.of("x-why", "test"));
    }

    @ParameterizedTest
    @EnumSource(FlightStatusCode.class)
    void everyStatusBeforeAnyAnswer(FlightStatusCode code, BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Failing(failure(code), 0))) {
            FlightClient client = duo.client();
            assertThatThrownBy(() -> client.getFlightInfo(ANY)).satisfies(e -> assertStatus(e, code, "GetFlightInfo"));
            assertThatThrownBy(() -> client.doAction(new Action("x")).toList())
                    .satisfies(e -> assertStatus(e, code, "DoAction"));
            assertThatThrownBy(() -> get(client, new ArrayList<>())).satisfies(e -> assertStatus(e, code, "DoGet"));
            assertThatThrownBy(() -> client.authenticateBasicToken("u", "p"))
                    .satisfies(e -> assertStatus(e, code, "Handshake"));
        }
    }

    @ParameterizedTest
    @EnumSource(FlightStatusCode.class)
    void everyStatusInTheMiddleOfAGet(FlightStatusCode code, BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Failing(failure(code), 3))) {
            List<String> rows = new ArrayList<>();
            assertThatThrownBy(() -> get(duo.client(), rows)).satisfies(e -> assertStatus(e, code, "DoGet"));
            assertThat(rows).isEqualTo(Rows.expected(0, 30));
        }
    }

    private static void get(FlightClient client, List<String> rows) {
        try (FlightStreamReader reader = client.doGet(Ticket.of("t"))) {
            while (reader.next()) {
                rows.addAll(Rows.read(reader.root()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(FlightStatusCode.class)
    void everyStatusInTheMiddleOfAPut(FlightStatusCode code, BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Failing(failure(code), 2));
                VectorSchemaRoot root = Rows.root(memory)) {
            FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA);
            // Far more than fits in between: the writer has to learn of the failure while it writes.
            assertThatThrownBy(() -> {
                        for (int i = 0; ; i++) {
                            Rows.fill(root, i * 1000, 1000);
                            put.writer().write(root);
                        }
                    })
                    .satisfies(e -> assertStatus(e, code, "DoPut"));
            assertThat(put.metadataReader().read().metadata()).isEqualTo(new byte[] {0});
            assertThat(put.metadataReader().read().metadata()).isEqualTo(new byte[] {1});
            assertThatThrownBy(() -> put.metadataReader().read()).satisfies(e -> assertStatus(e, code, "DoPut"));
            assertThatThrownBy(put::close).satisfies(e -> assertStatus(e, code, "DoPut"));
            put.close();
        }
    }

    @Test
    void closingAFinishedPutRaisesTheServersError(BufferAllocator memory) {
        FlightStatusCode code = FlightStatusCode.ALREADY_EXISTS;
        try (Duo duo = Duo.of(memory, new Failing(failure(code), 5));
                VectorSchemaRoot root = Rows.root(memory)) {
            FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA);
            Rows.fill(root, 0, 10);
            put.writer().write(root);
            put.writer().doneWriting();
            assertThatThrownBy(put::close).satisfies(e -> assertStatus(e, code, "DoPut"));
        }
    }

    @Test
    void anExchangeRaisesTheServersError(BufferAllocator memory) {
        FlightStatusCode code = FlightStatusCode.UNAUTHORIZED;
        try (Duo duo = Duo.of(memory, new Failing(failure(code), 1));
                VectorSchemaRoot root = Rows.root(memory)) {
            FlightExchange exchange = duo.client().doExchange(ANY);
            exchange.writer().begin(Rows.SCHEMA);
            Rows.fill(root, 0, 10);
            exchange.writer().write(root);
            assertThat(exchange.reader().next()).isTrue();
            assertThat(Rows.read(exchange.reader().root())).isEqualTo(Rows.expected(0, 10));
            assertThatThrownBy(() -> exchange.reader().next()).satisfies(e -> assertStatus(e, code, "DoExchange"));
            assertThatThrownBy(exchange::close).satisfies(e -> assertStatus(e, code, "DoExchange"));
        }
    }

    @Test
    void anUnreadExchangeRaisesTheServersErrorWhenClosed(BufferAllocator memory) {
        FlightStatusCode code = FlightStatusCode.INVALID_ARGUMENT;
        try (Duo duo = Duo.of(memory, new Failing(failure(code), 1));
                VectorSchemaRoot root = Rows.root(memory)) {
            FlightExchange exchange = duo.client().doExchange(ANY);
            exchange.writer().begin(Rows.SCHEMA);
            Rows.fill(root, 0, 10);
            exchange.writer().write(root);
            exchange.writer().doneWriting();
            assertThatThrownBy(exchange::close).satisfies(e -> assertStatus(e, code, "DoExchange"));
        }
    }

    @Test
    void otherExceptionsTellTheClientNothingButAReference(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Failing(new IllegalStateException("the password is hunter2"), 0))) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(ANY))
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageNotContaining("hunter2")
                    .hasMessageContaining("log");
            assertThatThrownBy(() -> get(duo.client(), new ArrayList<>())).isInstanceOf(FlightInternalException.class);
        }
    }

    @Test
    void aGetWithoutBeginIsAnErrorOfTheServer(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new FlightService() {
                    @Override
                    public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {}
                });
                FlightStreamReader reader = duo.client().doGet(Ticket.of("t"))) {
            assertThatThrownBy(reader::schema)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("Server never sent a data message");
        }
    }

    @Test
    void aPutClosedWithoutDoneWritingIsCancelled(BufferAllocator memory) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        try (Duo duo = Duo.of(memory, new FlightService() {
                    @Override
                    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
                        try {
                            while (in.next()) {
                                begun.countDown();
                            }
                            seen.complete(null);
                        } catch (Throwable e) {
                            seen.complete(e);
                            throw e;
                        }
                    }
                });
                VectorSchemaRoot root = Rows.root(memory)) {
            FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA);
            Rows.fill(root, 0, 10);
            put.writer().write(root);
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(put::close)
                    .isInstanceOf(FlightCancelledException.class)
                    .hasMessageContaining("doneWriting");
            assertThat(seen.get(20, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
        }
    }

    @Test
    void aCancelledPutClosesQuietly(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Failing(failure(FlightStatusCode.INTERNAL), 1));
                FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA)) {
            put.cancel();
        }
    }
}
