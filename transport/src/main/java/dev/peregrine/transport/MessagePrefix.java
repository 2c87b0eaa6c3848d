package dev.peregrine.transport;

import io.netty.buffer.ByteBuf;

/**
 * Any thread. The five bytes before each message.
 *
 * <pre>
 * Length-Prefixed-Message = Compressed-Flag Message-Length Message
 * Compressed-Flag         = 0 / 1             ; 1 byte
 * Message-Length          = length of Message ; 4 bytes, unsigned, big endian
 * </pre>
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md">gRPC over HTTP/2</a>
 */
public final class MessagePrefix {
    /** Bytes. */
    public static final int LENGTH = 5;

    private MessagePrefix() {}

    /** Writes the prefix of an uncompressed message of {@code messageLength} bytes. */
    public static void write(ByteBuf out, int messageLength) {
        out.writeByte(0);
        out.writeInt(messageLength);
    }

    /** Writes the prefix of a message that is {@code messageLength} bytes long because it is compressed. */
    public static void writeCompressed(ByteBuf out, int messageLength) {
        out.writeByte(1);
        out.writeInt(messageLength);
    }
}
