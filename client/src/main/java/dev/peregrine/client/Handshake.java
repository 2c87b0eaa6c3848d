package dev.peregrine.client;

import dev.peregrine.client.call.ClientCall;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.wire.ProtoMessages;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One thread at a time. One Handshake call, for both kinds of authentication. */
final class Handshake implements HandshakeStream, AutoCloseable {
    private static final String AUTHORIZATION = "authorization";
    private static final String BEARER = "Bearer ";

    private final ClientCall call;
    private final Inbox<byte[]> inbox;

    /** {@code inbox} listens to {@code call}. */
    Handshake(ClientCall call, Inbox<byte[]> inbox) {
        this.call = call;
        this.inbox = inbox;
    }

    @Override
    public byte @Nullable [] read() {
        try {
            return inbox.take();
        } catch (GrpcException e) {
            throw call.failure(e);
        } catch (InterruptedException e) {
            throw call.interrupted();
        }
    }

    @Override
    public void write(byte[] payload) {
        boolean room;
        try {
            room = call.awaitRoom();
        } catch (InterruptedException e) {
            throw call.interrupted();
        }
        if (!room) {
            GrpcException failure = call.outcome().failure();
            throw failure == null
                    ? call.failure(GrpcCode.CANCELLED.with("the server ended the handshake before this payload"))
                    : call.failure(failure);
        }
        call.send(ProtoMessages.frame(ProtoMessages.handshake(payload)));
    }

    /** Says that no payload follows and waits for the server's verdict. */
    void finish() {
        if (!call.isHalfClosed()) {
            call.halfClose();
        }
        while (read() != null) {
            // The client has no question left that this would answer.
        }
    }

    /** The header that shows a user's name and password to the server (RFC 7617). */
    static HeaderPair basic(String username, String password) {
        if (username.indexOf(':') >= 0) {
            throw new IllegalArgumentException("the user name \"" + username
                    + "\" has a colon, with which basic authentication separates name and password");
        }
        byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new HeaderPair(AUTHORIZATION, "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    /** After {@link #finish}: the bearer token in the trailers or, if it is not there, in the headers. */
    HeaderPair bearer() {
        HeaderPair bearer = bearer(inbox.trailers());
        if (bearer == null) {
            try {
                bearer = bearer(inbox.awaitHeaders());
            } catch (GrpcException e) {
                throw call.failure(e);
            } catch (InterruptedException e) {
                throw call.interrupted();
            }
        }
        if (bearer == null) {
            throw call.failure(GrpcCode.UNAUTHENTICATED.with("the server agreed but sent no bearer token, neither in"
                    + " its trailers nor in its headers; it may know another kind of authentication"));
        }
        return bearer;
    }

    private static @Nullable HeaderPair bearer(Metadata metadata) {
        String value = metadata.get(AUTHORIZATION);
        return value != null
                        && value.length() > BEARER.length()
                        && value.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? new HeaderPair(AUTHORIZATION, value)
                : null;
    }

    /** Cancels the call if it has not ended. */
    @Override
    public void close() {
        call.cancel();
        inbox.discard();
    }
}
