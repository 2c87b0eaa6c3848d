package dev.peregrine.protocol;

/**
 * Any thread. Asks to stop the work behind a flight: the body of the action {@link ActionType#CANCEL_FLIGHT_INFO}.
 *
 * @param info as the server gave it
 */
public record CancelFlightInfoRequest(FlightInfo info) {
    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.CancelFlightInfoRequest.newBuilder()
                .setInfo(info.toProto())
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static CancelFlightInfoRequest deserialize(byte[] serialized) {
        var proto = ProtoBytes.parse(
                "CancelFlightInfoRequest", dev.peregrine.proto.CancelFlightInfoRequest.parser(), serialized);
        return new CancelFlightInfoRequest(FlightInfo.of(proto.getInfo()));
    }
}
