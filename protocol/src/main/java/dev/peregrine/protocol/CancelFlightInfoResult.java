package dev.peregrine.protocol;

/** Any thread. The result of the action {@link ActionType#CANCEL_FLIGHT_INFO}. */
public record CancelFlightInfoResult(CancelStatus status) {
    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.CancelFlightInfoResult.newBuilder()
                .setStatus(status.toProto())
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static CancelFlightInfoResult deserialize(byte[] serialized) {
        var proto = ProtoBytes.parse(
                "CancelFlightInfoResult", dev.peregrine.proto.CancelFlightInfoResult.parser(), serialized);
        return new CancelFlightInfoResult(CancelStatus.of(proto.getStatus()));
    }
}
