package dev.peregrine.protocol;

/** Any thread. A command that the server can run, and what it says about it. */
public record ActionType(String type, String description) {
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
