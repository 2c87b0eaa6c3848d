package dev.peregrine.server.auth;

import dev.peregrine.protocol.BasicAuth;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.server.ServerAuthenticator;
import dev.peregrine.server.ServerCall;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Flight's first kind of authentication: a conversation over the Handshake gives the client a token, which it sends
 * in {@code auth-token-bin} with each call. What {@code authenticate} of Flight's clients talks to.
 */
public final class HandshakeAuthenticator implements ServerAuthenticator {
    private static final String TOKEN = "auth-token-bin";

    /** Any thread, many conversations at a time. What is said, and what it is good for. */
    public interface Conversation {
        /**
         * Talks to the client until it has its token.
         *
         * @throws FlightUnauthenticatedException the client could not say who it is
         */
        void authenticate(HandshakeStream stream);

        /** Whose token that is; null if it is not good. */
        @Nullable
        String identity(byte[] token);
    }

    private final Conversation conversation;

    /** Any conversation. */
    public HandshakeAuthenticator(Conversation conversation) {
        this.conversation = conversation;
    }

    /** The usual conversation: the client sends a {@link BasicAuth} message and gets a token. */
    public static HandshakeAuthenticator basic(PasswordCheck passwords, IssuedTokens tokens) {
        return new HandshakeAuthenticator(new Conversation() {
            @Override
            public void authenticate(HandshakeStream stream) {
                stream.write(tokens.issue(check(stream.read(), passwords)).getBytes(StandardCharsets.US_ASCII));
            }

            @Override
            public @Nullable String identity(byte[] token) {
                return tokens.identity(new String(token, StandardCharsets.US_ASCII));
            }
        });
    }

    private static String check(byte @Nullable [] payload, PasswordCheck passwords) {
        if (payload == null) {
            throw FlightUnauthenticatedException.of("the handshake ended before user name and password came");
        }
        BasicAuth who;
        try {
            who = BasicAuth.deserialize(payload);
        } catch (IllegalArgumentException e) {
            throw FlightUnauthenticatedException.of("the handshake's first message is no BasicAuth message", e);
        }
        String identity = passwords.identity(who.username(), who.password());
        if (identity == null) {
            throw FlightUnauthenticatedException.of("wrong user name or password");
        }
        return identity;
    }

    @Override
    public boolean handshake(ServerCall call, HandshakeStream stream) {
        if (Authorization.of(call) != null) {
            return false;
        }
        conversation.authenticate(stream);
        return true;
    }

    @Override
    public String authenticate(ServerCall call) {
        byte[] token = call.headers().getBinary(TOKEN);
        if (token == null) {
            throw FlightUnauthenticatedException.of("the call shows no token in its header " + TOKEN);
        }
        String identity = conversation.identity(token);
        if (identity == null) {
            throw FlightUnauthenticatedException.of(
                    "the token in the header " + TOKEN + " is not good, or not any more");
        }
        return identity;
    }
}
