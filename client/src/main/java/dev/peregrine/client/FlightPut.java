package dev.peregrine.client;

import dev.peregrine.client.call.ClientCall;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.wire.MessageStreamWriter;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import java.util.concurrent.atomic.AtomicBoolean;

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
    private final ClientCall call;
    private final Inbox<PutResult> inbox;
    private final MessageStreamWriter writer;
    private final FlightMetadataReader acks;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile boolean cancelled;

    /** Takes the writer; {@code inbox} listens to {@code call}. */
    FlightPut(ClientCall call, Inbox<PutResult> inbox, MessageStreamWriter writer) {
        this.call = call;
        this.inbox = inbox;
        this.writer = writer;
        this.acks = new FlightMetadataReader(call, inbox);
    }

    /** The batches' way out; it has begun if the call was given a schema. */
    public FlightStreamWriter writer() {
        return writer;
    }

    /** The acknowledgements. */
    public FlightMetadataReader metadataReader() {
        return acks;
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
     *   <li>After {@code writer().doneWriting()} it finishes: it drops the acknowledgements that are left and waits for the
     *       server's verdict, for as long as the call's timeout allows.
     *   <li>Without, it cancels, since a put that broke off must not look complete to the server.
     *   <li>After {@link #cancel}, or when the server has ended the call, there is nothing left to do.
     * </ul>
     *
     * @throws dev.peregrine.protocol.error.FlightException the call failed; or it was cancelled because
     *     {@code doneWriting()} was not called, so that a forgotten one loses no data in silence. In a
     *     try-with-resources that is left by an exception this one is added to it as suppressed.
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
            inbox.discard();
            call.awaitSettled();
        }
    }

    private void finish() {
        if (call.isHalfClosed()) {
            while (acks.read() != null) {
                // Nobody wants this acknowledgement.
            }
            return;
        }
        GrpcException failure = call.outcome().failure();
        if (failure != null) {
            throw call.failure(failure);
        }
        if (call.outcome().status() == null) {
            throw call.failure(
                    GrpcCode.CANCELLED.with(
                            "the put was closed before writer().doneWriting(), so it was cancelled and the server has to drop it"));
        }
    }
}
