package dev.peregrine.interop.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.interop.parade.Parade;
import dev.peregrine.interop.parade.ParadeService;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClientMiddleware;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Middleware of a server of ours with that of a flight-core client. */
@Tag("interop")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class FlightCoreClientMiddlewareTest {
    private static final String ANSWER = "headers x-answer=one,two x-answer-bin=00ff";

    /** flight-core's own memory: what it may leak is not ours to judge. */
    private final BufferAllocator clientMemory = new RootAllocator();

    private final ServerSteps noted = new ServerSteps();
    private final Steps clientSteps = new Steps();
    private CallHeaders sent = new org.apache.arrow.flight.FlightCallHeaders();
    private FlightServer server;
    private FlightClient client;

    /** Notes what it is told, which flight-core does for headers, or trailers if there are none. */
    private final class Noting implements FlightClientMiddleware {
        @Override
        public void onBeforeSendingHeaders(CallHeaders headers) {
            for (String name : sent.keys()) {
                if (name.endsWith("-bin")) {
                    sent.getAllByte(name).forEach(value -> headers.insert(name, value));
                } else {
                    sent.getAll(name).forEach(value -> headers.insert(name, value));
                }
            }
        }

        @Override
        public void onHeadersReceived(CallHeaders headers) {
            clientSteps.add("headers" + Steps.shown(headers));
        }

        @Override
        public void onCallCompleted(CallStatus status) {
            clientSteps.add("completed " + status.code());
        }
    }

    private FlightClientMiddleware begin(CallInfo call) {
        clientSteps.add("started " + call.method());
        return new Noting();
    }

    @BeforeEach
    void start(BufferAllocator allocator) {
        server = FlightServer.builder("grpc://127.0.0.1:0", new ParadeService(ParadeService.Auth.NONE))
                .allocator(allocator)
                .middleware(noted)
                .start();
        client = FlightClient.builder(clientMemory, Location.forGrpcInsecure("127.0.0.1", server.port()))
                .intercept(this::begin)
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
        assertThat(noted.steps.rest()).as("nothing is told after the end").isEmpty();
    }

    private int act(String type, String body) {
        Iterator<Result> results = client.doAction(new Action(type, Parade.bytes(body)));
        int count = 0;
        while (results.hasNext()) {
            results.next();
            count++;
        }
        return count;
    }

    private void assertServer(String method, String end) throws InterruptedException {
        assertThat(noted.steps.ofACall()).containsExactly("started " + method, "completed " + end);
    }

    @Test
    void headersArriveBothWays() throws Exception {
        sent.insert("x-call", "1");
        sent.insert("x-call", "2, and a comma");
        sent.insert("x-call-bin", new byte[] {0, -1, 1});
        sent.insert("x-call-bin", new byte[] {2});
        assertThat(act("echo", "body")).isEqualTo(1);
        assertServer("DO_ACTION x-call=1,2, and a comma x-call-bin=00ff01,02", "DO_ACTION OK");
        assertThat(clientSteps.ofACall()).containsExactly("started DO_ACTION", ANSWER, "completed OK");
    }

    @Test
    void everyKindOfCall() throws Exception {
        FlightDescriptor ints = FlightDescriptor.path("ints");
        assertThat(client.listFlights(new Criteria(Parade.bytes("words")))).hasSize(1);
        assertCall("LIST_FLIGHTS");
        client.getInfo(ints);
        assertCall("GET_FLIGHT_INFO");
        client.pollInfo(FlightDescriptor.command(Parade.bytes("poll")));
        assertCall("POLL_FLIGHT_INFO");
        client.getSchema(ints);
        assertCall("GET_SCHEMA");
        assertThat(client.listActions()).hasSize(Parade.ACTIONS.size());
        assertCall("LIST_ACTIONS");
        try (FlightStream stream = client.getStream(new Ticket(Parade.bytes("ints")))) {
            for (int n = 0; stream.next(); n++) {
                Parade.assertInts(stream.getRoot(), n);
            }
        }
        assertCall("DO_GET");
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, clientMemory)) {
            var writer = client.startPut(FlightDescriptor.path("sum"), root, new AsyncPutListener());
            Parade.fillInts(root, 0);
            writer.putNext();
            writer.completed();
            writer.getResult();
        }
        assertCall("DO_PUT");
        try (FlightClient.ExchangeReaderWriter exchange =
                client.doExchange(FlightDescriptor.command(Parade.bytes("get")))) {
            exchange.getWriter().completed();
            while (exchange.getReader().next()) {
                assertThat(exchange.getReader().getRoot().getRowCount()).isEqualTo(Parade.ROWS_A_BATCH);
            }
        }
        assertCall("DO_EXCHANGE");
    }

    private void assertCall(String method) throws InterruptedException {
        assertServer(method, method + " OK");
        assertThat(clientSteps.ofACall()).containsExactly("started " + method, ANSWER, "completed OK");
    }

    private void assertFails(Runnable call, FlightStatusCode code, String words) {
        assertThatThrownBy(call::run)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e -> assertThat(e.status().code()).isEqualTo(code));
    }

    @Test
    void anErrorBringsItsHeaders() throws Exception {
        assertFails(() -> act("error", "UNAVAILABLE:not now:extra"), FlightStatusCode.UNAVAILABLE, "not now");
        assertServer("DO_ACTION", "DO_ACTION UNAVAILABLE");
        List<String> steps = clientSteps.ofACall();
        assertThat(steps).hasSize(3).startsWith("started DO_ACTION").endsWith("completed UNAVAILABLE");
        assertThat(steps.get(1)).contains("x-answer=one,two x-answer-bin=00ff");
    }

    @Test
    void aCancelledCallIsCompletedOnceAtTheServer() throws Exception {
        try (FlightStream stream = client.getStream(new Ticket(Parade.bytes("endless")))) {
            assertThat(stream.next()).isTrue();
            stream.cancel("enough", null);
        }
        List<String> steps = noted.steps.ofACall();
        assertThat(steps).hasSize(2).startsWith("started DO_GET");
        assertThat(steps.get(1))
                .as("the service may end well")
                .isIn("completed DO_GET CANCELLED", "completed DO_GET OK");
    }

    @Test
    void theServersMiddlewareRefusesACall() throws Exception {
        sent.insert("x-refuse", "yes");
        assertFails(() -> act("echo", "x"), FlightStatusCode.UNAUTHORIZED, "refused by middleware");
        assertFails(
                () -> client.getStream(new Ticket(Parade.bytes("ints"))).next(),
                FlightStatusCode.UNAUTHORIZED,
                "refused by middleware");
        assertThat(clientSteps.ofACall()).startsWith("started DO_ACTION").endsWith("completed UNAUTHORIZED");
        assertThat(noted.steps.rest()).isEmpty();
    }

    @Test
    void theClientsMiddlewareRefusesACall() throws Exception {
        try (FlightClient refusing = FlightClient.builder(
                        clientMemory, Location.forGrpcInsecure("127.0.0.1", server.port()))
                .intercept(call -> {
                    throw CallStatus.UNAUTHORIZED
                            .withDescription("not this one")
                            .toRuntimeException();
                })
                .build()) {
            assertFails(
                    () -> refusing.getInfo(FlightDescriptor.path("ints")), FlightStatusCode.UNAUTHORIZED, "not this");
        }
        assertThat(noted.steps.rest()).as("nothing came to the server").isEmpty();
    }
}
