package dev.peregrine.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Any thread. Narrows a listing; what the expression means is the server's affair.
 *
 * @param expression shared, not copied
 */
public record Criteria(byte[] expression) {
    /** Matches everything. */
    public static final Criteria EMPTY = new Criteria(new byte[0]);

    /** Text, in UTF-8. */
    public static Criteria of(String text) {
        return new Criteria(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.Criteria.newBuilder()
                .setExpression(ProtoBytes.wrap(expression))
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static Criteria deserialize(byte[] serialized) {
        return new Criteria(ProtoBytes.parse("Criteria", dev.peregrine.proto.Criteria.parser(), serialized)
                .getExpression()
                .toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Criteria that && Arrays.equals(expression, that.expression);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(expression);
    }

    @Override
    public String toString() {
        return "Criteria " + ByteText.of(expression);
    }
}
