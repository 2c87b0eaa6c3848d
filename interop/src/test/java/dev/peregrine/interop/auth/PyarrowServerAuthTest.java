package dev.peregrine.interop.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.interop.parade.PeerServer;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** A client of ours with a pyarrow server that issues bearer tokens ({@code python/issued_tokens.py}). */
@Tag("interop")
@WithPython
class PyarrowServerAuthTest extends RenewalChecks {
    private ChildProcess peer;

    @BeforeAll
    void start() {
        peer = ChildProcess.pythonPeer("server.py", "--auth", "tokens");
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
    void forgetTokens() {
        CallOptions options = CallOptions.NONE
                .credentials(CallCredentials.basic("admin", "secret of admin"))
                .header("x-forget", "all");
        try (BufferAllocator memory = new RootAllocator();
                FlightClient admin =
                        FlightClient.builder(server()).allocator(memory).build()) {
            assertThat(PeerServer.act(admin, "silent", "", options)).isEmpty();
        }
    }
}
