package dev.peregrine.transport;

import io.netty.buffer.ByteBuf;

/** Any thread. A call as its client sees it. */
public interface OutgoingCall extends Call {
    /** {@link #send} of the last message, which is often the only one, and {@link #halfClose}. */
    void sendLast(ByteBuf... slices);

    /** After what is queued, END_STREAM: this end sends no more messages. */
    void halfClose();
}
