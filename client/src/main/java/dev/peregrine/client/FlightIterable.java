package dev.peregrine.client;

import dev.peregrine.client.call.ClientCall;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. The answers of one call, as they come: iterating waits for each, and raises the server's error where it
 * happened. Can be iterated once. Closes itself at the end; who stops earlier closes it, which cancels the call.
 *
 * @param <T> one answer
 */
public final class FlightIterable<T> implements Iterable<T>, AutoCloseable {
    private final ClientCall call;
    private final Inbox<T> inbox;
    private final AtomicBoolean iterated = new AtomicBoolean();

    /** {@code inbox} listens to {@code call}, whose request has been sent. */
    FlightIterable(ClientCall call, Inbox<T> inbox) {
        this.call = call;
        this.inbox = inbox;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException it was called before
     */
    @Override
    public Iterator<T> iterator() {
        if (iterated.getAndSet(true)) {
            throw new IllegalStateException(
                    "the answers of a call come once and have been iterated; toList() keeps them");
        }
        return new Answers();
    }

    /** All answers that are left; waits for the end. */
    public List<T> toList() {
        List<T> all = new ArrayList<>();
        for (T each : this) {
            all.add(each);
        }
        return all;
    }

    /** Cancels the call if it has not ended. Any thread; idempotent. */
    @Override
    public void close() {
        call.cancel();
        inbox.discard();
    }

    /** Waits until the server has answered something, or has ended the call with OK; drops the answer. */
    void awaitFirst() {
        take();
    }

    private @Nullable T take() {
        try {
            return inbox.take();
        } catch (GrpcException e) {
            throw call.failure(e);
        } catch (InterruptedException e) {
            close();
            throw call.interrupted();
        }
    }

    private final class Answers implements Iterator<T> {
        private @Nullable T next;
        private boolean ended;

        @Override
        public boolean hasNext() {
            if (next == null && !ended) {
                next = take();
                ended = next == null;
            }
            return next != null;
        }

        @Override
        public T next() {
            T answer = hasNext() ? next : null;
            if (answer == null) {
                throw new NoSuchElementException();
            }
            next = null;
            return answer;
        }
    }
}
