package dev.peregrine.conformance.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.conformance.NeedsProgram;
import dev.peregrine.conformance.Programs;
import dev.peregrine.conformance.Run;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.Location;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server of ours under h2spec, which plays a client in 146 ways, most of them wrong. */
@ExtendWith(LeakCheck.class)
@NeedsProgram("h2spec")
@Timeout(400)
final class H2specTest {
    /** It sends 20 KB and takes that for too much; our SETTINGS_MAX_FRAME_SIZE allows 256 KiB. */
    private static final String ALLOWED_HERE =
            "Sends a large size HEADERS frame that exceeds the SETTINGS_MAX_FRAME_SIZE";

    private static final ActionType TYPE = new ActionType("here", "still");

    private static final class Here implements FlightService {
        @Override
        public Iterable<ActionType> listActions(ServerCall call) {
            return List.of(TYPE);
        }
    }

    private final X509Bundle identity;

    H2specTest() throws Exception {
        identity = new CertificateBuilder()
                .subject("CN=127.0.0.1")
                .ecp256()
                .setIsCertificateAuthority(true)
                .addSanIpAddress("127.0.0.1")
                .buildSelfSigned();
    }

    private byte[] certChain() {
        return identity.getCertificatePathPEM().getBytes(StandardCharsets.US_ASCII);
    }

    private FlightServer serve(boolean tls, BufferAllocator memory) {
        Location location = tls ? Location.tls("127.0.0.1", 0) : Location.tcp("127.0.0.1", 0);
        FlightServerBuilder builder = FlightServer.builder(location, new Here()).allocator(memory);
        if (tls) {
            builder.tls(certChain(), identity.getPrivateKeyPEM().getBytes(StandardCharsets.US_ASCII));
        }
        return builder.start();
    }

    private static Score run(FlightServer server, boolean tls, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(Programs.find("h2spec").toString()));
        command.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(server.port())));
        // Patience, seconds: costs time only where a case fails.
        command.addAll(List.of("--strict", "--timeout", "10"));
        if (tls) {
            command.addAll(List.of("--tls", "--insecure"));
        }
        command.addAll(List.of(more));
        return Score.of(Run.of(Duration.ofSeconds(180), command).output());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void allButOneCase(boolean tls, BufferAllocator memory) throws Exception {
        try (FlightServer server = serve(tls, memory)) {
            Score score = run(server, tls);
            assertThat(score).isEqualTo(new Score(146, 145, List.of(ALLOWED_HERE)));

            // The same case with a header block that is too large here too.
            Score larger = run(server, tls, "--max-header-length", "64000", "http2/4.2/3");
            assertThat(larger).isEqualTo(new Score(1, 1, List.of()));

            isStillServing(server, memory);
        }
    }

    private void isStillServing(FlightServer server, BufferAllocator memory) {
        FlightClientBuilder builder = FlightClient.builder(server.location()).allocator(memory);
        if (server.location().uri().startsWith("grpc+tls")) {
            builder.tlsRootCerts(certChain());
        }
        try (FlightClient client = builder.build()) {
            assertThat(client.listActions()).containsExactly(TYPE);
        }
    }
}
