package dev.peregrine.protocol;

/**
 * Any thread. A command that the server can run, and what it says about it. The constants are those that the
 * specification itself defines.
 */
public record ActionType(String type, String description) {
    /** Stops the work behind a flight; body {@link CancelFlightInfoRequest}, result {@link CancelFlightInfoResult}. */
    public static final ActionType CANCEL_FLIGHT_INFO =
            new ActionType("CancelFlightInfo", "Cancels a flight. Body: CancelFlightInfoRequest.");

    /** Asks for a later expiration time; body {@link RenewFlightEndpointRequest}, result {@link FlightEndpoint}. */
    public static final ActionType RENEW_FLIGHT_ENDPOINT = new ActionType(
            "RenewFlightEndpoint", "Extends the expiration time of an endpoint. Body: RenewFlightEndpointRequest.");

    /**
     * Sets options of the client's session; body {@link dev.peregrine.protocol.session.SetSessionOptionsRequest}, result
     * {@link dev.peregrine.protocol.session.SetSessionOptionsResult}.
     */
    public static final ActionType SET_SESSION_OPTIONS = new ActionType(
            "SetSessionOptions", "Sets or removes options of the session. Body: SetSessionOptionsRequest.");

    /** Asks for them; no body, result {@link dev.peregrine.protocol.session.GetSessionOptionsResult}. */
    public static final ActionType GET_SESSION_OPTIONS =
            new ActionType("GetSessionOptions", "Returns the options of the session. Body: GetSessionOptionsRequest.");

    /** Ends the session; no body, result {@link dev.peregrine.protocol.session.CloseSessionResult}. */
    public static final ActionType CLOSE_SESSION =
            new ActionType("CloseSession", "Ends the session. Body: CloseSessionRequest.");

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.ActionType.newBuilder()
                .setType(type)
                .setDescription(description)
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static ActionType deserialize(byte[] serialized) {
        var proto = ProtoBytes.parse("ActionType", dev.peregrine.proto.ActionType.parser(), serialized);
        return new ActionType(proto.getType(), proto.getDescription());
    }
}
