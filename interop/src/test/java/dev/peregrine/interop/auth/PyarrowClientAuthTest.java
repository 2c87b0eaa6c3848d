package dev.peregrine.interop.auth;

import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.testing.LeakCheck;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A pyarrow client with the ready-made authenticators of our server; what it sees is in {@code auth_checks.py}. */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class PyarrowClientAuthTest {
    private GuardedServer server;
    private ChildProcess peer;

    @BeforeAll
    void start(BufferAllocator allocator) {
        server = new GuardedServer(allocator);
        peer = ChildProcess.pythonPeer("auth_checks.py", server.uri());
    }

    @AfterAll
    void stop() {
        peer.close();
        server.close();
    }

    private void check(String name) {
        peer.check(name, ChildProcess.PATIENCE);
    }

    @Test
    void aPasswordForABearerToken() {
        check("basic_token");
    }

    @Test
    void aWrongPassword() {
        check("wrong_password");
    }

    @Test
    void aBearerTokenThatIsTakenBack() {
        check("revoked_token");
    }

    @Test
    void aPasswordWithAnyCallIsAnsweredWithAToken() {
        check("password_with_any_call");
    }

    @Test
    void aTokenOutOfTheHandshake() {
        check("handshake");
    }

    @Test
    void noCredentials() {
        check("nothing_shown");
    }
}
