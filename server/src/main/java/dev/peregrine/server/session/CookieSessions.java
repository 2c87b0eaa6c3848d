package dev.peregrine.server.session;

import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.ServerMiddleware;
import dev.peregrine.server.ServerSession;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Sessions in memory, known by the cookie {@code arrow_flight_session_id}. One begins when a client sets its first
 * option, and ends with CloseSession, or when it has not been used for a time. Where calls are authenticated, a session is its
 * owner's: nobody else can use its cookie.
 *
 * <pre>{@code
 * FlightServer.builder(location, service)
 *         .middleware(ServerSession.KEY, new CookieSessions(Duration.ofMinutes(30)))
 * }</pre>
 */
public final class CookieSessions implements ServerMiddleware.Factory<ServerSession> {
    /** Any thread. Knows which options there are. */
    @FunctionalInterface
    public interface OptionCheck {
        /** What is wrong with an option; null if nothing is. */
        SetSessionOptionsResult.@Nullable Error check(String name, SessionOptionValue value);
    }

    private static final String COOKIE = "arrow_flight_session_id";
    private static final int MOST = 100_000;

    private final Duration idle;
    private final OptionCheck options;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    /** Guarded by this. */
    private final Map<String, Session> sessions = new HashMap<>();

    /** Guarded by this: when to look for sessions that have ended again. */
    private Instant nextSweep;

    /** Sessions that end when they were not used for {@code idle}, and take any option. */
    public CookieSessions(Duration idle) {
        this(idle, (name, value) -> null);
    }

    /** The same for the options that {@code options} knows. */
    public CookieSessions(Duration idle, OptionCheck options) {
        this(idle, options, InstantSource.system());
    }

    CookieSessions(Duration idle, OptionCheck options, InstantSource clock) {
        if (idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("the idle time of sessions is " + idle + "; it must be positive");
        }
        this.idle = idle;
        this.options = options;
        this.clock = clock;
        this.nextSweep = clock.instant().plus(idle);
    }

    @Override
    public ServerSession startCall(ServerCall call) {
        String owner = call.peerIdentity();
        return new SessionOfCall(this, owner, find(call, owner));
    }

    /** How many sessions there are, those among them that have ended and were not looked for. */
    public synchronized int size() {
        return sessions.size();
    }

    private @Nullable Session find(ServerCall call, String owner) {
        for (String header : call.headers().getAll("cookie")) {
            for (String pair : header.split(";")) {
                if (pair.trim().startsWith(COOKIE + "=")) {
                    Session found = find(pair.trim().substring(COOKIE.length() + 1), owner);
                    if (found != null) {
                        return found;
                    }
                }
            }
        }
        return null;
    }

    private synchronized @Nullable Session find(String id, String owner) {
        Session session = sessions.get(id);
        Instant now = clock.instant();
        if (session == null || !session.owner.equals(owner)) {
            return null;
        }
        if (hasEnded(session, now)) {
            sessions.remove(id);
            return null;
        }
        session.lastUse = now;
        return session;
    }

    private boolean hasEnded(Session session, Instant now) {
        return !now.isBefore(session.lastUse.plus(idle));
    }

    synchronized Session begin(String owner) {
        Instant now = clock.instant();
        if (!now.isBefore(nextSweep) || sessions.size() >= MOST) {
            sessions.values().removeIf(each -> hasEnded(each, now));
            nextSweep = now.plus(idle);
        }
        if (sessions.size() >= MOST) {
            throw FlightResourceExhaustedException.of("the server has " + MOST + " sessions; try again later");
        }
        byte[] id = new byte[16];
        random.nextBytes(id);
        Session session = new Session(HexFormat.of().formatHex(id), owner, now);
        sessions.put(session.id, session);
        return session;
    }

    synchronized void end(Session session) {
        sessions.remove(session.id);
    }

    SetSessionOptionsResult.@Nullable Error check(String name, SessionOptionValue value) {
        return options.check(name, value);
    }

    /** Without Secure: the server may be behind something that speaks TLS for it. */
    String cookie(String id) {
        return COOKIE + "=" + id + "; Path=/; HttpOnly";
    }

    String expiredCookie(String id) {
        return cookie(id) + "; Max-Age=0";
    }
}
