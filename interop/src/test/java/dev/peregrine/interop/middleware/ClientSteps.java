package dev.peregrine.interop.middleware;

import dev.peregrine.client.middleware.CallInfo;
import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightException;
import org.jspecify.annotations.Nullable;

/** Client middleware of ours that notes each step, and sends headers. Any thread. */
final class ClientSteps implements ClientMiddleware.Factory {
    final Steps steps = new Steps();
    private volatile CallHeaders sent = new CallHeaders();

    /** What each call sends from now on. */
    void send(CallHeaders headers) {
        sent = headers;
    }

    @Override
    public ClientMiddleware startCall(CallInfo call) {
        steps.add("started " + Steps.upperCase(call.method()));
        return new ClientMiddleware() {
            @Override
            public void sendingHeaders(CallHeaders headers) {
                headers.addAll(sent);
            }

            @Override
            public void receivedHeaders(CallHeaders headers) {
                steps.add("headers" + Steps.shown(headers));
            }

            @Override
            public void receivedTrailers(CallHeaders trailers) {
                steps.add("trailers" + Steps.shown(trailers));
            }

            @Override
            public void completed(@Nullable FlightException failure) {
                steps.add("completed " + (failure == null ? "OK" : failure.status()));
            }
        };
    }

    /** Lets no call start. */
    static ClientMiddleware.Factory refusing(RuntimeException why) {
        return call -> {
            throw why;
        };
    }
}
