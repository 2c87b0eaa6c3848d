package dev.peregrine.protocol.error;

/** INTERNAL: one of the two ends has a bug, or they do not speak the same protocol. */
public final class FlightInternalException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightInternalException(Failure failure) {
        super(FlightStatusCode.INTERNAL, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightInternalException of(String message) {
        return new FlightInternalException(Failure.of(FlightStatusCode.INTERNAL, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightInternalException of(String message, Throwable cause) {
        return new FlightInternalException(Failure.of(FlightStatusCode.INTERNAL, message, cause));
    }
}
