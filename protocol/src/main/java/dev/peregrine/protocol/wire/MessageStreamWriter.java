package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.OutgoingCall;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One thread at a time. Sends batches as FlightData messages. */
public final class MessageStreamWriter implements FlightStreamWriter, AutoCloseable {
    private MessageStreamWriter() {}

    /**
     * A client's writer; {@link #doneWriting} half-closes the call.
     *
     * @param outcome how the call ends; its listener has to be the call's
     * @param allocator lent, not closed; copies of dictionaries come from it
     * @param descriptor goes with the first message; null for none
     * @param sizeLimit largest message, bytes; 0 for no limit
     */
    public static MessageStreamWriter client(
            OutgoingCall call,
            CallOutcome outcome,
            BufferAllocator allocator,
            @Nullable FlightDescriptor descriptor,
            long sizeLimit) {
        throw new UnsupportedOperationException("being built");
    }

    /** A server's writer; {@link #doneWriting} only marks the end, the server finishes the call. */
    public static MessageStreamWriter server(IncomingCall call, CallOutcome outcome, BufferAllocator allocator) {
        throw new UnsupportedOperationException("being built");
    }

    /**
     * Sends the descriptor alone, if it has not gone with a message yet: a client of DoExchange that reads before it
     * writes. No effect otherwise.
     */
    public void sendDescriptor() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void begin(Schema schema) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void begin(Schema schema, DictionaryProvider dictionaries) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void begin(Schema schema, DictionaryProvider dictionaries, byte[] metadata) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void write(VectorSchemaRoot root) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void write(VectorSchemaRoot root, byte[] metadata) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void write(ArrowRecordBatch batch) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void write(ArrowRecordBatch batch, byte[] metadata) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public CompletableFuture<Void> lend(VectorSchemaRoot root) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public CompletableFuture<Void> lend(VectorSchemaRoot root, byte[] metadata) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void writeMetadata(byte[] metadata) {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void doneWriting() {
        throw new UnsupportedOperationException("being built");
    }

    /** Frees the copies of the dictionaries. Sends nothing, does not end the call. Idempotent. */
    @Override
    public void close() {}
}
