package dev.peregrine.protocol.error;

/** INVALID_ARGUMENT: what was asked makes no sense to the one that was asked. Asking again will not help. */
public sealed class FlightInvalidArgumentException extends FlightException permits FlightWriteSizeExceededException {
    private static final long serialVersionUID = 1L;

    FlightInvalidArgumentException(Failure failure) {
        super(FlightStatusCode.INVALID_ARGUMENT, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightInvalidArgumentException of(String message) {
        return new FlightInvalidArgumentException(Failure.of(FlightStatusCode.INVALID_ARGUMENT, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightInvalidArgumentException of(String message, Throwable cause) {
        return new FlightInvalidArgumentException(Failure.of(FlightStatusCode.INVALID_ARGUMENT, message, cause));
    }
}
