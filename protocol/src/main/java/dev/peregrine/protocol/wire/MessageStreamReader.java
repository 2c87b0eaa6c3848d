package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.transport.Call;
import dev.peregrine.transport.Inbox;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One thread at a time, but {@link #cancel} from any. Reads what an inbox of FlightData messages holds. */
public final class MessageStreamReader implements FlightStreamReader {
    /**
     * @param call a client's ({@code OutgoingCall}) is cancelled by {@link #close} unless it is over; a server's
     *     ({@code IncomingCall}) is not: close only drops what still comes, and the server finishes the call itself
     * @param inbox lent; {@link #close} discards what is in it
     * @param allocator lent, not closed; the root and the dictionaries come from it
     */
    public MessageStreamReader(Call call, Inbox<FlightMessage> inbox, BufferAllocator allocator) {}

    @Override
    public Schema schema() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public VectorSchemaRoot root() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public boolean next() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public boolean hasData() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public byte[] metadata() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public byte[] schemaMetadata() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public @Nullable FlightDescriptor descriptor() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public DictionaryProvider dictionaries() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public @Nullable ArrowRecordBatch nextBatch() {
        throw new UnsupportedOperationException("being built");
    }

    @Override
    public void cancel() {}

    @Override
    public void close() {}
}
