package dev.peregrine.interop.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.interop.parade.FlightCoreParade;
import dev.peregrine.interop.parade.Parade;
import dev.peregrine.interop.support.TlsFiles;
import dev.peregrine.server.FlightServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.auth2.BearerCredentialWriter;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each way of TLS between flight-core and this, in both directions, and what is said when it is the wrong one. */
@Tag("interop")
class FlightCoreTlsTest extends TlsChecks {
    /** flight-core's own memory: what it may leak is not ours to judge. */
    private final BufferAllocator theirMemory = new RootAllocator();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<org.apache.arrow.flight.FlightServer> servers = new ArrayList<>();

    @Override
    int serve(TlsFiles.@Nullable Pair identity, @Nullable Path clientRoots) throws IOException {
        Location location =
                identity == null ? Location.forGrpcInsecure("127.0.0.1", 0) : Location.forGrpcTls("127.0.0.1", 0);
        var builder = org.apache.arrow.flight.FlightServer.builder(
                theirMemory, location, new FlightCoreParade(theirMemory, threads));
        if (identity != null) {
            builder.useTls(identity.chain().toFile(), identity.key().toFile());
        }
        if (clientRoots != null) {
            builder.useMTlsClientVerification(clientRoots.toFile());
        }
        var server = builder.build().start();
        servers.add(server);
        return server.getPort();
    }

    @Override
    void stopServers() throws InterruptedException {
        for (var server : servers) {
            server.shutdown();
            server.awaitTermination(5, TimeUnit.SECONDS);
        }
        threads.shutdownNow();
    }

    // flight-core's client, our server.

    private interface Settings {
        FlightClient.Builder of(FlightClient.Builder builder) throws IOException;
    }

    private static InputStream in(Path file) throws IOException {
        return new ByteArrayInputStream(Files.readAllBytes(file));
    }

    private String identity(FlightServer server, Settings settings, CallOption... options) throws Exception {
        try (FlightClient client = settings.of(
                        FlightClient.builder(theirMemory, Location.forGrpcTls("127.0.0.1", server.port())))
                .build()) {
            return Parade.text(
                    client.doAction(new Action("identity"), options).next().getBody());
        }
    }

    private void fails(FlightStatusCode code, FlightServer server, Settings settings) {
        assertThatThrownBy(() -> identity(server, settings))
                .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e -> assertThat(e.status().code()).isEqualTo(code));
    }

    private void fails(FlightServer server, Settings settings) {
        fails(FlightStatusCode.UNAVAILABLE, server, settings);
    }

    @Test
    void flightCoreTrustsOrNot() throws Exception {
        try (FlightServer server = IdentityService.serve(allocator, localhost, builder -> builder)) {
            assertThat(identity(server, builder -> builder.trustedCertificates(in(files.roots))))
                    .isEmpty();
            assertThat(identity(server, builder -> builder.useTls().verifyServer(false)))
                    .isEmpty();
            fails(server, builder -> builder.trustedCertificates(in(others.roots)));
            fails(server, FlightClient.Builder::useTls);
        }
    }

    @Test
    void flightCoreWantsAnotherName() throws Exception {
        try (FlightServer server =
                IdentityService.serve(allocator, files.named("db.example.org"), builder -> builder)) {
            fails(server, builder -> builder.trustedCertificates(in(files.roots)));
            assertThat(identity(server, builder -> builder.trustedCertificates(in(files.roots))
                            .overrideHostname("db.example.org")))
                    .isEmpty();
        }
    }

    @Test
    void flightCoreLooksAtTheTime() throws Exception {
        try (FlightServer server =
                IdentityService.serve(allocator, files.validFrom("long-gone", -20), builder -> builder)) {
            fails(server, builder -> builder.trustedCertificates(in(files.roots)));
        }
    }

    @Test
    void flightCoreShowsACertificateOrNot() throws Exception {
        try (FlightServer server =
                IdentityService.serve(allocator, localhost, builder -> builder.clientRoots(files.roots))) {
            assertThat(identity(server, this::withCertificate)).isEqualTo("me");
            fails(server, builder -> builder.trustedCertificates(in(files.roots)));
        }
        try (FlightServer server =
                IdentityService.serve(allocator, localhost, builder -> builder.clientRoots(files.roots)
                        .requireClientCertificate(false))) {
            assertThat(identity(server, this::withCertificate)).isEqualTo("me");
            assertThat(identity(server, builder -> builder.trustedCertificates(in(files.roots))))
                    .isEmpty();
        }
    }

    private FlightClient.Builder withCertificate(FlightClient.Builder builder) throws IOException {
        return builder.trustedCertificates(in(files.roots)).clientCertificate(in(me.chain()), in(me.key()));
    }

    @Test
    void flightCoreIsWhoItsCertificateSays() throws Exception {
        TlsFiles.Pair stranger = others.named("stranger");
        try (FlightServer server = IdentityService.serve(
                allocator,
                localhost,
                builder -> IdentityService.certificateOrToken(builder.clientRoots(files.roots)))) {
            assertThat(identity(server, this::withCertificate)).isEqualTo("me");
            fails(FlightStatusCode.UNAUTHENTICATED, server, builder -> builder.trustedCertificates(in(files.roots)));
            var token = new CredentialCallOption(new BearerCredentialWriter("of-bob"));
            assertThat(identity(server, builder -> builder.trustedCertificates(in(files.roots)), token))
                    .isEqualTo("bob");
            fails(server, builder -> builder.trustedCertificates(in(files.roots))
                    .clientCertificate(in(stranger.chain()), in(stranger.key())));
        }
    }

    @Test
    void flightCoreWithoutTlsFails() throws Exception {
        try (FlightServer server = IdentityService.serve(allocator, localhost, builder -> builder);
                FlightClient client = FlightClient.builder(
                                theirMemory, Location.forGrpcInsecure("127.0.0.1", server.port()))
                        .build()) {
            assertThatThrownBy(() -> client.doAction(new Action("identity")).next())
                    .isInstanceOf(FlightRuntimeException.class);
        }
    }
}
