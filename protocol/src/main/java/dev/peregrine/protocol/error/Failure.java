package dev.peregrine.protocol.error;

import dev.peregrine.protocol.CallHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. What every {@link FlightException} carries.
 *
 * @param origin the method and the peer, when the failure comes from a call; empty otherwise
 * @param description one sentence
 * @param grpcCode the number of the gRPC status, which is finer than {@link FlightStatusCode}
 * @param extraInfo bytes for programs, opaque to Flight; empty if there are none
 * @param trailers the metadata that came with the failure
 */
record Failure(
        String origin,
        String description,
        @Nullable Throwable cause,
        int grpcCode,
        byte[] extraInfo,
        CallHeaders trailers) {
    private static final byte[] NO_BYTES = {};

    static Failure of(FlightStatusCode status, String description, @Nullable Throwable cause) {
        return new Failure("", description, cause, status.grpcCode(), NO_BYTES, new CallHeaders());
    }

    String message() {
        return origin.isEmpty() ? description : origin + ": " + description;
    }
}
