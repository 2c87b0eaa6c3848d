package dev.peregrine.conformance.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import dev.peregrine.testing.LeakCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** gRPC's interop cases between us and gRPC's own programs in Go, in plaintext and with TLS. */
@ExtendWith(LeakCheck.class)
@NeedsProgram({GoInteropTest.CLIENT, GoServer.PROGRAM})
@Timeout(120)
class GoInteropTest {
    static final String CLIENT = "grpc-interop-client";

    /** What the Go client has, but for credentials of clouds and reports of load (orca). */
    private static final List<String> GO_CASES = List.of(
            "empty_unary",
            "large_unary",
            "client_streaming",
            "server_streaming",
            "ping_pong",
            "empty_stream",
            "timeout_on_sleeping_server",
            "cancel_after_begin",
            "cancel_after_first_response",
            "status_code_and_message",
            "special_status_message",
            "custom_metadata",
            "unimplemented_method",
            "unimplemented_service",
            "pick_first_unary",
            "rpc_soak",
            "channel_soak");

    /** grpc-go's server does not have gzip in it, and takes 4 MiB at most. */
    private static final Set<String> NOT_AT_GO = Set.of(
            "client_compressed_unary",
            "client_compressed_unary_noprobe",
            "client_compressed_streaming",
            "client_compressed_streaming_noprobe",
            "server_compressed_unary",
            "server_compressed_streaming",
            "very_large_request");

    private static TestCertificate certificate;
    private static InteropServer ours;
    private static InteropServer oursWithTls;
    private static GoServer go;
    private static GoServer goWithTls;

    @BeforeAll
    static void open(@TempDir Path folder) throws Exception {
        certificate = TestCertificate.write(folder);
        ours = new InteropServer(0, null);
        oursWithTls = new InteropServer(0, certificate.server());
        go = GoServer.start(List.of());
        goWithTls = GoServer.start(List.of(
                "-use_tls", "-tls_cert_file=" + certificate.certificate(), "-tls_key_file=" + certificate.key()));
    }

    @AfterAll
    static void close() {
        Stream.of(ours, oursWithTls, go, goWithTls).forEach(GoInteropTest::close);
    }

    private static void close(AutoCloseable opened) {
        try {
            opened.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static List<String> goCases() {
        return GO_CASES;
    }

    static List<String> ourCases() {
        return InteropClient.cases().stream()
                .filter(name -> !NOT_AT_GO.contains(name))
                .toList();
    }

    @Test
    void theScoresAre17And17() {
        assertThat(goCases()).hasSize(17);
        assertThat(ourCases()).hasSize(17);
    }

    @ParameterizedTest
    @MethodSource("goCases")
    void theGoClientWithOurServer(String name) throws Exception {
        runGoClient(name, ours.port(), List.of());
    }

    @ParameterizedTest
    @MethodSource("goCases")
    void theGoClientWithOurServerAndTls(String name) throws Exception {
        runGoClient(
                name, oursWithTls.port(), List.of("-use_tls", "-use_test_ca", "-ca_file=" + certificate.certificate()));
    }

    private static void runGoClient(String name, int port, List<String> more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Programs.find(CLIENT).toString(),
                "-server_host=localhost",
                "-server_port=" + port,
                "-test_case=" + name,
                "-soak_per_iteration_max_acceptable_latency_ms=30000",
                "-soak_overall_timeout_seconds=100"));
        command.addAll(more);
        Run run = Run.of(Duration.ofSeconds(100), command);
        assertThat(run.exit()).as(run.output()).isZero();
    }

    @ParameterizedTest
    @MethodSource("ourCases")
    void ourClientWithTheGoServer(String name) throws Exception {
        try (InteropClient client = new InteropClient(go.port(), null)) {
            client.run(name);
        }
    }

    @ParameterizedTest
    @MethodSource("ourCases")
    void ourClientWithTheGoServerAndTls(String name) throws Exception {
        try (InteropClient client = new InteropClient(goWithTls.port(), certificate.client())) {
            client.run(name);
        }
    }
}
