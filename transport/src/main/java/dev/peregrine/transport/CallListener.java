package dev.peregrine.transport;

/**
 * Event loop only. Where the events of one call go, at either end. Nothing here may block.
 *
 * <p>The order is {@code headers? messages* halfClosed? closed}, with {@link #ending} somewhere before its end.
 * {@link #closed} comes exactly once, last, whatever happens; a message may be cut off by it. Message bytes arrive in the
 * pieces in which they came off the socket, or, if the peer has compressed the message, all at once when it is complete.
 *
 * <p>An exception thrown by any method but {@code closed} fails this call and no other: a {@link GrpcException} with
 * its status, anything else with INTERNAL.
 */
public interface CallListener extends MessageListener {
    /** Client only: the peer's response headers. Not called for a response that has only trailers. */
    void headers(Metadata headers) throws GrpcException;

    /** Client only: an attempt has failed of which nothing has been heard here, and the call is made again. */
    default void repeated() {}

    /**
     * No more has come for now. Behind messages that ended, not necessarily each: whom they are for need not be woken for
     * one of them when the next is at hand. Not called if the call ends first.
     */
    void delivered();

    /** The peer will send no more messages. On the client the status follows at once. */
    void halfClosed() throws GrpcException;

    /**
     * Client only: the peer has ended the call with this, but messages wait before the end because this {@link #isFull};
     * {@link #closed} comes behind them. For those who send: nothing more will be sent. Mostly not called, since mostly
     * nothing waits.
     */
    default void ending(GrpcStatus status, Metadata trailers) throws GrpcException {}

    /**
     * The call is over. On the client: the peer's status, or ours if we ended it. On the server: OK once everything was
     * handed to the socket, else why the call ended early (the peer's reset, a deadline, a lost connection).
     */
    void closed(GrpcStatus status, Metadata trailers);
}
