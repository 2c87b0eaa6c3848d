package dev.peregrine.conformance.flight;

import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.GetSessionOptionsResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import dev.peregrine.protocol.session.SetSessionOptionsResult.Error;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Service threads, many at a time. The service of {@link SessionOptions}: a session for each cookie. */
final class CookieSessions implements FlightService {
    private static final String COOKIE = "arrow_flight_session_id";

    /** Guarded by this. */
    private final Map<String, Map<String, SessionOptionValue>> sessions = new HashMap<>();

    @Override
    public synchronized SetSessionOptionsResult setSessionOptions(
            ServerCall call, Map<String, SessionOptionValue> options) {
        Map<String, SessionOptionValue> session = session(call);
        Map<String, Error> errors = new HashMap<>();
        options.forEach((name, value) -> {
            if (name.equals("lol_invalid")) {
                errors.put(name, Error.INVALID_NAME);
            } else if (value.equals(SessionOptionValue.of("lol_invalid"))) {
                errors.put(name, Error.INVALID_VALUE);
            } else if (value.equals(SessionOptionValue.UNSET)) {
                session.remove(name);
            } else {
                session.put(name, value);
            }
        });
        return new SetSessionOptionsResult(errors);
    }

    @Override
    public synchronized GetSessionOptionsResult getSessionOptions(ServerCall call) {
        return new GetSessionOptionsResult(session(call));
    }

    @Override
    public synchronized CloseSessionResult closeSession(ServerCall call) {
        String id = id(call);
        if (id == null || sessions.remove(id) == null) {
            return new CloseSessionResult(CloseSessionResult.Status.NOT_CLOSEABLE);
        }
        call.addHeader("set-cookie", COOKIE + "=" + id + "; Max-Age=0");
        return new CloseSessionResult(CloseSessionResult.Status.CLOSED);
    }

    /** The session of the call's cookie; a new one if there is none. */
    private Map<String, SessionOptionValue> session(ServerCall call) {
        String id = id(call);
        Map<String, SessionOptionValue> known = id == null ? null : sessions.get(id);
        if (known != null) {
            return known;
        }
        String fresh = UUID.randomUUID().toString();
        call.addHeader("set-cookie", COOKIE + "=" + fresh);
        Map<String, SessionOptionValue> session = new HashMap<>();
        sessions.put(fresh, session);
        return session;
    }

    private static @Nullable String id(ServerCall call) {
        for (String header : call.headers().getAll("cookie")) {
            for (String pair : header.split(";")) {
                if (pair.trim().startsWith(COOKIE + "=")) {
                    return pair.trim().substring(COOKIE.length() + 1);
                }
            }
        }
        return null;
    }
}
