package dev.peregrine.server.auth;

import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.server.ServerCall;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. The header {@code authorization} of a call: a scheme, in any case, and what belongs to it.
 *
 * @param scheme in lower case, for example {@code bearer}
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2">RFC 9110, 11.6.2</a>
 */
record Authorization(String scheme, String credentials) {
    static final String HEADER = "authorization";
    static final String BASIC = "basic";
    static final String BEARER = "bearer";

    /** Null if the call has none. */
    static @Nullable Authorization of(ServerCall call) {
        String value = call.headers().get(HEADER);
        if (value == null) {
            return null;
        }
        int space = value.indexOf(' ');
        return space < 0
                ? new Authorization(value.toLowerCase(Locale.ROOT), "")
                : new Authorization(
                        value.substring(0, space).toLowerCase(Locale.ROOT),
                        value.substring(space + 1).trim());
    }

    /** The credentials if they are of that scheme; else null. */
    static @Nullable String credentials(ServerCall call, String scheme) {
        Authorization header = of(call);
        return header != null && header.scheme.equals(scheme) ? header.credentials : null;
    }

    /** Who the credentials of basic authentication (RFC 7617) belong to; some clients leave the padding out. */
    static String check(String basic, PasswordCheck passwords) {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw FlightUnauthenticatedException.of("the header authorization has no base64 after Basic", e);
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw FlightUnauthenticatedException.of(
                    "the header authorization has no user name and password after Basic");
        }
        String identity = passwords.identity(pair.substring(0, colon), pair.substring(colon + 1));
        if (identity == null) {
            throw FlightUnauthenticatedException.of("wrong user name or password");
        }
        return identity;
    }

    /** Not the credentials: they are secret. */
    @Override
    public String toString() {
        return scheme;
    }
}
