package dev.peregrine.bench;

/** One thread at a time. A Flight implementation in a benchmark: its own server on loopback and its own client of it. */
interface Peer extends AutoCloseable {
    /** DoGet of {@code batches} batches; returns the sum of {@link Workload#lastRow} over them. */
    long get(int rows, int batches) throws Exception;

    /** DoPut of one batch {@code batches} times; returns the rows that the server counted. */
    long put(int rows, int batches) throws Exception;

    /** DoAction {@code ping}, which returns its body. */
    byte[] ping(byte[] body) throws Exception;

    @Override
    void close() throws Exception;

    /** Starts a peer by the name of a benchmark's parameter. */
    static Peer start(String name) throws Exception {
        return switch (name) {
            case "peregrine" -> new PeregrinePeer();
            case "flight-core" -> new FlightCorePeer();
            default ->
                throw new IllegalArgumentException("no peer named " + name + "; there are peregrine and flight-core");
        };
    }
}
