package dev.peregrine.protocol.error;

import dev.peregrine.protocol.CallHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. What every {@link FlightException} carries.
 *
 * @param method the RPC's name, when the failure comes from a call; empty otherwise
 * @param peer the other end of the call, for people; empty if it comes from no call
 * @param description one sentence
 * @param grpcCode the number of the gRPC status, which is finer than {@link FlightStatusCode}
 * @param extraInfo bytes for programs, opaque to Flight; empty if there are none
 * @param trailers the metadata that came with the failure
 */
record Failure(
        String method,
        String peer,
        String description,
        @Nullable Throwable cause,
        int grpcCode,
        byte[] extraInfo,
        CallHeaders trailers) {
    private static final byte[] NO_BYTES = {};

    /** By their numbers. */
    private static final List<String> GRPC_NAMES = List.of(
            "OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");

    static Failure of(FlightStatusCode status, String description, @Nullable Throwable cause) {
        return new Failure("", "", description, cause, status.grpcCode(), NO_BYTES, new CallHeaders());
    }

    String message() {
        return method.isEmpty()
                ? description
                : method + " at " + peer + " failed with " + grpcName() + ": " + description;
    }

    private String grpcName() {
        return grpcCode >= 0 && grpcCode < GRPC_NAMES.size() ? GRPC_NAMES.get(grpcCode) : "UNKNOWN";
    }
}
