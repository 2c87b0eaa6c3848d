package dev.peregrine.protocol;

import dev.peregrine.protocol.ipc.IpcHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. A schema as the encapsulated IPC message that FlightInfo and SchemaResult carry.
 *
 * <pre>
 * continuation  4 bytes, 0xFFFFFFFF; missing in what was written before Arrow 0.15
 * length        4 bytes, little endian, of the flatbuffer and its padding
 * flatbuffer    Message with a Schema
 * padding       to 8 bytes; after it, an end-of-stream marker may follow
 * </pre>
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format">Encapsulated message
 *     format</a>
 */
final class SchemaBytes {
    private static final int CONTINUATION = 0xFFFFFFFF;

    private SchemaBytes() {}

    static byte[] write(Schema schema) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            MessageSerializer.serialize(new WriteChannel(Channels.newChannel(out)), schema, IpcOption.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException("a byte array that cannot be written to", e);
        }
        return out.toByteArray();
    }

    /** The schema; null for no bytes at all, which is how a server says that it does not know it. */
    static @Nullable Schema read(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return null;
        }
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        try {
            int length = in.getInt();
            if (length == CONTINUATION) {
                length = in.getInt();
            }
            if (length <= 0 || length > in.remaining()) {
                throw new IllegalArgumentException(
                        "a schema of " + length + " bytes in a message of " + bytes.remaining() + " bytes");
            }
            byte[] flatbuffer = new byte[length];
            in.get(flatbuffer);
            IpcHeader header = IpcHeader.of(flatbuffer);
            if (header.type() != MessageHeader.Schema) {
                throw new IllegalArgumentException(
                        "an IPC message of type " + header.typeName() + " where a schema should be");
            }
            var flat = header.schema();
            return IpcHeader.reading(() -> MessageSchema.of(flat));
        } catch (IpcHeader.Malformed | BufferUnderflowException e) {
            throw new IllegalArgumentException(bytes.remaining() + " bytes are no schema in IPC form: " + e, e);
        }
    }
}
