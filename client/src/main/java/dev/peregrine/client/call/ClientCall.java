package dev.peregrine.client.call;

import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.wire.CallOutcome;
import dev.peregrine.protocol.wire.StatusTable;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.PassedOnCall;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Any thread. A call of this client: the transport's, and with it how it ends and what to say when it fails. */
public final class ClientCall extends PassedOnCall<OutgoingCall> implements OutgoingCall {
    private static final GrpcStatus CANCELLED = GrpcCode.CANCELLED.with("this client cancelled the call");
    private static final GrpcStatus INTERRUPTED =
            GrpcCode.CANCELLED.with("the thread that waited for the call was interrupted");

    private final CallOutcome outcome;
    private final @Nullable CallMiddleware middleware;
    private final boolean hasOwnMemory;
    private volatile boolean halfClosed;

    /** {@code outcome} and the middleware, if there is any, listen to {@code call}. */
    public ClientCall(
            OutgoingCall call, CallOutcome outcome, @Nullable CallMiddleware middleware, boolean hasOwnMemory) {
        super(call);
        this.hasOwnMemory = hasOwnMemory;
        this.outcome = outcome;
        this.middleware = middleware;
    }

    public boolean hasMiddleware() {
        return middleware != null;
    }

    /** The caller's thread. Tells the middleware what has come, before the caller gets it. */
    public void tellMiddleware() {
        if (middleware != null) {
            middleware.tell();
        }
    }

    public CallOutcome outcome() {
        return outcome;
    }

    /** Ends the call because whoever made it wants no more of it. No effect once it is over. */
    public void cancel() {
        call.cancel(CANCELLED);
    }

    /** Ends the call for a thread that was interrupted in a wait, and keeps it interrupted. Gives what to throw. */
    public FlightException interrupted() {
        Thread.currentThread().interrupt();
        call.cancel(INTERRUPTED);
        return failure(INTERRUPTED);
    }

    /**
     * The caller's thread, after the call has been ended. Waits, a few seconds at most, until the event loop has let go of the
     * call's memory, if that is from an allocator of its own: it may be closed next.
     */
    public void awaitSettled() {
        if (!hasOwnMemory) {
            return;
        }
        CountDownLatch settled = new CountDownLatch(1);
        outcome.whenClosed(() -> {
            try {
                call.loop().execute(settled::countDown);
            } catch (RejectedExecutionException e) {
                settled.countDown();
            }
        });
        try {
            boolean ignored = settled.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What to throw for a call that ended so. */
    public FlightException failure(GrpcException e) {
        return StatusTable.exception(e, call);
    }

    /** What to throw for a call that ended so, at this end. */
    public FlightException failure(GrpcStatus status) {
        return StatusTable.exception(status, new Metadata(), call.path(), call.peer());
    }

    /** Whether {@link #halfClose} has been called: nothing more will be sent, and nothing is missing. */
    public boolean isHalfClosed() {
        return halfClosed;
    }

    @Override
    public void sendLast(ByteBuf... slices) {
        halfClosed = true;
        call.sendLast(slices);
    }

    @Override
    public void halfClose() {
        halfClosed = true;
        call.halfClose();
    }
}
