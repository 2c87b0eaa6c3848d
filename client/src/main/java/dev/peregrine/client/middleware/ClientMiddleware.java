package dev.peregrine.client.middleware;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightException;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. Looks on at one call of a client and adds to its headers. The factories of a client are asked in the
 * order in which they were added, and so is what they made, at each of these steps:
 *
 * <ol>
 *   <li>{@link Factory#startCall}, then {@link #sendingHeaders}, on the thread that makes the call. What they throw, that
 *       thread gets: the call is not made.
 *   <li>{@link #receivedHeaders}, unless the server answers with trailers only.
 *   <li>{@link #receivedTrailers}, if there are any, also those of an error.
 *   <li>{@link #completed}: exactly once, last, whatever became of the call; also if it was cancelled, never found a
 *       connection, or if middleware behind this one did not let it start.
 * </ol>
 *
 * <p>What has come from the server is told before the caller sees what came behind it: the headers before the first message,
 * the end before the call's result or failure. It is told on the thread that takes these, or, if nobody does in time, on one
 * of the client's {@link dev.peregrine.client.FlightClientBuilder#executor executor}; never on an event loop, so these
 * methods may block. What they throw is logged and has no effect.
 */
public interface ClientMiddleware {
    /**
     * Adds headers to the call.
     *
     * @param headers lent: what the call's options, its authentication and the middleware before this one send. It can be
     *     read and added to.
     */
    default void sendingHeaders(CallHeaders headers) {}

    /**
     * The server has begun to answer.
     *
     * @param headers its headers; may be empty
     */
    default void receivedHeaders(CallHeaders headers) {}

    /**
     * The server has ended the call.
     *
     * @param trailers not empty. Of an answer without messages, as most errors are, they have what other answers have in
     *     the headers.
     */
    default void receivedTrailers(CallHeaders trailers) {}

    /**
     * The call is over.
     *
     * @param failure null if it went well
     */
    default void completed(@Nullable FlightException failure) {}

    /** Any thread. Makes the middleware of each call. */
    @FunctionalInterface
    interface Factory {
        /** A call is about to start. Null for one that needs no middleware. */
        @Nullable
        ClientMiddleware startCall(CallInfo call);
    }
}
