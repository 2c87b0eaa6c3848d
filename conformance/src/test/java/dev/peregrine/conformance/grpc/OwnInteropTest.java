package dev.peregrine.conformance.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** gRPC's interop cases between our own client and our own server. */
@ExtendWith(LeakCheck.class)
@Timeout(120)
class OwnInteropTest {
    private static InteropServer server;

    @BeforeAll
    static void open() throws Exception {
        server = new InteropServer(0, null);
    }

    @AfterAll
    static void close() {
        server.close();
    }

    static Set<String> cases() {
        return InteropClient.cases();
    }

    @Test
    void theScoreIs24() {
        assertThat(cases()).hasSize(24);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void oursWithOurs(String name) throws Exception {
        try (InteropClient client = new InteropClient(server.port(), null)) {
            client.run(name);
        }
    }
}
