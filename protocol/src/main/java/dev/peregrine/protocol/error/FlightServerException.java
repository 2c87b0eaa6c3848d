package dev.peregrine.protocol.error;

/** UNKNOWN: the server failed, and did not say how. */
public final class FlightServerException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightServerException(Failure failure) {
        super(FlightStatusCode.UNKNOWN, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightServerException of(String message) {
        return new FlightServerException(Failure.of(FlightStatusCode.UNKNOWN, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightServerException of(String message, Throwable cause) {
        return new FlightServerException(Failure.of(FlightStatusCode.UNKNOWN, message, cause));
    }
}
