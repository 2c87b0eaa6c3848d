package dev.peregrine.bench.lab;

/** One thread at a time, but {@link #pings}. What a measured client can do; its server follows {@link LabServer}. */
interface LabClient extends AutoCloseable {
    /** DoGet of {@code batches} batches of {@code rows} rows; returns the rows that came. */
    long get(int rows, long batches) throws Exception;

    /** DoPut of the same; returns the rows that the server counted. */
    long put(int rows, long batches) throws Exception;

    /** Opens a DoExchange that echoes batches of one row. */
    Exchange exchange() throws Exception;

    /** DoAction {@code ping}, which returns its 16 bytes. */
    void ping() throws Exception;

    /** GetFlightInfo. */
    void info() throws Exception;

    /**
     * Calls {@code ping} until {@code seconds} are over, and each at least once, with {@code inFlight} at once on one connection; returns how many were
     * answered.
     */
    long pings(int inFlight, double seconds) throws Exception;

    @Override
    void close() throws Exception;

    /** An open DoExchange. */
    interface Exchange extends AutoCloseable {
        /** One batch there and back. */
        void turn() throws Exception;

        @Override
        void close() throws Exception;
    }
}
