package dev.peregrine.interop.middleware;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.interop.parade.PeerServer;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.Location;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Middleware of a client of ours with that of a pyarrow server. */
@Tag("interop")
@WithPython
class PyarrowServerMiddlewareTest extends MiddlewareChecks {
    private ChildProcess peer;

    @BeforeAll
    void start() {
        peer = ChildProcess.pythonPeer("server.py", "--steps");
    }

    @AfterAll
    void stop() {
        peer.close();
    }

    @Override
    Location server() {
        return Location.tcp("127.0.0.1", peer.port());
    }

    @Override
    String serverStep() {
        return peer.line(ChildProcess.PATIENCE);
    }

    @Override
    boolean hearsOfCancelling() {
        return true;
    }

    @Test
    void trailersArrive() throws Exception {
        assertThat(PeerServer.act(client, "answer_headers", "")).containsExactly("");
        assertServer("started DO_ACTION", "completed DO_ACTION OK");
        List<String> steps = noted.steps.ofACall();
        assertThat(steps).hasSize(4);
        assertThat(steps.get(1)).startsWith("headers ").contains("x-answer=", "header", "x-answer-bin=", "00ff01");
        assertThat(steps.get(2)).isEqualTo("trailers x-trailer=trailer");
        assertThat(steps.get(3)).isEqualTo("completed OK");
    }
}
