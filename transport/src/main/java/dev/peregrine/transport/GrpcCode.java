package dev.peregrine.transport;

/**
 * Any thread. gRPC's status codes, in the order of their numbers.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/statuscodes.md">gRPC status codes</a>
 */
public enum GrpcCode {
    OK,
    CANCELLED,
    UNKNOWN,
    INVALID_ARGUMENT,
    DEADLINE_EXCEEDED,
    NOT_FOUND,
    ALREADY_EXISTS,
    PERMISSION_DENIED,
    RESOURCE_EXHAUSTED,
    FAILED_PRECONDITION,
    ABORTED,
    OUT_OF_RANGE,
    UNIMPLEMENTED,
    INTERNAL,
    UNAVAILABLE,
    DATA_LOSS,
    UNAUTHENTICATED;

    private static final GrpcCode[] BY_NUMBER = values();

    /** The number that goes into {@code grpc-status}. */
    public int number() {
        return ordinal();
    }

    /** The code of a {@code grpc-status} number; {@link #UNKNOWN} for a number that gRPC does not define. */
    public static GrpcCode of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }

    /** This code with a message. */
    public GrpcStatus with(String message) {
        return new GrpcStatus(this, message);
    }
}
