package dev.peregrine.interop.parade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client of ours against a pyarrow server. */
@Tag("interop")
@WithPython
class PyarrowServerTest extends PeerTest {
    private final List<ChildProcess> peers = new ArrayList<>();
    private Location plain;
    private Location handshake;
    private Location basic;
    private Location tls;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path cert = certificate.writeTo(folder);
        plain = Location.of("grpc://127.0.0.1:" + serve());
        handshake = Location.tcp("127.0.0.1", serve("--auth", "handshake"));
        basic = Location.tcp("127.0.0.1", serve("--auth", "basic"));
        tls = Location.tls("127.0.0.1", serve("--tls-cert", cert, "--tls-key", folder.resolve("key.pem")));
    }

    @Test
    void mutualTls(BufferAllocator allocator, @TempDir Path folder) throws IOException {
        Path cert = certificate.writeTo(folder);
        int port = serve("--tls-cert", cert, "--tls-key", folder.resolve("key.pem"), "--client-roots", cert);
        var builder = FlightClient.builder(Location.tls("127.0.0.1", port))
                .allocator(allocator)
                .tlsRootCerts(certificate.certChain());
        try (FlightClient stranger = builder.build()) {
            assertThatThrownBy(() -> PeerServer.act(stranger, "echo", "x"))
                    .isInstanceOf(FlightUnavailableException.class);
        }
        try (FlightClient known = builder.certChain(certificate.certChain())
                .privateKey(certificate.privateKey())
                .build()) {
            assertThat(PeerServer.act(known, "echo", "x")).containsExactly("x");
        }
    }

    @Test
    void unixSocket(@TempDir Path folder) {
        Path socket = folder.resolve("socket");
        serve("--unix", socket);
        try (FlightClient client = connect(Location.unix(socket.toString()))) {
            assertThat(PeerServer.act(client, "echo", "x")).containsExactly("x");
            try (FlightStreamReader reader = client.doGet(Ticket.of("big:131072,16"))) {
                for (int n = 0; n < 16; n++) {
                    assertThat(reader.next()).isTrue();
                    Parade.assertBig(reader.root(), 131072, n);
                }
                assertThat(reader.next()).isFalse();
            }
        }
    }

    /** Errors of Arrow and of Python that gRPC has no codes for. */
    @ParameterizedTest
    @CsvSource({
        "MEMORY, RESOURCE_EXHAUSTED",
        "TYPE, INVALID_ARGUMENT",
        "INDEX, INVALID_ARGUMENT",
        "CAPACITY, UNKNOWN", // pyarrow does not say more
        "RUNTIME, UNKNOWN"
    })
    void errorsThatFlightHasNoStatusFor(String error, FlightStatusCode expected) {
        assertThatThrownBy(() -> PeerServer.act(client(), "error", error + ":some words"))
                .hasMessageContaining("some words")
                .isInstanceOfSatisfying(
                        FlightException.class, e -> assertThat(e.status()).isEqualTo(expected));
    }

    private int serve(Object... arguments) {
        ChildProcess peer = ChildProcess.pythonPeer("server.py", arguments);
        peers.add(peer);
        return peer.port();
    }

    @AfterAll
    void stop() {
        peers.forEach(ChildProcess::close);
    }

    @Override
    public Location plain() {
        return plain;
    }

    @Override
    public Location handshake() {
        return handshake;
    }

    @Override
    public Location basic() {
        return basic;
    }

    @Override
    public Location tls() {
        return tls;
    }

    /** pyarrow has no error that becomes one of the other two. */
    @Override
    public Set<FlightStatusCode> statuses() {
        return EnumSet.complementOf(EnumSet.of(FlightStatusCode.ALREADY_EXISTS, FlightStatusCode.RESOURCE_EXHAUSTED));
    }

    /** These are Python's and Arrow's own errors, which have a message only. */
    @Override
    public boolean sendsExtraInfo(FlightStatusCode status) {
        return !EnumSet.of(
                        FlightStatusCode.NOT_FOUND, FlightStatusCode.INVALID_ARGUMENT, FlightStatusCode.UNIMPLEMENTED)
                .contains(status);
    }

    @Override
    public boolean collectsListings() {
        return true;
    }

    @Test
    void pollFlightInfoWhereNobodyPolls() {
        assertThatThrownBy(() -> client().pollFlightInfo(FlightDescriptor.command("poll")))
                .isInstanceOf(FlightUnimplementedException.class);
    }
}
