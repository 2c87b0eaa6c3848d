package dev.peregrine.server.cookbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class MutualTlsRecipeTest {
    @TempDir
    Path certificates;

    private BufferAllocator allocator;

    @BeforeEach
    void write(BufferAllocator allocator) throws Exception {
        this.allocator = allocator;
        X509Bundle authority = new CertificateBuilder()
                .ecp256()
                .subject("CN=Our authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(certificates.resolve("ca.pem"), authority.getCertificatePEM());
        for (String name : List.of("localhost", "reports.example.com")) {
            X509Bundle signed = new CertificateBuilder()
                    .ecp256()
                    .subject("CN=" + name)
                    .addSanDnsName(name)
                    .buildIssuedBy(authority);
            String file = name.equals("localhost") ? "server" : "client";
            Files.writeString(certificates.resolve(file + ".pem"), signed.getCertificatePathPEM());
            Files.writeString(certificates.resolve(file + ".key"), signed.getPrivateKeyPEM());
        }
    }

    // begin serve
    FlightServer serve(FlightService service) {
        return FlightServer.builder("grpc+tls://localhost:0", service)
                .tls(certificates.resolve("server.pem"), certificates.resolve("server.key"))
                .clientRoots(certificates.resolve("ca.pem"))
                .reloadCertificates(Duration.ofMinutes(1))
                .start();
    }
    // end serve

    // begin identity
    static final class Reports implements FlightService {
        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            if (!call.peerIdentity().endsWith(".example.com")) {
                throw FlightUnauthenticatedException.of("no report for " + call.peerIdentity());
            }
            return List.of(Result.of("a report for " + call.peerIdentity()));
        }
    }
    // end identity

    // begin connect
    FlightClient connect(FlightServer server) {
        return FlightClient.builder(server.location())
                .tlsRootCerts(certificates.resolve("ca.pem"))
                .certChain(certificates.resolve("client.pem"))
                .privateKey(certificates.resolve("client.key"))
                .build();
    }
    // end connect

    @Test
    void aClientThatIsKnownAndOneThatIsNot() {
        try (FlightServer server = serve(new Reports());
                FlightClient client = connect(server);
                FlightClient stranger = FlightClient.builder(server.location())
                        .tlsRootCerts(certificates.resolve("ca.pem"))
                        .allocator(allocator)
                        .build()) {
            assertThat(client.doAction(new Action("report")).toList())
                    .containsExactly(Result.of("a report for reports.example.com"));
            assertThatThrownBy(() -> stranger.doAction(new Action("report")).toList())
                    .isInstanceOf(FlightUnavailableException.class)
                    .hasMessageContaining("a client certificate");
            server.reloadCertificates();
            assertThat(client.doAction(new Action("report")).toList()).hasSize(1);
        }
    }
}
