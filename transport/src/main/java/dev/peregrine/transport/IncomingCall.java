package dev.peregrine.transport;

/** Any thread. A call as its server sees it. */
public interface IncomingCall extends Call {
    /** The request's metadata, without pseudo-headers and without gRPC's own fields. */
    Metadata headers();

    /** Queues the response headers. Without this they go out, empty, before the first message. At most once. */
    void sendHeaders(Metadata headers);

    /** After what is queued, the trailers with this status: the call is done. At most once; later ones are ignored. */
    void finish(GrpcStatus status, Metadata trailers);
}
