package dev.peregrine.client;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.PassedOnEvents;

/**
 * Any thread. What a server answers besides messages: the headers and the trailers of a call, also of one that fails. For
 * one call; of several, it has those of the last to answer.
 *
 * <pre>{@code
 * var response = new ResponseMetadata();
 * client.getFlightInfo(descriptor, CallOptions.NONE.response(response));
 * String trace = response.trailers().get("x-trace");
 * }</pre>
 */
public final class ResponseMetadata {
    private volatile CallHeaders headers = new CallHeaders();
    private volatile CallHeaders trailers = new CallHeaders();

    /** Nothing yet. */
    public ResponseMetadata() {}

    /**
     * The headers. They are here when the first message is; a call that fails before its first message may have trailers
     * only. Empty until then.
     */
    public CallHeaders headers() {
        return copy(headers);
    }

    /** The trailers. They are here when the call has ended or its failure has been thrown. Empty until then. */
    public CallHeaders trailers() {
        return copy(trailers);
    }

    private static CallHeaders copy(CallHeaders from) {
        return new CallHeaders().addAll(from);
    }

    /** Stands before the listener of a call, which hears of nothing before it can be read here. */
    CallListener before(CallListener next) {
        return new Listener(next);
    }

    private final class Listener extends PassedOnEvents {
        Listener(CallListener next) {
            super(next);
        }

        @Override
        public void headers(Metadata received) throws GrpcException {
            headers = Headers.of(received);
            next.headers(received);
        }

        @Override
        public void ending(GrpcStatus status, Metadata received) throws GrpcException {
            trailers = Headers.of(received);
            next.ending(status, received);
        }

        @Override
        public void closed(GrpcStatus status, Metadata received) {
            trailers = Headers.of(received);
            next.closed(status, received);
        }
    }
}
