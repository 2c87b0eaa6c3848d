package dev.peregrine.server.session;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import dev.peregrine.server.ServerSession;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thread at a time. The session that a call belongs to, begun when there is something to keep. */
final class SessionOfCall implements ServerSession {
    private final CookieSessions sessions;
    private final String owner;
    private @Nullable Session session;

    /** What the client is to be told; empty if nothing. */
    private String cookie = "";

    SessionOfCall(CookieSessions sessions, String owner, @Nullable Session session) {
        this.sessions = sessions;
        this.owner = owner;
        this.session = session;
    }

    @Override
    public Map<String, SessionOptionValue> options() {
        return session == null ? Map.of() : session.options();
    }

    @Override
    public SetSessionOptionsResult set(Map<String, SessionOptionValue> options) {
        Session current = session;
        if (current == null) {
            current = sessions.begin(owner);
            session = current;
            cookie = sessions.cookie(current.id);
        }
        Map<String, SetSessionOptionsResult.Error> errors = new LinkedHashMap<>();
        for (Map.Entry<String, SessionOptionValue> option : options.entrySet()) {
            SetSessionOptionsResult.Error error = sessions.check(option.getKey(), option.getValue());
            if (error == null) {
                current.put(option.getKey(), option.getValue());
            } else {
                errors.put(option.getKey(), error);
            }
        }
        return new SetSessionOptionsResult(errors);
    }

    @Override
    public CloseSessionResult close() {
        Session current = session;
        if (current == null) {
            return new CloseSessionResult(CloseSessionResult.Status.NOT_CLOSEABLE);
        }
        session = null;
        sessions.end(current);
        cookie = sessions.expiredCookie(current.id);
        return new CloseSessionResult(CloseSessionResult.Status.CLOSED);
    }

    @Override
    public void sendingHeaders(CallHeaders headers) {
        tell(headers);
    }

    /** Of a session that began when the headers had gone out. */
    @Override
    public void sendingTrailers(CallHeaders trailers) {
        tell(trailers);
    }

    private void tell(CallHeaders headers) {
        if (!cookie.isEmpty()) {
            headers.add("set-cookie", cookie);
            cookie = "";
        }
    }
}
