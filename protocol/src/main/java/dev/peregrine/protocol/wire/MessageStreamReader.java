package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.StreamStats;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.wire.compression.BodyDecompressor;
import dev.peregrine.protocol.wire.compression.CorruptBody;
import dev.peregrine.protocol.wire.compression.MissingCodec;
import dev.peregrine.transport.Call;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.Inbox;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time, but {@link #cancel} from any. Makes batches of the FlightData messages in an inbox; all of it on
 * the caller's thread.
 */
public final class MessageStreamReader implements FlightStreamReader {
    /** How much app_metadata may come before the schema while somebody waits for the schema, bytes. */
    private static final int MOST_EARLY_METADATA = 16 << 20;

    private static final byte[] NO_BYTES = {};

    private final IncomingMessages messages;
    private final FlightDataDecoder decoder;
    private final long limit;
    private final BufferAllocator allocator;

    private boolean closed;

    private final ArrivedSchema arrivedSchema;
    private final StreamCounts counts = new StreamCounts();

    /** What batches are loaded into; null until somebody wants that. Who passes batches on as they are never does. */
    private @Nullable BatchLoader loaded;

    private IpcReadOptions options = IpcReadOptions.DEFAULT;

    /** What {@link #nextMessage} took last; owned. */
    private @Nullable ArrowMessage current;

    private Runnable afterClose = () -> {};

    private byte[] metadata = NO_BYTES;
    private boolean hasData;

    /**
     * @param call a client's ({@code OutgoingCall}) is cancelled by {@link #close} unless it is over; a server's
     *     ({@code IncomingCall}) is not: close only drops what still comes, and the server finishes the call itself
     * @param inbox lent; {@link #close} discards what is in it
     * @param decoder lent; what fills the inbox
     * @param limit of a decompressed body, bytes, unless the options say otherwise
     * @param allocator lent, not closed; the root and the dictionaries come from it
     */
    public MessageStreamReader(
            Call call, Inbox<FlightMessage> inbox, FlightDataDecoder decoder, long limit, BufferAllocator allocator) {
        this.messages = new IncomingMessages(call, inbox);
        this.arrivedSchema = new ArrivedSchema(messages);
        this.decoder = decoder;
        this.limit = limit;
        this.allocator = allocator;
    }

    @Override
    public void use(IpcReadOptions options) {
        checkOpen();
        if (loaded != null) {
            throw new IllegalStateException("the stream is being read already; use() comes first");
        }
        this.options = options;
        decoder.read(options);
    }

    @Override
    public Schema schema() {
        return loaded().root().getSchema();
    }

    @Override
    public Schema messageSchema() {
        return awaitSchema();
    }

    @Override
    public boolean hasSchema() {
        return arrivedSchema.get() != null;
    }

    @Override
    public VectorSchemaRoot root() {
        return loaded().root();
    }

    @Override
    public VectorSchemaRoot takeRoot() {
        return loaded().takeRoot();
    }

    @Override
    public byte[] schemaMetadata() {
        awaitSchema();
        return arrivedSchema.metadata();
    }

    @Override
    public DictionaryProvider dictionaries() {
        return loaded().dictionaries();
    }

    @Override
    public @Nullable FlightDescriptor descriptor() {
        checkOpen();
        return messages.descriptor();
    }

    @Override
    public boolean hasData() {
        return hasData;
    }

    @Override
    public byte[] metadata() {
        return metadata;
    }

    @Override
    public StreamStats stats() {
        return counts.stats();
    }

    @Override
    public boolean isReady() {
        checkOpen();
        return messages.isReady();
    }

    @Override
    public CompletableFuture<Void> whenReady(Executor executor) {
        checkOpen();
        return messages.whenReady(executor);
    }

    @Override
    public boolean next() {
        checkOpen();
        while (true) {
            FlightMessage message = messages.take();
            if (message == null) {
                delivered(NO_BYTES, false);
                return false;
            }
            IpcHeader header = message.header();
            if (header == null) {
                if (!IncomingMessages.isDescriptorAlone(message)) {
                    delivered(message.metadata(), false);
                    return true;
                }
            } else if (isBatch(message, header)) {
                load(message);
                delivered(message.metadata(), true);
                return true;
            }
        }
    }

    @Override
    public @Nullable ArrowRecordBatch nextBatch() {
        checkOpen();
        while (true) {
            FlightMessage message = messages.take();
            if (message == null) {
                delivered(NO_BYTES, false);
                return null;
            }
            IpcHeader header = message.header();
            if (header != null && isBatch(message, header)) {
                ArrowRecordBatch batch = takeBatch(message);
                delivered(message.metadata(), false);
                return batch;
            }
        }
    }

    @Override
    public boolean nextMessage() {
        checkOpen();
        if (!options.includesAll()) {
            throw new IllegalStateException("nextMessage() passes all on as it is; it cannot leave out fields");
        }
        freeCurrent();
        while (true) {
            FlightMessage message = messages.take();
            if (message == null) {
                delivered(NO_BYTES, false);
                return false;
            }
            IpcHeader header = message.header();
            if (header != null) {
                current = asItIs(message, header);
            } else if (IncomingMessages.isDescriptorAlone(message)) {
                continue;
            }
            delivered(message.metadata(), false);
            return true;
        }
    }

    @Override
    public @Nullable ArrowMessage message() {
        return current;
    }

    /** A batch or a dictionary, which is the caller's; null for a schema, which is taken in. */
    private @Nullable ArrowMessage asItIs(FlightMessage message, IpcHeader header) {
        if (header.type() != MessageHeader.DictionaryBatch) {
            return isBatch(message, header) ? takeAsItIs(message) : null;
        }
        try {
            arrivedSchema.checkBefore("a dictionary batch");
            DictionaryBatch dictionary = header.dictionaryBatch();
            long id = IpcHeader.reading(dictionary::id);
            boolean isDelta = IpcHeader.reading(dictionary::isDelta);
            counts.dictionary(id, isDelta);
            return new ArrowDictionaryBatch(id, message.takeBatch(awaitSchema()), isDelta);
        } catch (IpcHeader.Malformed e) {
            throw messages.broken(String.valueOf(e.getMessage()));
        } finally {
            message.release();
        }
    }

    private void freeCurrent() {
        if (current instanceof ArrowRecordBatch batch) {
            batch.close();
        } else if (current instanceof ArrowDictionaryBatch dictionary) {
            dictionary.close();
        }
        current = null;
    }

    private void delivered(byte[] metadata, boolean hasData) {
        this.metadata = metadata;
        this.hasData = hasData;
        if (!hasData && loaded != null) {
            loaded.root().clear();
        }
    }

    private Schema awaitSchema() {
        checkOpen();
        Schema known = arrivedSchema.get();
        if (known != null) {
            return known;
        }
        List<FlightMessage> passed = new ArrayList<>();
        int bytes = 0;
        try {
            while ((known = arrivedSchema.get()) == null) {
                FlightMessage message = messages.take();
                if (message == null) {
                    // C++ says so, too, and people search for it.
                    throw messages.broken("Server never sent a data message, so there is no schema");
                }
                IpcHeader header = message.header();
                if (header == null) {
                    passed.add(message);
                    bytes += message.metadata().length;
                    if (bytes > MOST_EARLY_METADATA) {
                        throw messages.broken(
                                "more than " + MOST_EARLY_METADATA + " bytes of app_metadata came before the schema");
                    }
                } else {
                    isBatch(message, header);
                }
            }
            return known;
        } finally {
            // All that was taken is passed, or it was the schema, so the order stays.
            messages.putBack(passed);
        }
    }

    /** Takes in a schema or a dictionary; true for a record batch, which is left to the caller. */
    private boolean isBatch(FlightMessage message, IpcHeader header) {
        boolean batch = false;
        try {
            switch (header.type()) {
                case MessageHeader.Schema -> {
                    arrivedSchema.arrived(message, header, options);
                    counts.schema();
                }
                case MessageHeader.DictionaryBatch -> dictionaryArrived(message, header);
                case MessageHeader.RecordBatch -> {
                    arrivedSchema.checkBefore("a record batch");
                    counts.batch();
                    batch = true;
                }
                default ->
                    throw messages.broken(
                            "a message of type " + header.typeName() + " came, which Flight does not have");
            }
        } catch (IpcHeader.Malformed e) {
            throw messages.broken(String.valueOf(e.getMessage()));
        } finally {
            if (!batch) {
                message.release();
            }
        }
        return batch;
    }

    private BatchLoader loaded() {
        Schema schema = awaitSchema();
        if (loaded == null) {
            try {
                loaded = new BatchLoader(schema, options, limit, allocator);
            } catch (IpcHeader.Malformed e) {
                throw messages.broken(String.valueOf(e.getMessage()));
            }
        }
        return loaded;
    }

    private void dictionaryArrived(FlightMessage message, IpcHeader header) throws IpcHeader.Malformed {
        arrivedSchema.checkBefore("a dictionary batch");
        DictionaryBatch dictionary = header.dictionaryBatch();
        BatchLoader into = loaded();
        try {
            into.loadDictionary(message, dictionary);
            counts.dictionary(dictionary.id(), dictionary.isDelta());
        } catch (CorruptBody | BodyDecompressor.TooLarge | RuntimeException e) {
            throw unloadable("dictionary " + IpcHeader.reading(dictionary::id), e);
        }
    }

    private void load(FlightMessage message) {
        try {
            BatchLoader into = loaded();
            try {
                into.load(message);
            } catch (IpcHeader.Malformed | CorruptBody | BodyDecompressor.TooLarge | RuntimeException e) {
                into.root().clear();
                throw unloadable("a record batch", e);
            }
        } finally {
            message.release();
        }
    }

    private ArrowRecordBatch takeBatch(FlightMessage message) {
        try {
            BatchLoader by = loaded();
            try {
                return by.take(message);
            } catch (IpcHeader.Malformed | CorruptBody | BodyDecompressor.TooLarge | RuntimeException e) {
                throw unloadable("a record batch", e);
            }
        } finally {
            message.release();
        }
    }

    private ArrowRecordBatch takeAsItIs(FlightMessage message) {
        try {
            return message.takeBatch(awaitSchema());
        } catch (IpcHeader.Malformed e) {
            throw messages.broken(String.valueOf(e.getMessage()));
        } finally {
            message.release();
        }
    }

    /** Why it could not be loaded, as far as that can be said. */
    private FlightException unloadable(String what, Exception cause) {
        if (cause instanceof OutOfMemoryException) {
            return FlightResourceExhaustedException.of(
                    "no memory to load " + what + "; raise the allocator's limit or send smaller batches", cause);
        }
        if (cause instanceof BodyDecompressor.TooLarge) {
            return messages.refused(
                    GrpcCode.RESOURCE_EXHAUSTED,
                    what + " is refused: " + cause.getMessage()
                            + "; raise maxDecompressedSize or send smaller batches");
        }
        if (cause instanceof MissingCodec) {
            return messages.refused(GrpcCode.UNIMPLEMENTED, what + " cannot be read: " + cause.getMessage());
        }
        return messages.broken(what + " does not fit the schema or cannot be read: " + cause.getMessage());
    }

    /** Before the first message. Has {@code action} run on the thread that closes this, at its end. */
    public void afterClose(Runnable action) {
        afterClose = action;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("this reader is closed");
        }
    }

    @Override
    public void cancel() {
        messages.cancel();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        freeCurrent();
        messages.close();
        if (loaded != null) {
            loaded.close();
        }
        afterClose.run();
    }
}
