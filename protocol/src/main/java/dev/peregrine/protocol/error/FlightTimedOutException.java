package dev.peregrine.protocol.error;

/** TIMED_OUT: the call was not done within its time limit. */
public final class FlightTimedOutException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightTimedOutException(Failure failure) {
        super(FlightStatusCode.TIMED_OUT, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightTimedOutException of(String message) {
        return new FlightTimedOutException(Failure.of(FlightStatusCode.TIMED_OUT, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightTimedOutException of(String message, Throwable cause) {
        return new FlightTimedOutException(Failure.of(FlightStatusCode.TIMED_OUT, message, cause));
    }
}
