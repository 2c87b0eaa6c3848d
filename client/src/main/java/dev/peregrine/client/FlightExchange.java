package dev.peregrine.client;

import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;

/**
 * One DoExchange call: a writer and a reader, which may be used from two threads. Its descriptor has been sent; the writer
 * is begun by whoever writes batches.
 *
 * <pre>{@code
 * try (FlightExchange exchange = client.doExchange(FlightDescriptor.command("double"))) {
 *     exchange.writer().begin(schema);
 *     exchange.writer().write(root);
 *     exchange.writer().doneWriting();
 *     while (exchange.reader().next()) { ... }
 * }
 * }</pre>
 */
public final class FlightExchange implements AutoCloseable {
    FlightExchange() {}

    /** The way out. */
    public FlightStreamWriter writer() {
        throw new UnsupportedOperationException();
    }

    /** The way in. */
    public FlightStreamReader reader() {
        throw new UnsupportedOperationException();
    }

    /** Ends the call without finishing it; the server sees a cancelled call. Any thread; idempotent. */
    public void cancel() {}

    /**
     * If {@code doneWriting()} was called, reads to the server's end, dropping what was not read, and raises its error. If it
     * was not, cancels the call, quietly.
     *
     * @throws dev.peregrine.protocol.error.FlightException the server's error
     */
    @Override
    public void close() {}
}
