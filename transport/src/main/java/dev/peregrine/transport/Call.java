package dev.peregrine.transport;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Any thread, unless a method says otherwise. One gRPC call, at either end: its outbound half, and what is known of it.
 *
 * <p>Sending never blocks: messages wait in this call's queue until HTTP/2's windows and the socket take them. A caller
 * that produces faster than the peer reads parks in {@link #awaitRoom}.
 */
public interface Call {
    /** The request path, for example {@code /arrow.flight.protocol.FlightService/DoGet}. */
    String path();

    /** The other end's address, for people: {@code 10.1.2.3:4711}, {@code unix:/run/flight.sock}. */
    String peer();

    /** When the call must be over, in {@link System#nanoTime()}; null if it may take for ever. */
    @Nullable
    Long deadlineNanos();

    /** True once {@link CallListener#closed} has been or is about to be called: nothing more will be sent. */
    boolean isClosed();

    /**
     * Queues one message, in the order of the calls of this method. In a call that compresses, the calling thread does.
     *
     * @param slices taken: the message's bytes, beginning with its {@link MessagePrefix}. Each is released as soon as
     *     the socket has taken it, or when the call ends without sending it. Several small slices cost more than one.
     */
    void send(ByteBuf... slices);

    /** {@link #send}, but not compressed, also in a call that compresses its messages. */
    void sendUncompressed(ByteBuf... slices);

    /**
     * Parks until less than the limit on queued bytes is waiting in this call's queue.
     *
     * @return false if the call is over, so that waiting is in vain
     * @throws InterruptedException the call is as it was; the caller decides whether to cancel it
     */
    boolean awaitRoom() throws InterruptedException;

    /** Whether {@link #awaitRoom} would return at once. */
    boolean hasRoom();

    /** Called on the event loop each time {@link #hasRoom} becomes true again, until the call is over. */
    void onRoom(Runnable listener);

    /**
     * Gives {@code bytes} of received messages back to the peer's window: the application has taken them. What was not
     * given back stops the peer from sending when the window is used up.
     */
    void consumed(int bytes);

    /** Ends the call with RST_STREAM, locally with {@code reason}. Frees everything queued. No effect once it is over. */
    void cancel(GrpcStatus reason);

    /**
     * Asked once for each wait, which it counts: whether what this end is about to wait for may be the answer to what it has sent last, or the end
     * behind that.
     */
    boolean awaitsAnswer();

    /** The event loop of this call's connection. */
    CallLoop loop();
}
