package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.client.middleware.CookieMiddleware;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult.Error;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerSession;
import dev.peregrine.server.session.CookieSessions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** {@code session_options}: options that a server keeps for a client whose cookie it knows. */
final class SessionOptions implements Scenario {
    private static final SessionOptionValue LONG = SessionOptionValue.of(123L);
    private static final SessionOptionValue DOUBLE = SessionOptionValue.of(456.0);
    private static final SessionOptionValue LIST = SessionOptionValue.of(
            List.of("a", "b", "sea", "dee", " ", "  ", "geee", "(\u3065\uff61\u25d5\u203f\u203f\u25d5\uff61)\u3065"));

    @Override
    public FlightService service() {
        return new FlightService() {};
    }

    @Override
    public void configure(FlightServerBuilder server) {
        server.middleware(ServerSession.KEY, new CookieSessions(Duration.ofMinutes(10), SessionOptions::wrong));
    }

    private static @Nullable Error wrong(String name, SessionOptionValue value) {
        if (name.equals("lol_invalid")) {
            return Error.INVALID_NAME;
        }
        return value.equals(SessionOptionValue.of("lol_invalid")) ? Error.INVALID_VALUE : null;
    }

    @Override
    public void configure(FlightClientBuilder client) {
        client.middleware(new CookieMiddleware());
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) {
        assertThat(options(client)).isEmpty();

        Map<String, SessionOptionValue> wanted = Map.of(
                "foolong", LONG,
                "bardouble", DOUBLE,
                "lol_invalid", SessionOptionValue.of("this won't get set"),
                "key_with_invalid_value", SessionOptionValue.of("lol_invalid"),
                "big_ol_string_list", LIST);
        assertThat(client.setSessionOptions(wanted).errors())
                .isEqualTo(Map.of("lol_invalid", Error.INVALID_NAME, "key_with_invalid_value", Error.INVALID_VALUE));
        assertThat(options(client)).isEqualTo(Map.of("foolong", LONG, "bardouble", DOUBLE, "big_ol_string_list", LIST));

        Map<String, SessionOptionValue> removed = Map.of("foolong", SessionOptionValue.UNSET);
        assertThat(client.setSessionOptions(removed).errors()).isEmpty();
        assertThat(options(client)).isEqualTo(Map.of("bardouble", DOUBLE, "big_ol_string_list", LIST));

        assertThat(client.closeSession().status()).isEqualTo(CloseSessionResult.Status.CLOSED);
    }

    private static Map<String, SessionOptionValue> options(FlightClient client) {
        return client.getSessionOptions().sessionOptions();
    }
}
