package dev.peregrine.client;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * One thread at a time. The answers of one call, as they come: iterating waits for each and raises the server's error where it
 * happened. Can be iterated once. Closes itself at the end; who stops earlier closes it, which cancels the call.
 *
 * @param <T> one answer
 */
public final class FlightIterable<T> implements Iterable<T>, AutoCloseable {
    FlightIterable() {}

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException it was called before
     */
    @Override
    public Iterator<T> iterator() {
        throw new UnsupportedOperationException();
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
    public void close() {}
}
