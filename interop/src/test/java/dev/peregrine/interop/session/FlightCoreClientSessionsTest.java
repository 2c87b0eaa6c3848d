package dev.peregrine.interop.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.session.SetSessionOptionsResult.Error;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerSession;
import dev.peregrine.server.session.CookieSessions;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.apache.arrow.flight.client.ClientCookieMiddleware;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** flight-core clients that keep cookies, with the sessions of our server. */
@Tag("interop")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class FlightCoreClientSessionsTest {
    /** flight-core's own memory: what it may leak is not ours to judge. */
    private final BufferAllocator clientMemory = new RootAllocator();

    private final CookieSessions sessions = new CookieSessions(
            Duration.ofMinutes(10), (name, value) -> name.startsWith("bad") ? Error.INVALID_NAME : null);
    private FlightServer server;
    private FlightClient ada;
    private FlightClient bob;

    @BeforeEach
    void start(BufferAllocator allocator) {
        server = FlightServer.builder("grpc://127.0.0.1:0", new FlightService() {})
                .allocator(allocator)
                .middleware(ServerSession.KEY, sessions)
                .start();
        ada = client();
        bob = client();
    }

    private FlightClient client() {
        return FlightClient.builder(clientMemory, Location.forGrpcInsecure("127.0.0.1", server.port()))
                .intercept(new ClientCookieMiddleware.Factory())
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        ada.close();
        bob.close();
        server.close();
    }

    private static Map<String, ErrorValue> set(FlightClient client, Map<String, SessionOptionValue> options) {
        Map<String, ErrorValue> errors = new HashMap<>();
        client.setSessionOptions(new SetSessionOptionsRequest(options))
                .getErrors()
                .forEach((name, error) -> errors.put(name, error.value));
        return errors;
    }

    private static Map<String, SessionOptionValue> get(FlightClient client) {
        return client.getSessionOptions(new GetSessionOptionsRequest()).getSessionOptions();
    }

    private static CloseSessionResult.Status close(FlightClient client) {
        return client.closeSession(new CloseSessionRequest()).getStatus();
    }

    private static SessionOptionValue value(String text) {
        return SessionOptionValueFactory.makeSessionOptionValue(text);
    }

    @Test
    void eachClientHasItsSession() {
        assertThat(get(ada)).isEmpty();
        assertThat(set(ada, Map.of("name", value("ada"), "other", value("x")))).isEmpty();
        assertThat(set(bob, Map.of("name", value("bob")))).isEmpty();
        assertThat(sessions.size()).isEqualTo(2);
        assertThat(get(ada)).isEqualTo(Map.of("name", value("ada"), "other", value("x")));
        assertThat(get(bob)).isEqualTo(Map.of("name", value("bob")));

        assertThat(set(ada, Map.of("other", SessionOptionValueFactory.makeEmptySessionOptionValue())))
                .isEmpty();
        assertThat(get(ada)).isEqualTo(Map.of("name", value("ada")));
        assertThat(sessions.size()).as("the same two").isEqualTo(2);
    }

    @Test
    void optionsThatTheServerDoesNotKnow() {
        assertThat(set(ada, Map.of("good", value("1"), "bad", value("2"))))
                .isEqualTo(Map.of("bad", ErrorValue.INVALID_NAME));
        assertThat(get(ada)).isEqualTo(Map.of("good", value("1")));
    }

    @Test
    void aSessionThatIsClosed() {
        assertThat(close(ada)).as("there is none").isEqualTo(CloseSessionResult.Status.NOT_CLOSABLE);
        set(ada, Map.of("name", value("ada")));
        assertThat(close(ada)).isEqualTo(CloseSessionResult.Status.CLOSED);
        assertThat(sessions.size()).isZero();
        assertThat(get(ada)).isEmpty();
        assertThat(close(ada)).isEqualTo(CloseSessionResult.Status.NOT_CLOSABLE);
        set(ada, Map.of("name", value("ada again")));
        assertThat(get(ada)).isEqualTo(Map.of("name", value("ada again")));
    }
}
