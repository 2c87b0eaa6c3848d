package dev.peregrine.bench.lab;

import dev.peregrine.bench.data.Order;

/** What a measured client can do. Any thread, many at a time; what it opens is for one thread. */
public interface LabClient extends AutoCloseable {
    /** DoGet; returns the rows that came. */
    long get(Order order) throws Exception;

    /** DoPut; returns the rows that the server counted. */
    long put(Order order) throws Exception;

    /** Opens a DoExchange that echoes batches of {@code order}'s rows and columns. */
    Exchange exchange(Order order) throws Exception;

    /** Opens a DoPut of batches of {@code order}'s rows and columns, each of which the server acknowledges. */
    Ingest ingest(Order order) throws Exception;

    /** DoAction {@code ping}, which returns its 16 bytes. */
    void ping() throws Exception;

    /** GetFlightInfo. */
    void info() throws Exception;

    /**
     * Calls {@code ping} until {@code seconds} are over, and each at least once, with {@code inFlight} at once on one
     * connection; returns how many were answered.
     */
    long pings(int inFlight, double seconds) throws Exception;

    /** What the server's threads have allocated on its heap so far, bytes; NaN if it does not say. */
    double serverHeap();

    @Override
    void close() throws Exception;

    /** An open DoExchange. */
    interface Exchange extends AutoCloseable {
        /** One batch there and back. */
        void turn() throws Exception;

        @Override
        void close() throws Exception;
    }

    /** An open DoPut whose batches are acknowledged. */
    interface Ingest extends AutoCloseable {
        /** Sends a batch. */
        void write() throws Exception;

        /** Waits for the next acknowledgement; returns the rows that the server has counted so far. */
        long acknowledged() throws Exception;

        @Override
        void close() throws Exception;
    }
}
