package dev.peregrine.protocol.wire;

import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.MessageDecoder;
import io.netty.buffer.ByteBuf;
import java.util.function.Function;

/**
 * Event loop only. Assembles small protobuf messages in heap memory.
 *
 * @param <M> a decoded message
 */
public final class ProtoDecoder<M> implements MessageDecoder<M> {
    private final String what;
    private final int limit;
    private final Function<byte[], M> parser;

    private final ArrivingBytes bytes = new ArrivingBytes();
    private int length;

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
        bytes.begin(length);
    }

    @Override
    public void bytes(ByteBuf piece) throws GrpcException {
        int n = piece.readableBytes();
        if (n > bytes.missing()) {
            throw new GrpcException(GrpcCode.INTERNAL, what + " is longer than the " + length + " bytes it announced");
        }
        bytes.add(piece, n);
    }

    @Override
    public M end() throws GrpcException {
        if (bytes.missing() > 0) {
            throw new GrpcException(
                    GrpcCode.INTERNAL, what + " ended " + bytes.missing() + " bytes before the length it announced");
        }
        try {
            return parser.apply(bytes.take());
        } catch (IllegalArgumentException e) {
            throw new GrpcException(GrpcCode.INTERNAL, "a message that is no " + what + " arrived: " + e.getMessage());
        }
    }

    @Override
    public void abandon() {
        bytes.begin(0);
    }

    @Override
    public void release(M message) {
        // Heap memory: the collector's.
    }
}
