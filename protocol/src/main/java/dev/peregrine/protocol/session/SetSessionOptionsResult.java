package dev.peregrine.protocol.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Any thread. The result of the action {@link dev.peregrine.protocol.ActionType#SET_SESSION_OPTIONS}.
 *
 * @param errors the options that were not set, and why; those that are not here were set
 */
public record SetSessionOptionsResult(Map<String, Error> errors) {
    /** All options were set. */
    public static final SetSessionOptionsResult OK = new SetSessionOptionsResult(Map.of());

    /** Why an option was not set. */
    public enum Error {
        /** The server does not say. */
        UNSPECIFIED,
        /** It has no option of this name. */
        INVALID_NAME,
        /** The option cannot have this value, or a value of this type. */
        INVALID_VALUE,
        /** Name and value are valid, but it could not be set. */
        ERROR
    }

    public SetSessionOptionsResult {
        errors = Collections.unmodifiableMap(new LinkedHashMap<>(errors));
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        var proto = dev.peregrine.proto.SetSessionOptionsResult.newBuilder();
        errors.forEach((name, error) -> proto.putErrors(
                name,
                dev.peregrine.proto.SetSessionOptionsResult.Error.newBuilder()
                        .setValue(toProto(error))
                        .build()));
        return proto.build().toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static SetSessionOptionsResult deserialize(byte[] serialized) {
        var proto = SessionProto.parse(
                "SetSessionOptionsResult", dev.peregrine.proto.SetSessionOptionsResult.parser(), serialized);
        Map<String, Error> errors = new LinkedHashMap<>();
        proto.getErrorsMap().forEach((name, error) -> errors.put(name, of(error.getValue())));
        return new SetSessionOptionsResult(errors);
    }

    private static dev.peregrine.proto.SetSessionOptionsResult.ErrorValue toProto(Error error) {
        return switch (error) {
            case UNSPECIFIED -> dev.peregrine.proto.SetSessionOptionsResult.ErrorValue.UNSPECIFIED;
            case INVALID_NAME -> dev.peregrine.proto.SetSessionOptionsResult.ErrorValue.INVALID_NAME;
            case INVALID_VALUE -> dev.peregrine.proto.SetSessionOptionsResult.ErrorValue.INVALID_VALUE;
            case ERROR -> dev.peregrine.proto.SetSessionOptionsResult.ErrorValue.ERROR;
        };
    }

    private static Error of(dev.peregrine.proto.SetSessionOptionsResult.ErrorValue proto) {
        return switch (proto) {
            case INVALID_NAME -> Error.INVALID_NAME;
            case INVALID_VALUE -> Error.INVALID_VALUE;
            case ERROR -> Error.ERROR;
            case UNSPECIFIED, UNRECOGNIZED -> Error.UNSPECIFIED;
        };
    }
}
