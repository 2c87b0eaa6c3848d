package dev.peregrine.server;

import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import java.util.Map;

/**
 * One thread at a time. The session of the client that makes a call: {@code call.middleware(ServerSession.KEY)}. Where a server
 * has it, the actions SetSessionOptions, GetSessionOptions and CloseSession are answered from it. {@code
 * dev.peregrine.server.session} has one that keeps sessions in memory.
 */
public interface ServerSession extends ServerMiddleware {
    /** By what services and the actions of the specification find it. */
    ServerMiddleware.Key<ServerSession> KEY = ServerMiddleware.Key.of(ServerSession.class);

    /** The session's options; empty for a client that has none. */
    Map<String, SessionOptionValue> options();

    /** Sets options, and removes those that are {@link SessionOptionValue#UNSET}; makes a session if there is none. */
    SetSessionOptionsResult set(Map<String, SessionOptionValue> options);

    /** Ends the session and drops its options. */
    CloseSessionResult close();
}
