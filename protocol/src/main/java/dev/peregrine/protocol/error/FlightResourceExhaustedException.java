package dev.peregrine.protocol.error;

/** RESOURCE_EXHAUSTED: memory, a quota or a limit on sizes is used up. */
public final class FlightResourceExhaustedException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightResourceExhaustedException(Failure failure) {
        super(FlightStatusCode.RESOURCE_EXHAUSTED, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightResourceExhaustedException of(String message) {
        return new FlightResourceExhaustedException(Failure.of(FlightStatusCode.RESOURCE_EXHAUSTED, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightResourceExhaustedException of(String message, Throwable cause) {
        return new FlightResourceExhaustedException(Failure.of(FlightStatusCode.RESOURCE_EXHAUSTED, message, cause));
    }
}
