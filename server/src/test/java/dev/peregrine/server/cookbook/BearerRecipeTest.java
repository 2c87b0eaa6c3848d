package dev.peregrine.server.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.auth.RenewedBearer;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.auth.BasicAuthenticator;
import dev.peregrine.server.auth.BearerAuthenticator;
import dev.peregrine.server.auth.IssuedTokens;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class BearerRecipeTest {
    private static final class Who implements FlightService {
        // begin who
        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(Result.of("you are " + call.peerIdentity()));
        }
        // end who
    }

    private final AtomicInteger issued = new AtomicInteger();
    private volatile String good = "token 1";

    /** What an identity provider would do. */
    private RenewedBearer.Token askTheProvider() {
        return new RenewedBearer.Token(
                "token " + issued.incrementAndGet(), Instant.now().plus(Duration.ofHours(1)));
    }

    // begin client
    FlightClient client(Location location, BufferAllocator allocator) {
        return FlightClient.builder(location)
                .allocator(allocator)
                .credentials(new RenewedBearer(this::askTheProvider))
                .build();
    }
    // end client

    // begin server
    FlightServer server(FlightService service, BufferAllocator allocator) {
        return FlightServer.builder("grpc://localhost:0", service)
                .allocator(allocator)
                .authenticator(new BearerAuthenticator(token -> token.equals(good) ? "ada" : null))
                .start();
    }
    // end server

    // begin passwords
    FlightServer serverWithPasswords(FlightService service, BufferAllocator allocator) {
        IssuedTokens tokens = new IssuedTokens(Duration.ofHours(8));
        return FlightServer.builder("grpc://localhost:0", service)
                .allocator(allocator)
                .authenticator(
                        new BasicAuthenticator((user, password) -> isRight(user, password) ? user : null, tokens))
                .start();
    }

    CallOptions logIn(FlightClient client) {
        return CallOptions.of(client.authenticateBasicToken("ada", "lovelace"));
    }
    // end passwords

    private static boolean isRight(String user, String password) {
        return user.equals("ada") && password.equals("lovelace");
    }

    @Test
    void aTokenIsRenewedWhenTheServerTakesItNoMore(BufferAllocator allocator) {
        try (FlightServer server = server(new Who(), allocator);
                FlightClient client = client(server.location(), allocator)) {
            assertThat(client.doAction("who").toList()).containsExactly(Result.of("you are ada"));
            good = "token 2";
            assertThat(client.doAction("who").toList()).containsExactly(Result.of("you are ada"));
            assertThat(issued).hasValue(2);
        }
    }

    @Test
    void aPasswordGivesTheToken(BufferAllocator allocator) {
        try (FlightServer server = serverWithPasswords(new Who(), allocator);
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(allocator)
                        .build()) {
            assertThat(client.doAction(new Action("who"), logIn(client)).toList())
                    .containsExactly(Result.of("you are ada"));
        }
    }
}
