package dev.peregrine.interop.parade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.TestCertificate;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.Location;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.testing.LeakCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pyarrow client against a server of ours: each check of {@code client_checks.py} is a test. */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class PyarrowClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<FlightServer> servers = new ArrayList<>();
    private BufferAllocator allocator;
    private ChildProcess client;
    private String[] arguments;

    @BeforeAll
    void start(BufferAllocator allocator, @TempDir Path folder) throws Exception {
        this.allocator = allocator;
        TestCertificate certificate = TestCertificate.make();
        Path ca = certificate.writeTo(folder);
        String plain = serve(ParadeService.Auth.NONE, null);
        String handshake = serve(ParadeService.Auth.HANDSHAKE, null);
        String basic = serve(ParadeService.Auth.BASIC, null);
        String tls = serve(ParadeService.Auth.NONE, certificate);
        String mutual = start("grpc+tls://127.0.0.1:0", b -> b.tls(certificate.certChain(), certificate.privateKey())
                .clientRoots(certificate.certChain()));
        String unix = start("grpc+unix://" + folder.resolve("socket"), b -> b);
        arguments = new String[] {
            plain, "auth=" + handshake, "basic=" + basic, "tls=" + tls, "ca=" + ca, "mtls=" + mutual, "unix=" + unix
        };
        client = ChildProcess.pythonPeer("client_checks.py", (Object[]) arguments);
    }

    private String serve(ParadeService.Auth auth, TestCertificate certificate) {
        ParadeService service = new ParadeService(auth);
        String scheme = certificate == null ? "grpc" : "grpc+tls";
        var builder = FlightServer.builder(scheme + "://127.0.0.1:0", service).allocator(allocator);
        if (certificate != null) {
            builder.tls(certificate.certChain(), certificate.privateKey());
        }
        FlightServer server = builder.start();
        servers.add(server);
        service.at(() -> Location.tcp("127.0.0.1", server.port()));
        return scheme + "://127.0.0.1:" + server.port();
    }

    private String start(String location, UnaryOperator<FlightServerBuilder> settings) {
        FlightServer server = settings.apply(FlightServer.builder(location, new ParadeService(ParadeService.Auth.NONE))
                        .allocator(allocator))
                .start();
        servers.add(server);
        return server.location().uri();
    }

    @AfterAll
    void stop() {
        if (client != null) {
            client.close();
        }
        servers.forEach(FlightServer::close);
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    static Stream<String> checks() {
        try (ChildProcess names = ChildProcess.python("client_checks.py", List.of("names"))) {
            return names.finish(PATIENCE).stream();
        }
    }

    @ParameterizedTest
    @MethodSource("checks")
    void pyarrowSees(String check) {
        if (client == null) {
            client = ChildProcess.pythonPeer("client_checks.py", (Object[]) arguments);
        }
        boolean answered = false;
        try {
            client.check(check, PATIENCE);
            answered = true;
        } finally {
            if (!answered) { // what the check left behind must not spoil the next one
                client.close();
                client = null;
            }
        }
    }
}
