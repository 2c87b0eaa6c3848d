package dev.peregrine.transport;

/**
 * Event loop only. Stands before the listener of a call whose peer sends one message, as a unary method's client and server
 * do, and passes all events on. None, or a second one, fails the call with UNIMPLEMENTED: the two ends do not mean the same
 * method.
 *
 * <p>A listener behind this has its message, whole, when it hears {@link #halfClosed} (at the server), or OK in {@link #closed}
 * (at the client).
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/statuscodes.md">gRPC status codes, cardinality violation</a>
 */
public final class OneMessage extends PassedOnEvents {
    private final boolean atServer;
    private final String none;
    private final String second;

    private boolean began;
    private boolean came;

    private OneMessage(CallListener next, boolean atServer, String none, String second) {
        super(next);
        this.atServer = atServer;
        this.none = none;
        this.second = second;
    }

    /** For the server of a method that takes one request; {@code method} is its name for people. */
    public static OneMessage ofRequest(String method, CallListener next) {
        String expected = method + " takes one request, but ";
        return new OneMessage(next, true, expected + "none came", expected + "a second one came");
    }

    /** For the client of a method that has one answer; {@code method} is its name for people. */
    public static OneMessage ofResponse(String method, CallListener next) {
        return new OneMessage(
                next,
                false,
                "the server sent no answer to " + method + " instead of one",
                "the server sent a second answer to " + method + " instead of one");
    }

    @Override
    public void messageBegins(int length) throws GrpcException {
        if (began) {
            throw new GrpcException(GrpcCode.UNIMPLEMENTED, second);
        }
        began = true;
        next.messageBegins(length);
    }

    @Override
    public void messageEnds() throws GrpcException {
        came = true;
        next.messageEnds();
    }

    @Override
    public void halfClosed() throws GrpcException {
        if (atServer && !came) {
            throw new GrpcException(GrpcCode.UNIMPLEMENTED, none);
        }
        next.halfClosed();
    }

    @Override
    public void closed(GrpcStatus status, Metadata trailers) {
        boolean unanswered = !atServer && !came && status.isOk();
        next.closed(unanswered ? GrpcCode.UNIMPLEMENTED.with(none) : status, trailers);
    }
}
