package dev.peregrine.protocol.wire;

import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.MessageDecoder;
import io.netty.buffer.ByteBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Event loop only. Decodes FlightData as it streams in. */
public final class FlightDataDecoder implements MessageDecoder<FlightMessage> {
    private final BufferAllocator allocator;

    /** @param allocator lent; the bodies come from it */
    public FlightDataDecoder(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    @Override
    public void begin(int length) throws GrpcException {
        throw new UnsupportedOperationException("being built " + allocator);
    }

    @Override
    public void bytes(ByteBuf piece) throws GrpcException {}

    @Override
    public FlightMessage end() throws GrpcException {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void abandon() {}

    @Override
    public void release(FlightMessage message) {
        message.release();
    }
}
