package dev.peregrine.protocol.error;

import dev.peregrine.protocol.CallHeaders;
import java.util.Objects;

/**
 * Any thread. A call that failed. There is one subclass for each {@link FlightStatusCode}; a server throws them to answer
 * with that status, a client gets them.
 *
 * <p>The message is one sentence. When the failure comes from a call, it begins with the method and the peer.
 */
public abstract sealed class FlightException extends RuntimeException
        permits FlightAlreadyExistsException,
                FlightCancelledException,
                FlightInternalException,
                FlightInvalidArgumentException,
                FlightNotFoundException,
                FlightResourceExhaustedException,
                FlightServerException,
                FlightTimedOutException,
                FlightUnauthenticatedException,
                FlightUnauthorizedException,
                FlightUnavailableException,
                FlightUnimplementedException {
    private static final long serialVersionUID = 1L;

    private final FlightStatusCode status;
    private final transient Failure failure;

    FlightException(FlightStatusCode status, Failure failure) {
        super(failure.message(), failure.cause());
        this.status = status;
        this.failure = failure;
    }

    /**
     * The exception of a call that its peer failed.
     *
     * @param grpcCode the number of the gRPC status
     * @param method the RPC's name
     * @param peer the other end, for people
     * @param description what the peer said
     * @param extraInfo the peer's bytes for programs; empty for none
     */
    public static FlightException ofCall(
            int grpcCode, String method, String peer, String description, byte[] extraInfo, CallHeaders trailers) {
        return FlightStatusCode.ofGrpc(grpcCode)
                .exception(new Failure(method, peer, description, null, grpcCode, extraInfo, trailers));
    }

    /** Which status this is. */
    public FlightStatusCode status() {
        return status;
    }

    /** The number of the gRPC status, for those who tell apart what Flight does not. */
    public int grpcCode() {
        return failure.grpcCode();
    }

    /** The sentence alone, without method and peer. */
    public String description() {
        return failure.description();
    }

    /** The RPC that failed, for example {@code DoGet}; empty if the failure comes from no call. */
    public String method() {
        return failure.method();
    }

    /** The other end of the call, for people: {@code 10.1.2.3:8815}; empty if the failure comes from no call. */
    public String peer() {
        return failure.peer();
    }

    /** Bytes for programs, opaque to Flight ({@code grpc-status-details-bin}); empty if there are none. */
    public byte[] extraInfo() {
        return failure.extraInfo();
    }

    /** The metadata that came, or is to be sent, with the failure. */
    public CallHeaders trailers() {
        return failure.trailers();
    }

    /** This failure with bytes for programs: how a server sends them. */
    public FlightException withExtraInfo(byte[] extraInfo) {
        return copy(Objects.requireNonNull(extraInfo, "extraInfo"), failure.trailers());
    }

    /** This failure with metadata: how a server sends it. */
    public FlightException withTrailers(CallHeaders trailers) {
        return copy(failure.extraInfo(), Objects.requireNonNull(trailers, "trailers"));
    }

    private FlightException copy(byte[] extraInfo, CallHeaders trailers) {
        return status.exception(new Failure(
                failure.method(),
                failure.peer(),
                failure.description(),
                getCause(),
                failure.grpcCode(),
                extraInfo,
                trailers));
    }
}
