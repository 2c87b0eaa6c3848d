package dev.peregrine.protocol.error;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Flight's statuses, each with its exception and with the gRPC code that stands for it on the wire.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html#error-handling">Flight RPC, Error Handling</a>
 */
public enum FlightStatusCode {
    UNKNOWN(2, FlightServerException::new),
    INTERNAL(13, FlightInternalException::new),
    INVALID_ARGUMENT(3, FlightInvalidArgumentException::new),
    TIMED_OUT(4, FlightTimedOutException::new),
    NOT_FOUND(5, FlightNotFoundException::new),
    ALREADY_EXISTS(6, FlightAlreadyExistsException::new),
    CANCELLED(1, FlightCancelledException::new),
    UNAUTHENTICATED(16, FlightUnauthenticatedException::new),
    UNAUTHORIZED(7, FlightUnauthorizedException::new),
    UNIMPLEMENTED(12, FlightUnimplementedException::new),
    UNAVAILABLE(14, FlightUnavailableException::new),
    /** Not in the specification's list; flight-core has it too. */
    RESOURCE_EXHAUSTED(8, FlightResourceExhaustedException::new);

    private final int grpcCode;
    private final Function<Failure, FlightException> exception;

    FlightStatusCode(int grpcCode, Function<Failure, FlightException> exception) {
        this.grpcCode = grpcCode;
        this.exception = exception;
    }

    /** The number of the gRPC status that this is sent as. */
    public int grpcCode() {
        return grpcCode;
    }

    /** This status as an exception. */
    public FlightException exception(String message) {
        return exception(Failure.of(this, message, null));
    }

    /** This status as an exception, with what caused it. */
    public FlightException exception(String message, @Nullable Throwable cause) {
        return exception(Failure.of(this, message, cause));
    }

    FlightException exception(Failure failure) {
        return exception.apply(failure);
    }

    /** What a gRPC status with this number means in Flight; {@link #UNKNOWN} for numbers that gRPC does not define. */
    public static FlightStatusCode ofGrpc(int grpcCode) {
        return switch (grpcCode) {
            case 1 -> CANCELLED;
            // FAILED_PRECONDITION and OUT_OF_RANGE blame the argument, too.
            case 3, 9, 11 -> INVALID_ARGUMENT;
            case 4 -> TIMED_OUT;
            case 5 -> NOT_FOUND;
            case 6 -> ALREADY_EXISTS;
            case 7 -> UNAUTHORIZED;
            case 8 -> RESOURCE_EXHAUSTED;
            // ABORTED and DATA_LOSS.
            case 10, 13, 15 -> INTERNAL;
            case 12 -> UNIMPLEMENTED;
            case 14 -> UNAVAILABLE;
            case 16 -> UNAUTHENTICATED;
            default -> UNKNOWN;
        };
    }
}
