package dev.peregrine.protocol.error;

/** NOT_FOUND: there is no such flight, or whatever was asked for. */
public final class FlightNotFoundException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightNotFoundException(Failure failure) {
        super(FlightStatusCode.NOT_FOUND, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightNotFoundException of(String message) {
        return new FlightNotFoundException(Failure.of(FlightStatusCode.NOT_FOUND, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightNotFoundException of(String message, Throwable cause) {
        return new FlightNotFoundException(Failure.of(FlightStatusCode.NOT_FOUND, message, cause));
    }
}
