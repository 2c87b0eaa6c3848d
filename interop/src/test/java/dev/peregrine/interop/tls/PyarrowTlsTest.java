package dev.peregrine.interop.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.TlsFiles;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.server.FlightServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each way of TLS between pyarrow and this, in both directions, and what is said when it is the wrong one. */
@Tag("interop")
@WithPython
class PyarrowTlsTest extends TlsChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final List<ChildProcess> peers = new ArrayList<>();

    @Override
    int serve(TlsFiles.@Nullable Pair identity, @Nullable Path clientRoots) {
        List<Object> arguments = new ArrayList<>();
        if (identity != null) {
            arguments.addAll(List.of("--tls-cert", identity.chain(), "--tls-key", identity.key()));
        }
        if (clientRoots != null) {
            arguments.addAll(List.of("--client-roots", clientRoots));
        }
        ChildProcess peer = ChildProcess.pythonPeer("server.py", arguments.toArray());
        peers.add(peer);
        return peer.port();
    }

    @Override
    void stopServers() {
        peers.forEach(ChildProcess::close);
    }

    // pyarrow's client, our server.

    private static String pyarrowSays(FlightServer server, Object... words) {
        List<Object> arguments = new ArrayList<>(List.of(server.location().uri()));
        arguments.addAll(List.of(words));
        try (ChildProcess client = ChildProcess.python("tls_client.py", arguments)) {
            return client.finish(PATIENCE).get(0);
        }
    }

    @Test
    void pyarrowTrustsOrNot() throws Exception {
        try (FlightServer server = IdentityService.serve(allocator, localhost, builder -> builder)) {
            assertThat(pyarrowSays(server, "roots=" + files.roots)).isEqualTo("identity ");
            assertThat(pyarrowSays(server, "roots=" + others.roots)).isEqualTo("failed FlightUnavailableError");
            assertThat(pyarrowSays(server, "insecure=yes")).isEqualTo("identity ");
        }
        TlsFiles.Pair elsewhere = files.named("db.example.org");
        try (FlightServer server = IdentityService.serve(allocator, elsewhere, builder -> builder)) {
            assertThat(pyarrowSays(server, "roots=" + files.roots)).isEqualTo("failed FlightUnavailableError");
            assertThat(pyarrowSays(server, "roots=" + files.roots, "name=db.example.org"))
                    .isEqualTo("identity ");
        }
    }

    @Test
    void pyarrowShowsACertificateOrNot() {
        String chain = "chain=" + me.chain();
        String key = "key=" + me.key();
        String roots = "roots=" + files.roots;
        try (FlightServer server =
                IdentityService.serve(allocator, localhost, builder -> builder.clientRoots(files.roots))) {
            assertThat(pyarrowSays(server, roots, chain, key)).isEqualTo("identity me");
            assertThat(pyarrowSays(server, roots)).isEqualTo("failed FlightUnavailableError");
        }
        try (FlightServer server =
                IdentityService.serve(allocator, localhost, builder -> builder.clientRoots(files.roots)
                        .requireClientCertificate(false))) {
            assertThat(pyarrowSays(server, roots, chain, key)).isEqualTo("identity me");
            assertThat(pyarrowSays(server, roots)).isEqualTo("identity ");
        }
    }

    @Test
    void pyarrowIsWhoItsCertificateSays() throws Exception {
        TlsFiles.Pair stranger = others.named("me");
        String roots = "roots=" + files.roots;
        try (FlightServer server = IdentityService.serve(
                allocator,
                localhost,
                builder -> IdentityService.certificateOrToken(builder.clientRoots(files.roots)))) {
            assertThat(pyarrowSays(server, roots, "chain=" + me.chain(), "key=" + me.key()))
                    .isEqualTo("identity me");
            assertThat(pyarrowSays(server, roots)).isEqualTo("failed FlightUnauthenticatedError");
            assertThat(pyarrowSays(server, roots, "token=of-bob")).isEqualTo("identity bob");
            assertThat(pyarrowSays(server, roots, "chain=" + stranger.chain(), "key=" + stranger.key()))
                    .isEqualTo("failed FlightUnavailableError");
        }
    }
}
