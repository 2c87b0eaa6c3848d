package dev.peregrine.transport;

import java.security.cert.X509Certificate;
import java.util.List;

/** Any thread. A call as its server sees it. */
public interface IncomingCall extends Call {
    /** The request's metadata, without pseudo-headers and without gRPC's own fields. */
    Metadata headers();

    /** The certificates that the client has shown (mutual TLS), verified, its own first; none if it has shown none. */
    List<X509Certificate> peerCertificates();

    /**
     * Queues the response headers. Without this they go out, empty, before the first message. At most once, and before the
     * first message; later ones are ignored.
     */
    void sendHeaders(Metadata headers);

    /**
     * The same for an answer whose messages are compressed otherwise than {@link TransportOptions#compression} says; not
     * at all, if the client does not accept that.
     */
    void sendHeaders(Metadata headers, Compression compression);

    /** After what is queued, the trailers with this status: the call is done. At most once; later ones are ignored. */
    void finish(GrpcStatus status, Metadata trailers);
}
