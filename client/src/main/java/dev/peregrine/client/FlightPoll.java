package dev.peregrine.client;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightTimedOutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One thread. PollFlightInfo until a long query is done; from {@link FlightClient#poll}.
 *
 * <pre>{@code
 * FlightInfo info = client.poll(FlightDescriptor.command("SELECT ..."))
 *         .timeout(Duration.ofMinutes(10))
 *         .onProgress(poll -> show(poll.progress()))
 *         .await();
 * }</pre>
 */
public final class FlightPoll {
    private final FlightClient client;
    private final ClientConnection connection;
    private final FlightDescriptor query;
    private CallOptions options = CallOptions.NONE;
    private @Nullable Duration timeout;
    private Duration pause = Duration.ofMillis(100);
    private Duration longestPause = Duration.ofSeconds(5);
    private Consumer<PollInfo> progress = answer -> {};

    FlightPoll(FlightClient client, ClientConnection connection, FlightDescriptor query) {
        this.client = client;
        this.connection = connection;
        this.query = query;
    }

    /** Options of each of the calls; a timeout among them is for one call. {@link CallOptions#cancelledBy} ends the waiting too. */
    public FlightPoll options(CallOptions options) {
        this.options = options;
        return this;
    }

    /** How long all of it may take. For ever without this. */
    public FlightPoll timeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("the timeout is " + timeout + "; it must not be negative");
        }
        this.timeout = shorter(timeout, Duration.ofDays(36_500));
        return this;
    }

    /**
     * How long to wait after the first answer, and at most; each wait is half as long again as the one before. 100 ms and 5
     * seconds without this.
     */
    public FlightPoll pause(Duration first, Duration longest) {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("the first pause is " + first + " and the longest " + longest
                    + "; the first must be positive, and the longest not shorter");
        }
        this.pause = first;
        this.longestPause = longest;
        return this;
    }

    /** Has {@code listener} get each answer, on the thread that waits, before the next call. What it throws ends the waiting. */
    public FlightPoll onProgress(Consumer<PollInfo> listener) {
        this.progress = listener;
        return this;
    }

    /**
     * Polls until the query is done. The query goes on if this ends otherwise: {@link FlightClient#cancelFlightInfo} with what
     * {@link #onProgress} got last stops it.
     *
     * @return what is to be fetched, all of it
     * @throws dev.peregrine.protocol.error.FlightException a call failed, the time was over (TIMED_OUT), or it was cancelled:
     *     by the token, by closing the client, or by an interrupt
     */
    public FlightInfo await() {
        long deadline = System.nanoTime() + (timeout == null ? 0 : timeout.toNanos());
        Duration wait = pause;
        FlightDescriptor next = query;
        CountDownLatch ended = new CountDownLatch(1);
        Runnable end = ended::countDown;
        CancellationToken token = options.cancellation();
        connection.onClose(end);
        if (token != null) {
            token.onCancel(end);
        }
        try {
            while (true) {
                PollInfo answer = client.pollFlightInfo(next, callOptions(deadline));
                progress.accept(answer);
                next = answer.descriptor();
                if (next == null) {
                    return result(answer);
                }
                rest(wait, deadline, ended);
                wait = shorter(wait.multipliedBy(3).dividedBy(2), longestPause);
            }
        } finally {
            connection.forget(end);
            if (token != null) {
                token.forget(end);
            }
        }
    }

    private CallOptions callOptions(long deadline) {
        if (timeout == null) {
            return options;
        }
        Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
        Duration own = options.timeout();
        return options.timeout(own == null ? left : shorter(own, left));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private FlightInfo result(PollInfo answer) {
        FlightInfo info = answer.info();
        if (info == null) {
            throw FlightInternalException.of("PollFlightInfo at " + connection.peer() + " says that the query " + query
                    + " is done, but has no FlightInfo of it");
        }
        return info;
    }

    private void rest(Duration wait, long deadline, CountDownLatch ended) {
        long nanos = wait.toNanos();
        long left = timeout == null ? Long.MAX_VALUE : deadline - System.nanoTime();
        try {
            if (ended.await(Math.min(nanos, left), TimeUnit.NANOSECONDS)) {
                throw FlightCancelledException.of("the wait for the query " + query + " at " + connection.peer()
                        + " was cancelled, or the client closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw FlightCancelledException.of(
                    "the thread that waited for the query " + query + " at " + connection.peer() + " was interrupted",
                    e);
        }
        if (left <= nanos) {
            throw FlightTimedOutException.of("the query " + query + " at " + connection.peer() + " was not done within "
                    + (timeout == null ? 0 : timeout.toMillis()) + " ms");
        }
    }
}
