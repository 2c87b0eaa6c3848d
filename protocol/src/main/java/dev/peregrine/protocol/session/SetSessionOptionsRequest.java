package dev.peregrine.protocol.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Any thread. Which options of the session to set or, with {@link SessionOptionValue#UNSET}, to remove: the body of the
 * action {@link dev.peregrine.protocol.ActionType#SET_SESSION_OPTIONS}.
 */
public record SetSessionOptionsRequest(Map<String, SessionOptionValue> sessionOptions) {
    public SetSessionOptionsRequest {
        sessionOptions = Collections.unmodifiableMap(new LinkedHashMap<>(sessionOptions));
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.SetSessionOptionsRequest.newBuilder()
                .putAllSessionOptions(SessionProto.toProto(sessionOptions))
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static SetSessionOptionsRequest deserialize(byte[] serialized) {
        var proto = SessionProto.parse(
                "SetSessionOptionsRequest", dev.peregrine.proto.SetSessionOptionsRequest.parser(), serialized);
        return new SetSessionOptionsRequest(SessionProto.of(proto.getSessionOptionsMap()));
    }
}
