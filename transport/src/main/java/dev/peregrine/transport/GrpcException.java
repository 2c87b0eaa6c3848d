package dev.peregrine.transport;

/**
 * A call that failed, with the status and the trailers it failed with. Checked, because the layer above turns every one
 * of them into an exception of its own vocabulary.
 */
public final class GrpcException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient GrpcStatus status;
    private final transient Metadata trailers;

    public GrpcException(GrpcStatus status, Metadata trailers) {
        super(status.code() + ": " + status.message());
        this.status = status;
        this.trailers = trailers;
    }

    public GrpcException(GrpcCode code, String message) {
        this(code.with(message), new Metadata());
    }

    public GrpcStatus status() {
        return status;
    }

    /** The peer's trailers; empty if this end failed the call. */
    public Metadata trailers() {
        return trailers;
    }
}
