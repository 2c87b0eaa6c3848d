package dev.peregrine.interop.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.middleware.CookieMiddleware;
import dev.peregrine.interop.parade.Parade;
import dev.peregrine.interop.parade.PeerServer;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerSession;
import dev.peregrine.server.session.CookieSessions;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cookies and sessions between pyarrow and ourselves, in both directions. */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
@Timeout(120)
class PyarrowSessionsTest {
    private static FlightClient client(BufferAllocator allocator, ChildProcess peer, CookieMiddleware cookies) {
        return FlightClient.builder(Location.tcp("127.0.0.1", peer.port()))
                .allocator(allocator)
                .middleware(cookies)
                .build();
    }

    private static String cookies(FlightClient client) {
        return PeerServer.act(client, "cookies", "").get(0);
    }

    @Test
    void ourClientWithSessionsOfPyarrow(BufferAllocator allocator) {
        Map<String, SessionOptionValue> options = Map.of(
                "text", SessionOptionValue.of("Zo\u00eb"),
                "bool", SessionOptionValue.of(true),
                "whole", SessionOptionValue.of(-1L),
                "number", SessionOptionValue.of(0.5),
                "list", SessionOptionValue.of(List.of("a", "")));
        try (ChildProcess peer = ChildProcess.pythonPeer("session_server.py");
                FlightClient ada = client(allocator, peer, new CookieMiddleware());
                FlightClient bob = client(allocator, peer, new CookieMiddleware())) {
            assertThat(ada.setSessionOptions(options).errors()).isEmpty();
            assertThat(cookies(ada)).isEqualTo("arrow_flight_session_id=session-1");
            assertThat(ada.getSessionOptions().sessionOptions()).isEqualTo(options);
            assertThat(bob.getSessionOptions().sessionOptions()).isEmpty();
            assertThat(ada.closeSession().status()).isEqualTo(CloseSessionResult.Status.CLOSED);
            assertThat(cookies(ada)).as("expired").isEmpty();
        }
    }

    @Test
    void cookiesThatPyarrowSets(BufferAllocator allocator) {
        try (ChildProcess peer = ChildProcess.pythonPeer("session_server.py");
                FlightClient client = client(allocator, peer, new CookieMiddleware())) {
            set(client, "Name=first; HttpOnly", "other=\"quoted\"; Path=/", "elsewhere=x; Domain=example.com");
            assertThat(cookies(client).split("; ")).containsExactlyInAnyOrder("Name=first", "other=\"quoted\"");
            set(client, "Name=second; Max-Age=3600");
            set(client, "other=; Path=/; Max-Age=0", "list=x; Path=/arrow.flight.protocol.FlightService/ListFlights");
            assertThat(cookies(client)).isEqualTo("Name=second");
            set(client, "tls=only; Secure", "Name=gone; Expires=Thu, 01-Jan-1970 00:00:01 GMT");
            assertThat(cookies(client)).isEmpty();
        }
    }

    private static void set(FlightClient client, String... cookies) {
        client.doAction("set", Parade.bytes(String.join("\n", cookies))).toList();
    }

    @Test
    void pyarrowWithSessionsOfOurs(BufferAllocator allocator) {
        CookieSessions sessions = new CookieSessions(Duration.ofMinutes(10));
        try (FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", new FlightService() {})
                        .allocator(allocator)
                        .middleware(ServerSession.KEY, sessions)
                        .start();
                ChildProcess peer = ChildProcess.pythonPeer(
                        "session_checks.py", server.location().uri())) {
            peer.check("each_client_has_its_session", ChildProcess.PATIENCE);
            assertThat(sessions.size()).as("bob's").isEqualTo(1);
        }
    }
}
