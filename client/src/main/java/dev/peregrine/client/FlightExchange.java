package dev.peregrine.client;

import dev.peregrine.client.call.ClientCall;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.wire.FlightMessage;
import dev.peregrine.protocol.wire.MessageStreamReader;
import dev.peregrine.protocol.wire.MessageStreamWriter;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import java.util.concurrent.atomic.AtomicBoolean;

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
    private final ClientCall call;
    private final Inbox<FlightMessage> inbox;
    private final MessageStreamReader reader;
    private final MessageStreamWriter writer;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean cancelled;

    /** Takes the reader and the writer; {@code inbox} listens to {@code call}. */
    FlightExchange(
            ClientCall call, Inbox<FlightMessage> inbox, MessageStreamReader reader, MessageStreamWriter writer) {
        this.call = call;
        this.inbox = inbox;
        this.reader = reader;
        this.writer = writer;
    }

    /** The way out. */
    public FlightStreamWriter writer() {
        return writer;
    }

    /** The way in. */
    public FlightStreamReader reader() {
        return reader;
    }

    /** Ends the call without finishing it; the server sees a cancelled call. Any thread; idempotent. */
    public void cancel() {
        cancelled = true;
        call.cancel();
    }

    /**
     * Ends the call in one of three ways and frees what it holds. Idempotent.
     *
     * <ul>
     *   <li>After {@code writer().doneWriting()} it finishes: it drops what was not read and waits for the server's verdict,
     *       for as long as the call's timeout allows.
     *   <li>Without, it cancels, quietly.
     *   <li>After {@link #cancel}, or when the server has ended the call, there is nothing left to do.
     * </ul>
     *
     * @throws dev.peregrine.protocol.error.FlightException the call failed
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (!cancelled) {
                finish();
            }
        } finally {
            call.cancel();
            writer.close();
            reader.close();
        }
    }

    private void finish() {
        if (call.isHalfClosed()) {
            drain();
        }
        GrpcException failure = call.outcome().failure();
        if (failure != null) {
            throw call.failure(failure);
        }
    }

    private void drain() {
        try {
            for (FlightMessage message; (message = inbox.take()) != null; ) {
                message.release();
            }
        } catch (GrpcException e) {
            throw call.failure(e);
        } catch (InterruptedException e) {
            throw call.interrupted();
        }
    }
}
