package dev.peregrine.protocol;

/** Any thread. How far the cancellation of a flight came. */
public enum CancelStatus {
    /** The server does not say. */
    UNSPECIFIED,
    /** It is done. Asking again may be an error. */
    CANCELLED,
    /** It is on its way; asking again tells more. */
    CANCELLING,
    /** The flight cannot be cancelled. */
    NOT_CANCELLABLE;

    dev.peregrine.proto.CancelStatus toProto() {
        return switch (this) {
            case UNSPECIFIED -> dev.peregrine.proto.CancelStatus.CANCEL_STATUS_UNSPECIFIED;
            case CANCELLED -> dev.peregrine.proto.CancelStatus.CANCEL_STATUS_CANCELLED;
            case CANCELLING -> dev.peregrine.proto.CancelStatus.CANCEL_STATUS_CANCELLING;
            case NOT_CANCELLABLE -> dev.peregrine.proto.CancelStatus.CANCEL_STATUS_NOT_CANCELLABLE;
        };
    }

    /** {@link #UNSPECIFIED} for statuses that a later version of the specification adds. */
    static CancelStatus of(dev.peregrine.proto.CancelStatus proto) {
        return switch (proto) {
            case CANCEL_STATUS_CANCELLED -> CANCELLED;
            case CANCEL_STATUS_CANCELLING -> CANCELLING;
            case CANCEL_STATUS_NOT_CANCELLABLE -> NOT_CANCELLABLE;
            case CANCEL_STATUS_UNSPECIFIED, UNRECOGNIZED -> UNSPECIFIED;
        };
    }
}
