package dev.peregrine.protocol.wire;

import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.PassedOnEvents;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended, once its peer has ended it, or this end has. It stands before the listener that gets the call's events, usually an {@code Inbox}, and
 * passes all of them on; what it notes can be read by any thread.
 */
public final class CallOutcome extends PassedOnEvents {
    private record End(GrpcStatus status, Metadata trailers) {}

    private final CompletableFuture<End> end = new CompletableFuture<>();

    public CallOutcome(CallListener next) {
        super(next);
    }

    /** The status; null while the call runs. */
    public @Nullable GrpcStatus status() {
        End known = end.getNow(null);
        return known == null ? null : known.status;
    }

    /** The trailers; empty while the call runs. */
    public Metadata trailers() {
        End known = end.getNow(null);
        return known == null ? new Metadata() : known.trailers;
    }

    /** Waits until the call is over. Whoever calls this has ended the call, or knows that it is about to end. */
    public GrpcStatus await() throws InterruptedException {
        try {
            return end.get().status;
        } catch (ExecutionException e) {
            throw new AssertionError("nothing completes this exceptionally", e);
        }
    }

    /** Why the call failed; null while it runs and when it went well. */
    public @Nullable GrpcException failure() {
        End known = end.getNow(null);
        return known == null || known.status.isOk() ? null : new GrpcException(known.status, known.trailers);
    }

    /** Runs {@code action} when the call is over, on the event loop; at once, on this thread, if it is over already. */
    public void whenClosed(Runnable action) {
        end.thenRun(action);
    }

    @Override
    public void ending(GrpcStatus status, Metadata trailers) throws GrpcException {
        end.complete(new End(status, trailers));
        next.ending(status, trailers);
    }

    @Override
    public void closed(GrpcStatus status, Metadata trailers) {
        end.complete(new End(status, trailers));
        next.closed(status, trailers);
    }
}
