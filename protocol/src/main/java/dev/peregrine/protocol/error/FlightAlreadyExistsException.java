package dev.peregrine.protocol.error;

/** ALREADY_EXISTS: what was to be made is there already. */
public final class FlightAlreadyExistsException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightAlreadyExistsException(Failure failure) {
        super(FlightStatusCode.ALREADY_EXISTS, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightAlreadyExistsException of(String message) {
        return new FlightAlreadyExistsException(Failure.of(FlightStatusCode.ALREADY_EXISTS, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightAlreadyExistsException of(String message, Throwable cause) {
        return new FlightAlreadyExistsException(Failure.of(FlightStatusCode.ALREADY_EXISTS, message, cause));
    }
}
