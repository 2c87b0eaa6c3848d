package dev.peregrine.server;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightException;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. Looks on at one call of a server and adds to what it answers. The factories of a server are asked in
 * the order in which they were added, and so is what they made, at each of these steps:
 *
 * <ol>
 *   <li>{@link Factory#startCall}, before the service's method. What it throws ends the call, with its status if it is a {@link
 *       FlightException}, and the method does not run.
 *   <li>{@link #sendingHeaders}, before the first message; before the status, if there is none.
 *   <li>{@link #sendingTrailers}, before the status, also an error's. Neither is asked for a call that the client has given up.
 *   <li>{@link #completed}: exactly once, last, whatever became of the call.
 * </ol>
 *
 * <p>All of it happens on the thread that serves the call: for {@linkplain FlightService#nonBlockingMethods methods that
 * never wait} that is the event loop, where middleware must not wait either. What the server refuses before it serves it, such
 * as a request that cannot be read, or one call too many, does not come here.
 */
public interface ServerMiddleware {
    /**
     * The headers of the answer are about to go out. What this throws fails the call.
     *
     * @param headers to add to; they go out behind those of {@link ServerCall#addHeader(String, String)}
     */
    default void sendingHeaders(CallHeaders headers) {}

    /**
     * The call is about to end. What this throws fails a call that went well until then.
     *
     * @param trailers to add to; they go out behind those of {@link ServerCall#addTrailer(String, String)}
     */
    default void sendingTrailers(CallHeaders trailers) {}

    /**
     * The method has returned or thrown, or did not run because middleware ended the call; on the thread that {@link
     * Factory#startCall} was called on, for what was set up there for that thread. The last of the middleware is told first.
     * Everything else may come later, and on another thread: see {@link ServerCall#endsWith}.
     */
    default void methodEnded() {}

    /**
     * The method has ended and the status is on its way, or the call never got to it. What this throws is logged.
     *
     * @param failure why the call failed, as its client sees it or, if that has given it up, as the service sees it; null if
     *     it went well
     */
    default void completed(@Nullable FlightException failure) {}

    /**
     * Any thread. By what a service finds its call's middleware: {@link ServerCall#middleware}.
     *
     * @param <T> the middleware
     * @param type its class
     * @param name tells apart several of one class
     */
    record Key<T extends ServerMiddleware>(Class<T> type, String name) {
        /** The key of the only middleware of a class. */
        public static <T extends ServerMiddleware> Key<T> of(Class<T> type) {
            return new Key<>(type, "");
        }
    }

    /**
     * Any thread. Makes the middleware of each call.
     *
     * @param <T> the middleware
     */
    @FunctionalInterface
    interface Factory<T extends ServerMiddleware> {
        /**
         * A call has come.
         *
         * @param call what is known of it, its headers among that
         * @return null for one that needs no middleware
         */
        @Nullable
        T startCall(ServerCall call);
    }
}
