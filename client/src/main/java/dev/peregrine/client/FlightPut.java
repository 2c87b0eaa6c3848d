package dev.peregrine.client;

import dev.peregrine.protocol.FlightStreamWriter;

/**
 * One DoPut call: a writer for the batches and a reader for the server's acknowledgements. The two may be used from two
 * threads.
 *
 * <pre>{@code
 * try (FlightPut put = client.doPut(FlightDescriptor.path("trades"), root.getSchema())) {
 *     while (fill(root)) {
 *         put.writer().write(root);
 *     }
 *     put.writer().doneWriting();
 * }
 * }</pre>
 */
public final class FlightPut implements AutoCloseable {
    FlightPut() {}

    /** The batches' way out; it has begun with the schema of the call. */
    public FlightStreamWriter writer() {
        throw new UnsupportedOperationException();
    }

    /** The acknowledgements. */
    public FlightMetadataReader metadataReader() {
        throw new UnsupportedOperationException();
    }

    /** Ends the call without finishing it; the server sees a cancelled call. Any thread; idempotent. */
    public void cancel() {}

    /**
     * Finishes the call if {@code doneWriting()} was called: reads what acknowledgements are left and waits for the
     * server's verdict. Otherwise cancels it, since a put that broke off half-way must not look complete to the server.
     *
     * @throws dev.peregrine.protocol.error.FlightException the server's error; or, if {@code doneWriting()} was never
     *     called, neither the call has failed nor {@link #cancel} been called, FlightCancelledException, so that a
     *     forgotten {@code doneWriting()} does not lose data in silence
     */
    @Override
    public void close() {}
}
