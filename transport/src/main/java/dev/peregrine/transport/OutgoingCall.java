package dev.peregrine.transport;

/** Any thread. A call as its client sees it. */
public interface OutgoingCall extends Call {
    /** After what is queued, END_STREAM: this end sends no more messages. */
    void halfClose();
}
