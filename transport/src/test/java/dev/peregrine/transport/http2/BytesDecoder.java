package dev.peregrine.transport.http2;

import dev.peregrine.transport.MessageDecoder;
import io.netty.buffer.ByteBuf;

/** Messages as arrays. */
final class BytesDecoder implements MessageDecoder<byte[]> {
    private byte[] message = new byte[0];
    private int filled;

    @Override
    public void begin(int length) {
        message = new byte[length];
        filled = 0;
    }

    @Override
    public void bytes(ByteBuf piece) {
        int n = piece.readableBytes();
        piece.readBytes(message, filled, n);
        filled += n;
    }

    @Override
    public byte[] end() {
        if (filled != message.length) {
            throw new AssertionError("got " + filled + " of " + message.length + " bytes");
        }
        return message;
    }

    @Override
    public void abandon() {}

    @Override
    public void release(byte[] message) {}
}
