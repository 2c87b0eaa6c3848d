package dev.peregrine.protocol.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Any thread. The options of the session: the result of {@link dev.peregrine.protocol.ActionType#GET_SESSION_OPTIONS}. */
public record GetSessionOptionsResult(Map<String, SessionOptionValue> sessionOptions) {
    public GetSessionOptionsResult {
        sessionOptions = Collections.unmodifiableMap(new LinkedHashMap<>(sessionOptions));
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.GetSessionOptionsResult.newBuilder()
                .putAllSessionOptions(SessionProto.toProto(sessionOptions))
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static GetSessionOptionsResult deserialize(byte[] serialized) {
        var proto = SessionProto.parse(
                "GetSessionOptionsResult", dev.peregrine.proto.GetSessionOptionsResult.parser(), serialized);
        return new GetSessionOptionsResult(SessionProto.of(proto.getSessionOptionsMap()));
    }
}
