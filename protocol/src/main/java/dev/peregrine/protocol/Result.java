package dev.peregrine.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Any thread. One answer of an action.
 *
 * @param body shared, not copied
 */
public record Result(byte[] body) {
    /** Text, in UTF-8. */
    public static Result of(String text) {
        return new Result(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.Result.newBuilder()
                .setBody(ProtoBytes.wrap(body))
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static Result deserialize(byte[] serialized) {
        return new Result(ProtoBytes.parse("Result", dev.peregrine.proto.Result.parser(), serialized)
                .getBody()
                .toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Result that && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return "Result " + ByteText.of(body);
    }
}
