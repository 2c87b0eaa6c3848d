package dev.peregrine.protocol.error;

/** UNAUTHORIZED: the caller is known and may not do this. */
public final class FlightUnauthorizedException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightUnauthorizedException(Failure failure) {
        super(FlightStatusCode.UNAUTHORIZED, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightUnauthorizedException of(String message) {
        return new FlightUnauthorizedException(Failure.of(FlightStatusCode.UNAUTHORIZED, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightUnauthorizedException of(String message, Throwable cause) {
        return new FlightUnauthorizedException(Failure.of(FlightStatusCode.UNAUTHORIZED, message, cause));
    }
}
