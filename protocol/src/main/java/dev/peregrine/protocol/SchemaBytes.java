package dev.peregrine.protocol;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import org.apache.arrow.flatbuf.Message;
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
            Message message =
                    Message.getRootAsMessage(in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN));
            if (message.headerType() != MessageHeader.Schema) {
                throw new IllegalArgumentException("an IPC message of type " + MessageHeader.name(message.headerType())
                        + " where a schema should be");
            }
            if (!(message.header(new org.apache.arrow.flatbuf.Schema())
                    instanceof org.apache.arrow.flatbuf.Schema schema)) {
                throw new IllegalArgumentException("an IPC schema message without a schema");
            }
            return MessageSchema.of(schema);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException e) {
            // Flatbuffers trust their offsets: broken ones end in index, null and underflow exceptions.
            throw new IllegalArgumentException(bytes.remaining() + " bytes are no schema in IPC form: " + e, e);
        }
    }
}
