package dev.peregrine.conformance.connect;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. Protobuf messages on a pipe.
 *
 * <pre>
 * Delimited = length   ; 4 bytes, unsigned, big endian
 *             message
 * </pre>
 */
final class Delimited {
    private Delimited() {}

    /** The next message; null at the end. */
    static <M> @Nullable M read(InputStream in, Parser<M> parser) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        DataInputStream data = new DataInputStream(in);
        int length = first << 24 | data.readUnsignedByte() << 16 | data.readUnsignedShort();
        byte[] bytes = new byte[length];
        data.readFully(bytes);
        return parser.parseFrom(bytes);
    }

    /** Writes a message and flushes. */
    static void write(OutputStream out, MessageLite message) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeInt(message.getSerializedSize());
        message.writeTo(data);
        data.flush();
    }
}
