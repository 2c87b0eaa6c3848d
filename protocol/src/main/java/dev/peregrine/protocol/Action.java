package dev.peregrine.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Any thread. A command for the server to run, with its argument.
 *
 * @param type its name
 * @param body its argument; shared, not copied
 */
public record Action(String type, byte[] body) {
    /** A command without an argument. */
    public Action(String type) {
        this(type, new byte[0]);
    }

    /** A command whose argument is text, in UTF-8. */
    public Action(String type, String body) {
        this(type, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.Action.newBuilder()
                .setType(type)
                .setBody(ProtoBytes.wrap(body))
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static Action deserialize(byte[] serialized) {
        var proto = ProtoBytes.parse("Action", dev.peregrine.proto.Action.parser(), serialized);
        return new Action(proto.getType(), proto.getBody().toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Action that && type.equals(that.type) && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return 31 * type.hashCode() + Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return "Action " + type + " " + ByteText.of(body);
    }
}
