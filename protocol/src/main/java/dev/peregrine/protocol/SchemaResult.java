package dev.peregrine.protocol;

import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Any thread. A schema by itself: the answer of GetSchema.
 *
 * @param schema in the form it has on the wire: a dictionary-encoded field has the type of its values
 */
public record SchemaResult(Schema schema) {
    /** The protobuf message, as other implementations write it. */
    public byte[] serialize() {
        return dev.peregrine.proto.SchemaResult.newBuilder()
                .setSchema(ProtoBytes.wrap(SchemaBytes.write(schema)))
                .build()
                .toByteArray();
    }

    /** What {@link #serialize} wrote; IllegalArgumentException for other bytes. */
    public static SchemaResult deserialize(byte[] serialized) {
        var proto = ProtoBytes.parse("SchemaResult", dev.peregrine.proto.SchemaResult.parser(), serialized);
        Schema schema = SchemaBytes.read(proto.getSchema().asReadOnlyByteBuffer());
        if (schema == null) {
            throw new IllegalArgumentException("a SchemaResult without a schema");
        }
        return new SchemaResult(schema);
    }
}
