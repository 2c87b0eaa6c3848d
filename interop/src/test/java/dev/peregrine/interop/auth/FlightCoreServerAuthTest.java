package dev.peregrine.interop.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Ticker;
import com.google.common.cache.CacheBuilder;
import dev.peregrine.client.ClientAuthHandler;
import dev.peregrine.client.FlightClient;
import dev.peregrine.interop.parade.FlightCoreParade;
import dev.peregrine.interop.parade.Parade;
import dev.peregrine.interop.parade.PeerServer;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.auth.BasicServerAuthHandler;
import org.apache.arrow.flight.auth2.BasicCallHeaderAuthenticator;
import org.apache.arrow.flight.auth2.CallHeaderAuthenticator.AuthResult;
import org.apache.arrow.flight.auth2.GeneratedBearerTokenAuthenticator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A client of ours with flight-core's ready-made authenticators. */
@Tag("interop")
class FlightCoreServerAuthTest extends RenewalChecks {
    /** flight-core's own memory: what it may leak is not ours to judge. */
    private final BufferAllocator serverMemory = new RootAllocator();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<FlightServer> servers = new ArrayList<>();
    private final AtomicLong minutes = new AtomicLong();
    private Location generated;
    private Location handshake;

    /** A clock that a test moves on, so that tokens expire. */
    private final class Clock extends Ticker {
        @Override
        public long read() {
            return TimeUnit.MINUTES.toNanos(minutes.get());
        }
    }

    @BeforeAll
    void start() throws IOException {
        var hour = CacheBuilder.newBuilder().expireAfterWrite(1, TimeUnit.HOURS).ticker(new Clock());
        var passwords = new BasicCallHeaderAuthenticator(FlightCoreServerAuthTest::check);
        generated = serve(b -> b.headerAuthenticator(new GeneratedBearerTokenAuthenticator(passwords, hour)));
        handshake = serve(b -> b.authHandler(new BasicServerAuthHandler(new Validator())));
    }

    private static AuthResult check(String user, String password) {
        if (!password.equals("secret of " + user)) {
            throw CallStatus.UNAUTHENTICATED.withDescription("wrong password").toRuntimeException();
        }
        return () -> user;
    }

    private static final class Validator implements BasicServerAuthHandler.BasicAuthValidator {
        @Override
        public byte[] getToken(String user, String password) {
            return Parade.bytes("token of " + check(user, password).getPeerIdentity());
        }

        @Override
        public Optional<String> isValid(byte[] token) {
            String text = token == null ? "" : Parade.text(token);
            return text.startsWith("token of ") ? Optional.of(text.substring("token of ".length())) : Optional.empty();
        }
    }

    private Location serve(UnaryOperator<FlightServer.Builder> settings) throws IOException {
        FlightServer server = settings.apply(FlightServer.builder(
                        serverMemory,
                        org.apache.arrow.flight.Location.forGrpcInsecure("127.0.0.1", 0),
                        new FlightCoreParade(serverMemory, threads)))
                .build()
                .start();
        servers.add(server);
        return Location.tcp("127.0.0.1", server.getPort());
    }

    @AfterAll
    void stop() throws InterruptedException {
        for (FlightServer server : servers) {
            server.shutdown();
            server.awaitTermination(5, TimeUnit.SECONDS);
        }
        threads.shutdownNow();
    }

    @Override
    Location server() {
        return generated;
    }

    @Override
    void forgetTokens() {
        minutes.addAndGet(90);
    }

    @Test
    void aTokenOutOfTheHandshake(BufferAllocator allocator) {
        try (FlightClient client =
                FlightClient.builder(handshake).allocator(allocator).build()) {
            assertThatThrownBy(() -> client.authenticate(ClientAuthHandler.basic("ada", "secret")))
                    .isInstanceOf(FlightUnauthenticatedException.class);
            assertThatThrownBy(() -> PeerServer.act(client, "identity", ""))
                    .isInstanceOf(FlightUnauthenticatedException.class);
            client.authenticate(ClientAuthHandler.basic("ada", "secret of ada"));
            assertThat(PeerServer.act(client, "identity", "")).containsExactly("ada");
        }
    }
}
