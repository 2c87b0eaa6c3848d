package dev.peregrine.transport.http2;

import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Logs;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.retry.Attempts;
import dev.peregrine.transport.retry.KeptRequest;
import io.netty.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. What makes a client's call again when an attempt has failed of whose answer nothing has been delivered.
 * Owns what would have to be sent again.
 */
final class Repetition {
    private final ClientCall call;
    private final ConnectionPool pool;
    private final CallSettings settings;
    private final KeptRequest kept;

    private @Nullable Attempts attempts;
    private @Nullable Future<?> timer;
    private @Nullable GrpcStatus lastFailure;
    private boolean taken;

    Repetition(ClientCall call, ConnectionPool pool, CallSettings settings) {
        this.call = call;
        this.pool = pool;
        this.settings = settings;
        this.kept = new KeptRequest(pool.client().options().retries().bufferSize());
        if (!pool.client().options().retries().enabled()) {
            kept.giveUp();
        }
    }

    /** The stream has taken what was queued: all slices but the first {@code before}. */
    void taken(OutboundStream stream, int before, boolean last) {
        if (kept.isComplete() && stream.slices() > before) {
            stream.keep(kept, before, last && !taken);
            taken = true;
        }
    }

    /** Whether response headers may still turn out not to be the answer's. */
    boolean holdsHeaders() {
        return kept.isComplete() && (settings.retryPolicy() != null || settings.repeater() != null);
    }

    /** {@code grpc-previous-rpc-attempts}. */
    int previousAttempts() {
        return attempts == null ? 0 : attempts.previous();
    }

    /** Why there is an attempt more, the end of a sentence; empty if there is none. */
    String lastFailure() {
        GrpcStatus last = lastFailure;
        return last == null ? "" : "; the attempt before that failed with " + last.code() + ": " + last.message();
    }

    /** The server has certainly not processed the last attempt. False if the call ends with that. */
    boolean refused(GrpcStatus status) {
        return kept.isComplete() && goesOn(attempts().refused(status, nanosLeft()), status, new Metadata());
    }

    /** The last attempt has failed. False if the call ends with that. */
    boolean failed(GrpcStatus status, Metadata trailers) {
        return kept.isComplete() && goesOn(attempts().failed(status, trailers, nanosLeft()), status, trailers);
    }

    private Attempts attempts() {
        Attempts made = attempts;
        if (made == null) {
            made = new Attempts(
                    settings.retryPolicy(),
                    settings.repeater(),
                    pool.client().throttle(),
                    () -> ThreadLocalRandom.current().nextDouble());
            attempts = made;
        }
        return made;
    }

    private long nanosLeft() {
        Long deadline = call.deadlineNanos();
        return deadline == null ? Long.MAX_VALUE : deadline - System.nanoTime();
    }

    private boolean goesOn(Attempts.Next next, GrpcStatus failure, Metadata trailers) {
        if (next instanceof Attempts.Next.End) {
            return false;
        }
        lastFailure = failure;
        Logs.CALLS.debug("{} at {} is made again after {}", call.path(), call.peer(), failure);
        taken = false;
        call.again(kept.takeAll());
        call.listener().repeated();
        if (next instanceof Attempts.Next.When when) {
            pool.remember(call);
            when.headers().whenComplete((headers, unknown) -> onLoop(() -> answered(headers, failure, trailers)));
        } else if (next instanceof Attempts.Next.After after && after.nanos() > 0) {
            pool.remember(call);
            timer = call.turns.loop().schedule(this::admit, after.nanos(), TimeUnit.NANOSECONDS);
        } else {
            pool.admitLater(call);
        }
        return true;
    }

    private void onLoop(Runnable task) {
        try {
            call.loop().execute(task);
        } catch (RejectedExecutionException e) {
            // The client has been closed, and with it the call is over.
        }
    }

    private void answered(@Nullable Metadata headers, GrpcStatus failure, Metadata trailers) {
        if (headers == null) {
            call.fail(failure, trailers);
        } else {
            call.requestHeaders(headers);
            admit();
        }
    }

    private void admit() {
        if (!call.isOver()) {
            pool.forget(call);
            pool.admit(call);
        }
    }

    /** Nothing will have to be sent again: an answer begins, or the call is over. Idempotent. */
    void over() {
        kept.giveUp();
        Future<?> waiting = timer;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }
}
