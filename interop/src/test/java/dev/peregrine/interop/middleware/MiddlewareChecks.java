package dev.peregrine.interop.middleware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.interop.parade.Parade;
import dev.peregrine.interop.parade.PeerServer;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightUnauthorizedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.testing.LeakCheck;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Middleware of a client of ours with a server that has middleware too: it notes the headers of each call and its end, answers
 * with {@code x-answer} and {@code x-answer-bin}, and refuses calls that have {@code x-refuse}.
 */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class MiddlewareChecks {
    private static final String ANSWER = " x-answer=one,two x-answer-bin=00ff";

    ClientSteps noted;
    private BufferAllocator allocator;
    FlightClient client;

    /** A server of the parade. */
    abstract Location server();

    /** The next thing that its middleware was told; waits for it. */
    abstract String serverStep() throws InterruptedException;

    /** Whether its middleware hears of the end of a call that the client has given up. */
    abstract boolean hearsOfCancelling();

    @BeforeEach
    void connect(BufferAllocator allocator) {
        this.allocator = allocator;
        noted = new ClientSteps();
        client = FlightClient.builder(server())
                .allocator(allocator)
                .middleware(noted)
                .build();
    }

    @AfterEach
    void disconnect() {
        client.close();
        assertThat(noted.steps.rest()).as("nothing is told after the end").isEmpty();
    }

    final void assertServer(String... steps) throws InterruptedException {
        for (String step : steps) {
            assertThat(serverStep()).isEqualTo(step);
        }
    }

    @Test
    void headersArriveBothWays() throws Exception {
        noted.send(new CallHeaders()
                .add("x-call", "1")
                .add("x-call", "2, and a comma")
                .add("x-call-bin", new byte[] {0, -1, 1})
                .add("x-other-bin", new byte[0]));
        assertThat(PeerServer.act(client, "echo", "body")).containsExactly("body");
        assertServer(
                "started DO_ACTION x-call=1,2, and a comma x-call-bin=00ff01 x-other-bin=", "completed DO_ACTION OK");
        assertThat(noted.steps.ofACall())
                .filteredOn(step -> !step.equals("trailers"))
                .containsExactly("started DO_ACTION", "headers" + ANSWER, "completed OK");
    }

    /** Each call of Flight is one call to both ends, and ends once. */
    @Test
    void everyKindOfCall() throws Exception {
        FlightDescriptor ints = FlightDescriptor.path("ints");
        client.listFlights(new Criteria(Parade.bytes("words"))).toList();
        assertCall("LIST_FLIGHTS");
        client.getFlightInfo(ints);
        assertCall("GET_FLIGHT_INFO");
        client.getSchema(ints);
        assertCall("GET_SCHEMA");
        client.listActions().toList();
        assertCall("LIST_ACTIONS");
        try (FlightStreamReader reader = client.doGet(Ticket.of("ints"))) {
            for (int n = 0; reader.next(); n++) {
                Parade.assertInts(reader.root(), n);
            }
        }
        assertCall("DO_GET");
        put();
        assertCall("DO_PUT");
        try (FlightExchange exchange = client.doExchange(FlightDescriptor.command("get"))) {
            exchange.writer().doneWriting();
            while (exchange.reader().next()) {
                assertThat(exchange.reader().root().getRowCount()).isEqualTo(Parade.ROWS_A_BATCH);
            }
        }
        assertCall("DO_EXCHANGE");
    }

    private void put() {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator);
                FlightPut put = client.doPut(FlightDescriptor.path("sum"), Parade.INTS)) {
            Parade.fillInts(root, 0);
            put.writer().write(root);
            put.writer().doneWriting();
            assertThat(Parade.text(put.metadataReader().read().metadata())).isEqualTo("" + Parade.ROWS_A_BATCH);
            assertThat(put.metadataReader().read()).isNull();
        }
    }

    private void assertCall(String method) throws InterruptedException {
        assertServer("started " + method, "completed " + method + " OK");
        List<String> steps = new ArrayList<>(noted.steps.ofACall());
        assertThat(steps.get(0)).isEqualTo("started " + method);
        assertThat(steps.get(1)).startsWith("headers x-answer=");
        assertThat(steps.get(steps.size() - 1)).isEqualTo("completed OK");
        assertThat(noted.steps.rest()).isEmpty();
    }

    @Test
    void anErrorBringsItsHeaders() throws Exception {
        assertThatThrownBy(() -> PeerServer.act(client, "error", "UNAVAILABLE:not now:extra"))
                .isInstanceOfSatisfying(FlightUnavailableException.class, e -> {
                    assertThat(Parade.text(e.extraInfo())).isEqualTo("extra");
                    assertThat(e.method()).isEqualTo("DoAction");
                });
        assertThat(serverStep()).isEqualTo("started DO_ACTION");
        assertThat(serverStep()).startsWith("completed DO_ACTION ").doesNotEndWith(" OK");
        List<String> steps = noted.steps.ofACall();
        assertThat(String.join("\n", steps))
                .as("in the headers or in the trailers")
                .containsOnlyOnce(ANSWER);
        assertThat(steps.get(steps.size() - 1)).isEqualTo("completed UNAVAILABLE");
    }

    @Test
    void anErrorInTheMiddleOfAStream() throws Exception {
        try (FlightStreamReader reader = client.doGet(Ticket.of("fail_middle:INTERNAL:broke off"))) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.next()).isTrue();
            assertThatThrownBy(reader::next).isInstanceOf(FlightException.class).hasMessageContaining("broke off");
        }
        List<String> steps = noted.steps.ofACall();
        assertThat(steps).startsWith("started DO_GET", "headers" + ANSWER).endsWith("completed INTERNAL");
        assertThat(serverStep()).isEqualTo("started DO_GET");
        assertThat(serverStep()).startsWith("completed DO_GET ").doesNotEndWith(" OK");
    }

    @Test
    void aCancelledCallIsCompletedOnce() throws Exception {
        try (FlightStreamReader reader = client.doGet(Ticket.of("endless"))) {
            assertThat(reader.next()).isTrue();
            reader.cancel();
        }
        List<String> steps = noted.steps.ofACall();
        assertThat(steps).startsWith("started DO_GET", "headers" + ANSWER).endsWith("completed CANCELLED");
        assertThat(serverStep()).isEqualTo("started DO_GET");
        if (hearsOfCancelling()) {
            assertThat(serverStep()).startsWith("completed DO_GET ");
        }
    }

    @Test
    void theServersMiddlewareRefusesACall() throws Exception {
        noted.send(CallHeaders.of("x-refuse", "yes"));
        assertThatThrownBy(() -> PeerServer.act(client, "echo", "body"))
                .isInstanceOf(FlightUnauthorizedException.class)
                .hasMessageContaining("refused by middleware");
        assertThat(noted.steps.ofACall()).startsWith("started DO_ACTION").endsWith("completed UNAUTHORIZED");
        try (FlightStreamReader reader = client.doGet(Ticket.of("ints"))) {
            assertThatThrownBy(reader::next).isInstanceOf(FlightUnauthorizedException.class);
        }
        assertThat(noted.steps.ofACall()).startsWith("started DO_GET").endsWith("completed UNAUTHORIZED");
        assertThatThrownBy(this::put).isInstanceOf(FlightUnauthorizedException.class);
        assertThat(noted.steps.ofACall()).startsWith("started DO_PUT").endsWith("completed UNAUTHORIZED");

        noted.send(new CallHeaders());
        assertThat(PeerServer.act(client, "echo", "body")).containsExactly("body");
        noted.steps.ofACall();
        assertServer("started DO_ACTION", "completed DO_ACTION OK");
    }

    @Test
    void theClientsMiddlewareRefusesACall() throws Exception {
        try (FlightClient refusing = FlightClient.builder(server())
                .allocator(allocator)
                .middleware(noted)
                .middleware(ClientSteps.refusing(FlightInvalidArgumentException.of("not this one")))
                .build()) {
            assertThatThrownBy(() -> PeerServer.act(refusing, "echo", "body"))
                    .isInstanceOf(FlightInvalidArgumentException.class)
                    .hasMessageContaining("not this one");
        }
        assertThat(noted.steps.ofACall())
                .containsExactly("started DO_ACTION", "completed " + FlightStatusCode.INVALID_ARGUMENT);
        noted.send(CallHeaders.of("x-call", "the first that the server hears of"));
        PeerServer.act(client, "silent", "");
        noted.steps.ofACall();
        assertServer("started DO_ACTION x-call=the first that the server hears of", "completed DO_ACTION OK");
    }
}
