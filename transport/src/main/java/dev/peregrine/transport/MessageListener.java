package dev.peregrine.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Where the messages of one call go: {@code (messageWasCompressed? messageBegins messageBytes* messageEnds)*}. The transport
 * never assembles a message and does not know what it says. Nothing here may block.
 */
public interface MessageListener {
    /** The message that begins now came compressed: for those who count or check that. */
    default void messageWasCompressed() {}

    /** A message of {@code length} bytes begins; it has passed the limit on inbound messages. */
    void messageBegins(int length) throws GrpcException;

    /**
     * More of the message that began last.
     *
     * @param piece lent: its readable bytes are this message's; it is the transport's again when this returns
     */
    void messageBytes(ByteBuf piece) throws GrpcException;

    /**
     * Where the next bytes of the message that began last are going to stay. The transport reads them from the socket to
     * there, if it can, and hands them on as a {@link #messageBytes} of the same memory, which then need not be copied.
     *
     * @param most bytes that come next, at most
     * @return empty, with as much memory as is given for this, at most {@code most} bytes; the transport releases it. Null
     *     if there is no such place, or it is too small to be worth it
     */
    default @Nullable ByteBuf placement(int most) {
        return null;
    }

    /** The message that began last is complete. */
    void messageEnds() throws GrpcException;

    /**
     * Any thread. Whether more than {@code most} bytes of messages wait for the application: then the transport begins no further message
     * before it has taken some. Never while none waits. A listener that keeps one message, or none, need not ask for this.
     */
    default boolean isFull(int most) {
        return false;
    }
}
