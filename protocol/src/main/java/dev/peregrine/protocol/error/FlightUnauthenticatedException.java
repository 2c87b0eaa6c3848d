package dev.peregrine.protocol.error;

/** UNAUTHENTICATED: the caller has not said, or not proved, who it is. */
public final class FlightUnauthenticatedException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightUnauthenticatedException(Failure failure) {
        super(FlightStatusCode.UNAUTHENTICATED, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightUnauthenticatedException of(String message) {
        return new FlightUnauthenticatedException(Failure.of(FlightStatusCode.UNAUTHENTICATED, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightUnauthenticatedException of(String message, Throwable cause) {
        return new FlightUnauthenticatedException(Failure.of(FlightStatusCode.UNAUTHENTICATED, message, cause));
    }
}
