package dev.peregrine.protocol.session;

/** Any thread. The result of the action {@link dev.peregrine.protocol.ActionType#CLOSE_SESSION}. */
public record CloseSessionResult(Status status) {
    /** How far it came. */
    public enum Status {
        /** The server does not say. */
        UNSPECIFIED,
        /** The session is closed. Asking again may be an error. */
        CLOSED,
        /** It is being closed; asking again tells more. */
        CLOSING,
        /** It cannot be closed. */
        NOT_CLOSEABLE
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.CloseSessionResult.newBuilder()
                .setStatus(toProto(status))
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static CloseSessionResult deserialize(byte[] serialized) {
        var proto =
                SessionProto.parse("CloseSessionResult", dev.peregrine.proto.CloseSessionResult.parser(), serialized);
        return new CloseSessionResult(of(proto.getStatus()));
    }

    private static dev.peregrine.proto.CloseSessionResult.Status toProto(Status status) {
        return switch (status) {
            case UNSPECIFIED -> dev.peregrine.proto.CloseSessionResult.Status.UNSPECIFIED;
            case CLOSED -> dev.peregrine.proto.CloseSessionResult.Status.CLOSED;
            case CLOSING -> dev.peregrine.proto.CloseSessionResult.Status.CLOSING;
            case NOT_CLOSEABLE -> dev.peregrine.proto.CloseSessionResult.Status.NOT_CLOSEABLE;
        };
    }

    private static Status of(dev.peregrine.proto.CloseSessionResult.Status proto) {
        return switch (proto) {
            case CLOSED -> Status.CLOSED;
            case CLOSING -> Status.CLOSING;
            case NOT_CLOSEABLE -> Status.NOT_CLOSEABLE;
            case UNSPECIFIED, UNRECOGNIZED -> Status.UNSPECIFIED;
        };
    }
}
