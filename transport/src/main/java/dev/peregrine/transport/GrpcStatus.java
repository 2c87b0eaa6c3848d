package dev.peregrine.transport;

/**
 * Any thread. How a call ended: {@code grpc-status} and {@code grpc-message}.
 *
 * @param code the code
 * @param message one sentence for people, decoded; empty if there is none
 */
public record GrpcStatus(GrpcCode code, String message) {
    /** The status of a call that went well. */
    public static final GrpcStatus OK = new GrpcStatus(GrpcCode.OK, "");

    public boolean isOk() {
        return code == GrpcCode.OK;
    }
}
