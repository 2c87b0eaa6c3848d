package dev.peregrine.protocol.error;

/** UNAVAILABLE: the server cannot be reached, or was lost during the call. A retry may help. */
public final class FlightUnavailableException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightUnavailableException(Failure failure) {
        super(FlightStatusCode.UNAVAILABLE, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightUnavailableException of(String message) {
        return new FlightUnavailableException(Failure.of(FlightStatusCode.UNAVAILABLE, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightUnavailableException of(String message, Throwable cause) {
        return new FlightUnavailableException(Failure.of(FlightStatusCode.UNAVAILABLE, message, cause));
    }
}
