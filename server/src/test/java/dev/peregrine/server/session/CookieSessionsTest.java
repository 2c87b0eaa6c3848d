package dev.peregrine.server.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.ResponseMetadata;
import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.client.middleware.CookieMiddleware;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult.Error;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.ServerSession;
import dev.peregrine.server.auth.BearerAuthenticator;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sessions between a server that keeps them and clients that keep cookies. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CookieSessionsTest {
    private static final SessionOptionValue ONE = SessionOptionValue.of(1L);

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final CookieSessions sessions = new CookieSessions(
            Duration.ofMinutes(10),
            (name, value) -> name.startsWith("bad")
                    ? Error.INVALID_NAME
                    : value.equals(SessionOptionValue.of("bad")) ? Error.INVALID_VALUE : null,
            () -> now);

    private static final class Service implements FlightService {
        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            if (action.type().equals("options")) {
                ServerSession session = Objects.requireNonNull(call.middleware(ServerSession.KEY));
                return List.of(Result.of(session.options().toString()));
            }
            return FlightService.super.doAction(call, action);
        }

        /** Begins a session when the headers have gone. */
        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            out.writeMetadata(new byte[] {1});
            Objects.requireNonNull(call.middleware(ServerSession.KEY)).set(Map.of("late", ONE));
        }
    }

    private FlightServer server(BufferAllocator memory) {
        return FlightServer.builder("grpc://localhost:0", new Service())
                .allocator(memory)
                .middleware(ServerSession.KEY, sessions)
                .start();
    }

    private static FlightClient client(BufferAllocator memory, FlightServer server) {
        return FlightClient.builder(server.location())
                .allocator(memory)
                .middleware(new CookieMiddleware())
                .build();
    }

    @Test
    void optionsAreTheSessionsOwn(BufferAllocator memory) {
        try (FlightServer server = server(memory);
                FlightClient client = client(memory, server);
                FlightClient other = client(memory, server)) {
            assertThat(client.getSessionOptions().sessionOptions()).isEmpty();
            assertThat(sessions.size()).as("reading begins none").isZero();
            Map<String, SessionOptionValue> wanted = Map.of(
                    "a", ONE, "b", SessionOptionValue.of("x"), "badName", ONE, "c", SessionOptionValue.of("bad"));
            assertThat(client.setSessionOptions(wanted).errors())
                    .isEqualTo(Map.of("badName", Error.INVALID_NAME, "c", Error.INVALID_VALUE));
            assertThat(client.getSessionOptions().sessionOptions())
                    .isEqualTo(Map.of("a", ONE, "b", SessionOptionValue.of("x")));
            assertThat(client.doAction("options").toList().get(0).toString()).contains("a=", "b=");
            assertThat(other.getSessionOptions().sessionOptions()).isEmpty();

            assertThat(client.setSessionOptions(Map.of("a", SessionOptionValue.UNSET))
                            .errors())
                    .isEmpty();
            assertThat(client.getSessionOptions().sessionOptions()).isEqualTo(Map.of("b", SessionOptionValue.of("x")));
            assertThat(sessions.size()).isEqualTo(1);

            assertThat(client.closeSession().status()).isEqualTo(CloseSessionResult.Status.CLOSED);
            assertThat(sessions.size()).isZero();
            ResponseMetadata response = new ResponseMetadata();
            assertThat(client.closeSession(CallOptions.NONE.response(response)).status())
                    .isEqualTo(CloseSessionResult.Status.NOT_CLOSEABLE);
            assertThat(response.headers().contains("set-cookie")).isFalse();
        }
    }

    @Test
    void aSessionEndsWhenItIsNotUsed(BufferAllocator memory) {
        try (FlightServer server = server(memory);
                FlightClient client = client(memory, server)) {
            client.setSessionOptions(Map.of("a", ONE));
            now = now.plus(Duration.ofMinutes(9));
            assertThat(client.getSessionOptions().sessionOptions()).isNotEmpty();
            now = now.plus(Duration.ofMinutes(9));
            assertThat(client.getSessionOptions().sessionOptions()).isNotEmpty();
            now = now.plus(Duration.ofMinutes(10));
            assertThat(client.getSessionOptions().sessionOptions()).isEmpty();
            assertThat(sessions.size()).isZero();
            client.setSessionOptions(Map.of("b", ONE));
            assertThat(client.getSessionOptions().sessionOptions()).isEqualTo(Map.of("b", ONE));
        }
    }

    @Test
    void theCookieOfALateSessionComesInTheTrailers(BufferAllocator memory) {
        try (FlightServer server = server(memory);
                FlightClient client = client(memory, server)) {
            ResponseMetadata response = new ResponseMetadata();
            try (var reader = client.doGet(Ticket.of("t"), CallOptions.NONE.response(response))) {
                while (reader.next()) {
                    assertThat(reader.hasData()).isFalse();
                }
            }
            assertThat(response.headers().contains("set-cookie")).isFalse();
            assertThat(response.trailers().get("set-cookie"))
                    .startsWith("arrow_flight_session_id=")
                    .endsWith("; Path=/; HttpOnly");
            assertThat(client.getSessionOptions().sessionOptions()).isEqualTo(Map.of("late", ONE));
        }
    }

    @Test
    void nobodyElseUsesASession(BufferAllocator memory) {
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new Service())
                        .allocator(memory)
                        .authenticator(new BearerAuthenticator(token -> token))
                        .middleware(ServerSession.KEY, sessions)
                        .start();
                FlightClient client = client(memory, server)) {
            CallOptions ada = CallOptions.NONE.credentials(CallCredentials.bearer("ada"));
            CallOptions bob = CallOptions.NONE.credentials(CallCredentials.bearer("bob"));
            client.setSessionOptions(Map.of("a", ONE), ada);
            assertThat(client.getSessionOptions(bob).sessionOptions()).isEmpty();
            assertThat(client.getSessionOptions(ada).sessionOptions()).isEqualTo(Map.of("a", ONE));
        }
    }

    @Test
    void aServerWithoutSessionsSaysSo(BufferAllocator memory) {
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new Service())
                        .allocator(memory)
                        .start();
                FlightClient client = client(memory, server)) {
            assertThatThrownBy(client::getSessionOptions).isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(client::closeSession).isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> client.setSessionOptions(Map.of()))
                    .isInstanceOf(FlightUnimplementedException.class);
        }
    }
}
