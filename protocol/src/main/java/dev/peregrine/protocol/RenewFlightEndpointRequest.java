package dev.peregrine.protocol;

/**
 * Any thread. Asks for a later expiration time: the body of the action {@link ActionType#RENEW_FLIGHT_ENDPOINT}, whose
 * result is the endpoint as it is then.
 *
 * @param endpoint as the server gave it
 */
public record RenewFlightEndpointRequest(FlightEndpoint endpoint) {
    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.RenewFlightEndpointRequest.newBuilder()
                .setEndpoint(endpoint.toProto())
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static RenewFlightEndpointRequest deserialize(byte[] serialized) {
        var proto = ProtoBytes.parse(
                "RenewFlightEndpointRequest", dev.peregrine.proto.RenewFlightEndpointRequest.parser(), serialized);
        return new RenewFlightEndpointRequest(FlightEndpoint.of(proto.getEndpoint()));
    }
}
