package dev.peregrine.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Makes one kind of message out of bytes as they stream in; the seam through which the layer above
 * takes them. One decoder serves one call; messages come one after another.
 *
 * @param <T> a decoded message
 */
public interface MessageDecoder<T> {
    /** A message of {@code length} bytes begins. */
    void begin(int length) throws GrpcException;

    /** Its next bytes. {@code piece} is lent: read it, keep nothing of it. */
    void bytes(ByteBuf piece) throws GrpcException;

    /** As {@link MessageListener#placement}. */
    default @Nullable ByteBuf placement(int most) {
        return null;
    }

    /** The message is complete: returns it, and with it the ownership of its memory. */
    T end() throws GrpcException;

    /** The message in hand, if there is one, will never be complete: frees its memory. Harmless otherwise. */
    void abandon();

    /** Frees a message that {@link #end} returned and nobody will take. Any thread. */
    void release(T message);
}
