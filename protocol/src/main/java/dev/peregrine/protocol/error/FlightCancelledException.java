package dev.peregrine.protocol.error;

/** CANCELLED: one of the two ends cancelled the call. */
public final class FlightCancelledException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightCancelledException(Failure failure) {
        super(FlightStatusCode.CANCELLED, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightCancelledException of(String message) {
        return new FlightCancelledException(Failure.of(FlightStatusCode.CANCELLED, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightCancelledException of(String message, Throwable cause) {
        return new FlightCancelledException(Failure.of(FlightStatusCode.CANCELLED, message, cause));
    }
}
