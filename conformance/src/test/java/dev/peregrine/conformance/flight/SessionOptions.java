package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.ResponseMetadata;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult.Error;
import dev.peregrine.server.FlightService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;

/** {@code session_options}: options that a server keeps for a client whose cookie it knows. */
final class SessionOptions implements Scenario {
    private static final SessionOptionValue LONG = SessionOptionValue.of(123L);
    private static final SessionOptionValue DOUBLE = SessionOptionValue.of(456.0);
    private static final SessionOptionValue LIST = SessionOptionValue.of(
            List.of("a", "b", "sea", "dee", " ", "  ", "geee", "(\u3065\uff61\u25d5\u203f\u203f\u25d5\uff61)\u3065"));

    /** The cookies that the server has set, by their names. */
    private final Map<String, String> cookies = new HashMap<>();

    @Override
    public FlightService service() {
        return new CookieSessions();
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
        assertThat(with(call -> client.setSessionOptions(wanted, call)).errors())
                .isEqualTo(Map.of("lol_invalid", Error.INVALID_NAME, "key_with_invalid_value", Error.INVALID_VALUE));
        assertThat(options(client)).isEqualTo(Map.of("foolong", LONG, "bardouble", DOUBLE, "big_ol_string_list", LIST));

        Map<String, SessionOptionValue> removed = Map.of("foolong", SessionOptionValue.UNSET);
        assertThat(with(call -> client.setSessionOptions(removed, call)).errors())
                .isEmpty();
        assertThat(options(client)).isEqualTo(Map.of("bardouble", DOUBLE, "big_ol_string_list", LIST));

        assertThat(with(client::closeSession).status()).isEqualTo(CloseSessionResult.Status.CLOSED);
    }

    private Map<String, SessionOptionValue> options(FlightClient client) {
        return with(client::getSessionOptions).sessionOptions();
    }

    /** Makes a call with the cookies that are there, and keeps those that come. */
    private <T> T with(Function<CallOptions, T> call) {
        ResponseMetadata response = new ResponseMetadata();
        CallOptions options = CallOptions.NONE.response(response);
        if (!cookies.isEmpty()) {
            options = options.header(
                    "cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        T result = call.apply(options);
        List<String> set = new ArrayList<>(response.headers().getAll("set-cookie"));
        set.addAll(response.trailers().getAll("set-cookie"));
        for (String cookie : set) {
            String pair = cookie.split(";", 2)[0];
            cookies.put(pair.split("=", 2)[0].trim(), pair.substring(pair.indexOf('=') + 1));
        }
        return result;
    }
}
