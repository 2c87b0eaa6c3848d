package dev.peregrine.protocol.error;

/**
 * A message is larger than the writer's own limit. Nothing of it was sent, and the writer is as it was: try smaller
 * batches.
 */
public final class FlightWriteSizeExceededException extends FlightInvalidArgumentException {
    private static final long serialVersionUID = 1L;

    private final long limit;
    private final long actual;

    private FlightWriteSizeExceededException(long limit, long actual) {
        super(Failure.of(
                FlightStatusCode.INVALID_ARGUMENT,
                "a message of " + actual + " bytes exceeds the writer's limit of " + limit
                        + " bytes; nothing was sent, write smaller batches",
                null));
        this.limit = limit;
        this.actual = actual;
    }

    /** A message of {@code actual} bytes where {@code limit} are allowed. */
    public static FlightWriteSizeExceededException of(long limit, long actual) {
        return new FlightWriteSizeExceededException(limit, actual);
    }

    /** The limit, in bytes. */
    public long limit() {
        return limit;
    }

    /** The size of the message that was refused, in bytes: body, IPC header, descriptor and app_metadata. */
    public long actual() {
        return actual;
    }
}
