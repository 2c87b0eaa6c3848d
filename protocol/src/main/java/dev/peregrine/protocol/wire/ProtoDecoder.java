package dev.peregrine.protocol.wire;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.MessageDecoder;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Event loop only. Assembles small protobuf messages in heap memory. The array grows with what has arrived: a length that
 * lies costs nothing.
 *
 * @param <M> a decoded message
 */
public final class ProtoDecoder<M> implements MessageDecoder<M> {
    /** What is allocated on the word of the prefix alone, bytes. */
    private static final int TRUSTED = 64 << 10;

    private static final byte[] NO_BYTES = {};

    private final String what;
    private final int limit;
    private final Function<byte[], M> parser;

    private byte[] bytes = NO_BYTES;
    private int length;
    private int size;

    /**
     * @param what the message's name, for complaints
     * @param limit longest message, bytes
     * @param parser gets an array that is its own; throws IllegalArgumentException for bytes that make no sense
     */
    public ProtoDecoder(String what, int limit, Function<byte[], M> parser) {
        this.what = what;
        this.limit = limit;
        this.parser = parser;
    }

    /** A decoder without a limit of its own: the transport's on inbound messages is enough. */
    public static <M> ProtoDecoder<M> of(String what, Function<byte[], M> parser) {
        return new ProtoDecoder<>(what, Integer.MAX_VALUE, parser);
    }

    @Override
    public void begin(int length) throws GrpcException {
        if (length > limit) {
            throw new GrpcException(
                    GrpcCode.RESOURCE_EXHAUSTED,
                    what + " of " + length + " bytes exceeds the limit of " + limit + " bytes");
        }
        this.length = length;
        this.size = 0;
        this.bytes = new byte[Math.min(length, TRUSTED)];
    }

    @Override
    public void bytes(ByteBuf piece) throws GrpcException {
        int n = piece.readableBytes();
        if (n > length - size) {
            throw new GrpcException(GrpcCode.INTERNAL, what + " is longer than the " + length + " bytes it announced");
        }
        if (size + n > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, Math.max(size + n, 2L * bytes.length)));
        }
        piece.readBytes(bytes, size, n);
        size += n;
    }

    @Override
    public M end() throws GrpcException {
        if (size != length) {
            throw new GrpcException(
                    GrpcCode.INTERNAL, what + " ended after " + size + " of the " + length + " bytes it announced");
        }
        byte[] message = bytes;
        bytes = NO_BYTES;
        try {
            return parser.apply(message);
        } catch (IllegalArgumentException e) {
            throw new GrpcException(GrpcCode.INTERNAL, "a message that is no " + what + " arrived: " + e.getMessage());
        }
    }

    @Override
    public void abandon() {
        bytes = NO_BYTES;
    }

    @Override
    public void release(M message) {
        // Heap memory: the collector's.
    }
}
