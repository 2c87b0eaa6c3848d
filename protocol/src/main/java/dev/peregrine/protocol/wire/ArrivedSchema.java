package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.MessageSchema;
import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.transport.GrpcCode;
import java.util.List;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One thread at a time. The schema of a stream that is read: it comes first, may be repeated and may not change. */
final class ArrivedSchema {
    private static final byte[] NO_BYTES = {};

    private final IncomingMessages messages;

    private @Nullable Schema schema;
    private byte[] metadata = NO_BYTES;

    /** @param messages says what is wrong with the stream */
    ArrivedSchema(IncomingMessages messages) {
        this.messages = messages;
    }

    /** As it came; null until then. */
    @Nullable
    Schema get() {
        return schema;
    }

    /** The app_metadata that came with it. */
    byte[] metadata() {
        return metadata;
    }

    /** A message with a schema has come. */
    void arrived(FlightMessage message, IpcHeader header, IpcReadOptions options) throws IpcHeader.Malformed {
        var flat = header.schema();
        if (IpcHeader.reading(flat::endianness) != Endianness.Little) {
            throw messages.refused(
                    GrpcCode.UNIMPLEMENTED, "the stream is big-endian, and this end reads little-endian streams only");
        }
        Schema came = IpcHeader.reading(() -> MessageSchema.of(flat));
        int depth = depth(came.getFields());
        if (depth > options.maxRecursionDepth()) {
            throw messages.refused(
                    GrpcCode.INVALID_ARGUMENT,
                    "the schema's fields are nested " + depth + " deep, and maxRecursionDepth is "
                            + options.maxRecursionDepth());
        }
        if (schema == null) {
            schema = came;
            metadata = message.metadata();
        } else if (!came.equals(schema)) {
            throw messages.broken("the schema changes in mid-stream, from " + schema + " to " + came);
        }
    }

    private static int depth(List<Field> fields) {
        int deepest = 0;
        for (Field field : fields) {
            deepest = Math.max(deepest, 1 + depth(field.getChildren()));
        }
        return deepest;
    }

    /** Fails the call if {@code what} has come before the schema. */
    void checkBefore(String what) {
        if (schema == null) {
            throw messages.broken(what + " came before the schema");
        }
    }
}
