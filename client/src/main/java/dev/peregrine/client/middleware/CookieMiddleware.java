package dev.peregrine.client.middleware;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.Locations;
import dev.peregrine.transport.Address;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Any thread. Keeps the cookies that servers set and sends them back: how most servers know a client's session. Several
 * clients may share one of these, and with it their sessions at one server; clients of other servers get no cookie that is
 * not theirs.
 *
 * <pre>{@code
 * FlightClient.builder(location).middleware(new CookieMiddleware()).build();
 * }</pre>
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6265#section-5">RFC 6265, 5</a>
 */
public final class CookieMiddleware implements ClientMiddleware.Factory {
    /** Cookies to keep; of more, the oldest are dropped. */
    private static final int MOST = 300;

    private final InstantSource clock;

    /** Guarded by this; in the order of their creation. */
    private final Map<Cookie.Key, Cookie> cookies = new LinkedHashMap<>();

    /** No cookies yet. */
    public CookieMiddleware() {
        this(InstantSource.system());
    }

    CookieMiddleware(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public ClientMiddleware startCall(CallInfo call) {
        String path = "/" + FlightMethods.SERVICE + "/" + call.method();
        return new OfCall(
                host(call.location()), path, Locations.target(call.location()).tls());
    }

    /** A Unix socket is this host's. */
    private static String host(Location location) {
        return Locations.target(location).address() instanceof Address.Tcp tcp
                ? tcp.host().toLowerCase(Locale.ROOT)
                : "localhost";
    }

    /** Forgets all cookies: the next call begins a new session. */
    public synchronized void clear() {
        cookies.clear();
    }

    private synchronized void keep(String header, String host, String path) {
        Instant now = clock.instant();
        Cookie cookie = Cookie.parse(header, host, path, now);
        if (cookie == null) {
            return;
        }
        if (cookie.isExpired(now)) {
            cookies.remove(cookie.key());
            return;
        }
        cookies.put(cookie.key(), cookie);
        if (cookies.size() > MOST) {
            cookies.values().removeIf(each -> each.isExpired(now));
            Iterator<Cookie> oldest = cookies.values().iterator();
            while (cookies.size() > MOST) {
                oldest.next();
                oldest.remove();
            }
        }
    }

    /** The cookies that go with a request, those of longer paths first; empty if none does. */
    private synchronized String header(String host, String path, boolean tls) {
        Instant now = clock.instant();
        List<Cookie> sent = new ArrayList<>();
        cookies.values().removeIf(each -> each.isExpired(now));
        for (Cookie each : cookies.values()) {
            if (each.goesTo(host, path, tls)) {
                sent.add(each);
            }
        }
        sent.sort(Comparator.comparing((Cookie each) -> each.path().length()).reversed());
        return sent.stream().map(each -> each.name() + "=" + each.value()).collect(Collectors.joining("; "));
    }

    private final class OfCall implements ClientMiddleware {
        private final String host;
        private final String path;
        private final boolean tls;

        OfCall(String host, String path, boolean tls) {
            this.host = host;
            this.path = path;
            this.tls = tls;
        }

        @Override
        public void sendingHeaders(CallHeaders headers) {
            String header = header(host, path, tls);
            if (!header.isEmpty()) {
                headers.add("cookie", header);
            }
        }

        @Override
        public void receivedHeaders(CallHeaders headers) {
            headers.getAll("set-cookie").forEach(each -> keep(each, host, path));
        }

        /** An answer without messages has its cookies here. */
        @Override
        public void receivedTrailers(CallHeaders trailers) {
            receivedHeaders(trailers);
        }
    }
}
