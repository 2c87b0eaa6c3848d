package dev.peregrine.conformance.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import io.grpc.testing.integration.TestCases;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** gRPC's interop cases between us and grpc-java's interop client and server. */
@ExtendWith(LeakCheck.class)
@Tag("interop")
@Timeout(120)
class JavaInteropTest {
    private static final Pattern CLOUDS_AND_LOAD = Pattern.compile("creds|credentials|oauth|orca|cacheable");

    /** grpc-java's server does not look how requests came, and compresses no stream. */
    private static final Set<String> NOT_AT_JAVA =
            Set.of("client_compressed_unary", "client_compressed_streaming", "server_compressed_streaming");

    private static InteropServer ours;
    private static JavaPeer java;

    @BeforeAll
    static void open() throws Exception {
        ours = new InteropServer(0, null);
        java = JavaPeer.server("--port=0", "--use_tls=false");
    }

    @AfterAll
    static void close() throws Exception {
        ours.close();
        java.close();
    }

    /** What the Java client has, but for credentials of clouds, reports of load (orca), and what needs a cache between. */
    static List<String> javaCases() {
        return Stream.of(TestCases.values())
                .map(name -> name.name().toLowerCase(Locale.ROOT))
                .filter(name -> !CLOUDS_AND_LOAD.matcher(name).find())
                .toList();
    }

    static List<String> ourCases() {
        return InteropClient.cases().stream()
                .filter(name -> !NOT_AT_JAVA.contains(name))
                .toList();
    }

    @Test
    void theScoresAre24And21() {
        assertThat(javaCases()).hasSize(24);
        assertThat(ourCases()).hasSize(21);
    }

    @ParameterizedTest
    @MethodSource("javaCases")
    void theJavaClientWithOurServer(String name) throws Exception {
        JavaPeer.runClient(
                "--server_host=localhost",
                "--server_port=" + ours.port(),
                "--use_tls=false",
                "--test_case=" + name,
                // A second for each call is too little on a busy machine.
                "--soak_per_iteration_max_acceptable_latency_ms=30000",
                "--soak_overall_timeout_seconds=100");
    }

    @ParameterizedTest
    @MethodSource("ourCases")
    void ourClientWithTheJavaServer(String name) throws Exception {
        try (InteropClient client = new InteropClient(java.port(), null)) {
            client.run(name);
        }
    }
}
