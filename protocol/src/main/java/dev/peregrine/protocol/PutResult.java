package dev.peregrine.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Any thread. A remark of the server while it receives: often that a batch is stored.
 *
 * @param metadata shared, not copied
 */
public record PutResult(byte[] metadata) {
    /** Text, in UTF-8. */
    public static PutResult of(String text) {
        return new PutResult(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.PutResult.newBuilder()
                .setAppMetadata(ProtoBytes.wrap(metadata))
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static PutResult deserialize(byte[] serialized) {
        return new PutResult(ProtoBytes.parse("PutResult", dev.peregrine.proto.PutResult.parser(), serialized)
                .getAppMetadata()
                .toByteArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PutResult that && Arrays.equals(metadata, that.metadata);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(metadata);
    }

    @Override
    public String toString() {
        return "PutResult " + ByteText.of(metadata);
    }
}
