package dev.peregrine.protocol.error;

/** UNIMPLEMENTED: the server does not know this method, or does not offer it. */
public final class FlightUnimplementedException extends FlightException {
    private static final long serialVersionUID = 1L;

    FlightUnimplementedException(Failure failure) {
        super(FlightStatusCode.UNIMPLEMENTED, failure);
    }

    /** A failure that {@code message} describes in one sentence. */
    public static FlightUnimplementedException of(String message) {
        return new FlightUnimplementedException(Failure.of(FlightStatusCode.UNIMPLEMENTED, message, null));
    }

    /** The same with what caused it; the cause stays on this side of the wire. */
    public static FlightUnimplementedException of(String message, Throwable cause) {
        return new FlightUnimplementedException(Failure.of(FlightStatusCode.UNIMPLEMENTED, message, cause));
    }
}
