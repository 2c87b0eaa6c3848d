package dev.peregrine.transport;

import org.jspecify.annotations.Nullable;

/** Event loop only. Which handler serves which request path. */
@FunctionalInterface
public interface CallRouter {
    /** The handler for {@code path}, as {@code /package.Service/Method}; null answers UNIMPLEMENTED. */
    @Nullable
    Handler route(String path);

    /** Event loop only. Begins to serve a call. */
    @FunctionalInterface
    interface Handler {
        /** Says where the events of a call that has just arrived go. Must not block. */
        CallListener accept(IncomingCall call) throws GrpcException;
    }
}
