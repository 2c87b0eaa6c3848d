package dev.peregrine.server.session;

import dev.peregrine.protocol.session.SessionOptionValue;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Any thread. One session. */
final class Session {
    final String id;

    /** Who began it: nobody else may use it. */
    final String owner;

    /** Guarded by this. */
    private final Map<String, SessionOptionValue> options = new LinkedHashMap<>();

    /** Guarded by the sessions' lock. */
    Instant lastUse;

    Session(String id, String owner, Instant now) {
        this.id = id;
        this.owner = owner;
        this.lastUse = now;
    }

    synchronized Map<String, SessionOptionValue> options() {
        return new LinkedHashMap<>(options);
    }

    synchronized void put(String name, SessionOptionValue value) {
        if (value.equals(SessionOptionValue.UNSET)) {
            options.remove(name);
        } else {
            options.put(name, value);
        }
    }
}
