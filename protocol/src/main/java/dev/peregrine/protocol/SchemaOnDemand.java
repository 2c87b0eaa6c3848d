package dev.peregrine.protocol;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. A schema that has come as bytes and is not read before it is asked for; or one that there is, or none. Equal to
 * others by the schema.
 */
final class SchemaOnDemand {
    private static final byte[] NO_BYTES = {};

    /** As {@link SchemaBytes} has them; empty if there is no schema, null as long as nobody has asked for them. */
    private volatile byte @Nullable [] bytes;

    /** Null as long as nobody has asked for it, or if there is none. */
    private volatile @Nullable Schema schema;

    private SchemaOnDemand(byte @Nullable [] bytes, @Nullable Schema schema) {
        this.bytes = bytes;
        this.schema = schema;
    }

    static SchemaOnDemand of(@Nullable Schema schema) {
        return new SchemaOnDemand(schema == null ? NO_BYTES : null, schema);
    }

    /** No bytes mean no schema. */
    static SchemaOnDemand of(byte[] bytes) {
        return new SchemaOnDemand(bytes, null);
    }

    /** The schema; null if there is none. IllegalArgumentException if the bytes are none. */
    @Nullable
    Schema get() {
        Schema known = schema;
        byte[] unread = bytes;
        if (known == null && unread != null) {
            known = SchemaBytes.read(ByteBuffer.wrap(unread));
            schema = known;
        }
        return known;
    }

    /** The bytes, as they have come if they have; empty if there is no schema. Not to be changed. */
    byte[] bytes() {
        byte[] written = bytes;
        if (written == null) {
            written = SchemaBytes.write(Objects.requireNonNull(schema));
            bytes = written;
        }
        return written;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SchemaOnDemand that && Objects.equals(get(), that.get());
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(get());
    }
}
