package dev.peregrine.client.auth;

import dev.peregrine.protocol.CallHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Any thread. Headers that tell the server who makes a call, for all calls of a client but Handshakes, {@link
 * dev.peregrine.client.FlightClientBuilder#credentials}, or for one call, {@link
 * dev.peregrine.client.CallOptions#credentials}.
 *
 * <p>Headers that the call's own options have go before these: a name that is there is not added again.
 */
public interface CallCredentials {
    /**
     * Adds headers to a call that is about to start. May wait, for a token for example: a blocking call does this on the
     * caller's thread, the others on the client's executor. The call's timeout begins after that, so who waits here bounds it. What it throws, the caller gets, and the call is not made.
     */
    void addTo(CallHeaders headers);

    /**
     * The server has answered UNAUTHENTICATED to these headers. Must not wait.
     *
     * @param headers what {@link #addTo} had added
     * @return whether {@link #addTo} will add something better. Then the call is made once more, if nothing of its answer has been
     *     taken; a put or an exchange only if it has sent little, {@link
     *     dev.peregrine.client.FlightClientBuilder#retryBufferSize}
     */
    default boolean rejected(CallHeaders headers) {
        return false;
    }

    /** Sends this token with each call. */
    static CallCredentials bearer(String token) {
        return headers -> headers.add("authorization", "Bearer " + token);
    }

    /** Sends user name and password with each call, as HTTP basic authentication (RFC 7617). */
    static CallCredentials basic(String username, String password) {
        if (username.indexOf(':') >= 0) {
            throw new IllegalArgumentException("the user name \"" + username
                    + "\" has a colon, with which basic authentication separates name and password");
        }
        byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        String value = "Basic " + Base64.getEncoder().encodeToString(pair);
        return headers -> headers.add("authorization", value);
    }
}
