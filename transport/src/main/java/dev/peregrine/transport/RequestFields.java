package dev.peregrine.transport;

import org.jspecify.annotations.Nullable;

/**
 * Any thread. What a client's requests say of it and of the server, in header fields.
 *
 * @param authority {@code :authority}; null for the address, or the name that TLS verifies
 * @param userAgentPrefix goes before our own {@code user-agent}; empty for nothing
 * @param userAgentSuffix goes behind it; empty for nothing
 */
public record RequestFields(@Nullable String authority, String userAgentPrefix, String userAgentSuffix) {
    /** Nothing special. */
    public static final RequestFields DEFAULT = new RequestFields(null, "", "");

    /** Refuses what no header field can hold (RFC 9110, 5.5). */
    public RequestFields {
        if (authority != null) {
            visible("authority", authority);
        }
        visible("user agent prefix", userAgentPrefix);
        visible("user agent suffix", userAgentSuffix);
    }

    private static void visible(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x20 || value.charAt(i) > 0x7E) {
                throw new IllegalArgumentException("Option " + name + " must be visible ASCII, but is: " + value);
            }
        }
    }
}
