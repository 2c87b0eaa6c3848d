package dev.peregrine.interop.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.interop.parade.ParadeService;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Middleware of a server of ours with that of a pyarrow client; what the client sees is in {@code middleware_checks.py}. */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class PyarrowClientMiddlewareTest {
    private final ServerSteps noted = new ServerSteps();
    private FlightServer server;
    private ChildProcess peer;

    @BeforeAll
    void start(BufferAllocator allocator) {
        server = FlightServer.builder("grpc://127.0.0.1:0", new ParadeService(ParadeService.Auth.NONE))
                .allocator(allocator)
                .middleware(noted)
                .start();
        peer = ChildProcess.pythonPeer("middleware_checks.py", server.location().uri());
    }

    @AfterAll
    void stop() {
        peer.close();
        server.close();
        assertThat(noted.steps.rest()).as("nothing is told after the end").isEmpty();
    }

    private List<String> serverStepsOf(String check) throws InterruptedException {
        peer.check(check, ChildProcess.PATIENCE);
        return noted.steps.ofACall();
    }

    @Test
    void headersAndTrailersArrive() throws Exception {
        assertThat(serverStepsOf("headers_both_ways"))
                .containsExactly("started DO_ACTION x-call=1,2 and more x-call-bin=00ff01,", "completed DO_ACTION OK");
    }

    @Test
    void everyKindOfCall() throws Exception {
        peer.check("every_kind_of_call", ChildProcess.PATIENCE);
        for (String method : List.of(
                "LIST_FLIGHTS",
                "GET_FLIGHT_INFO",
                "GET_SCHEMA",
                "LIST_ACTIONS",
                "DO_ACTION",
                "DO_GET",
                "DO_PUT",
                "DO_EXCHANGE")) {
            assertThat(noted.steps.ofACall()).containsExactly("started " + method, "completed " + method + " OK");
        }
    }

    @Test
    void anErrorBringsItsHeadersAndTrailers() throws Exception {
        assertThat(serverStepsOf("error")).containsExactly("started DO_ACTION", "completed DO_ACTION UNAVAILABLE");
    }

    @Test
    void anErrorInTheMiddleOfAStream() throws Exception {
        assertThat(serverStepsOf("error_in_mid_stream")).containsExactly("started DO_GET", "completed DO_GET INTERNAL");
    }

    @Test
    void aCancelledCallIsCompletedOnce() throws Exception {
        List<String> steps = serverStepsOf("cancelled");
        assertThat(steps).hasSize(2).startsWith("started DO_GET");
        assertThat(steps.get(1))
                .as("the service may end well")
                .isIn("completed DO_GET CANCELLED", "completed DO_GET OK");
    }

    @Test
    void theServersMiddlewareRefusesACall() throws Exception {
        assertThat(serverStepsOf("refused_by_the_server"))
                .containsExactly("started DO_ACTION", "completed DO_ACTION OK");
    }
}
