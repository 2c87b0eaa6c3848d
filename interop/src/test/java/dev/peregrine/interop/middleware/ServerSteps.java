package dev.peregrine.interop.middleware;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightUnauthorizedException;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.ServerMiddleware;
import org.jspecify.annotations.Nullable;

/** Server middleware of ours that notes each call, answers with headers and trailers, and refuses what has x-refuse. Any thread. */
final class ServerSteps implements ServerMiddleware.Factory<ServerMiddleware> {
    final Steps steps = new Steps();

    @Override
    public ServerMiddleware startCall(ServerCall call) {
        if (call.headers().contains("x-refuse")) {
            throw FlightUnauthorizedException.of("refused by middleware");
        }
        String method = Steps.upperCase(call.method());
        steps.add("started " + method + Steps.shown(call.headers()));
        return new ServerMiddleware() {
            @Override
            public void sendingHeaders(CallHeaders headers) {
                headers.add("x-answer", "one").add("x-answer", "two").add("x-answer-bin", new byte[] {0, -1});
            }

            @Override
            public void sendingTrailers(CallHeaders trailers) {
                trailers.add("x-last", "three").add("x-last-bin", new byte[] {1, -1});
            }

            @Override
            public void completed(@Nullable FlightException failure) {
                steps.add("completed " + method + " " + (failure == null ? "OK" : failure.status()));
            }
        };
    }
}
