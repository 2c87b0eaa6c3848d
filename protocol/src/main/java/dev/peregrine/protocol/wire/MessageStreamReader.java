package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.MessageSchema;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.transport.Call;
import dev.peregrine.transport.Inbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
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
    private final BufferAllocator allocator;

    private boolean closed;

    /** As it came; null until then. */
    private @Nullable Schema messageSchema;

    /** What batches are loaded into; null until somebody wants that. Who passes batches on as they are never does. */
    private @Nullable Loaded loaded;

    /** What {@link #nextMessage} took last; owned. */
    private @Nullable ArrowMessage current;

    private byte[] schemaMetadata = NO_BYTES;
    private byte[] metadata = NO_BYTES;
    private boolean hasData;

    private record Loaded(VectorSchemaRoot root, RootLoader loader, ReceivedDictionaries dictionaries) {}

    /**
     * @param call a client's ({@code OutgoingCall}) is cancelled by {@link #close} unless it is over; a server's
     *     ({@code IncomingCall}) is not: close only drops what still comes, and the server finishes the call itself
     * @param inbox lent; {@link #close} discards what is in it
     * @param allocator lent, not closed; the root and the dictionaries come from it
     */
    public MessageStreamReader(Call call, Inbox<FlightMessage> inbox, BufferAllocator allocator) {
        this.messages = new IncomingMessages(call, inbox);
        this.allocator = allocator;
    }

    @Override
    public Schema schema() {
        return loaded().root.getSchema();
    }

    @Override
    public Schema messageSchema() {
        return awaitSchema();
    }

    @Override
    public boolean hasSchema() {
        return messageSchema != null;
    }

    @Override
    public VectorSchemaRoot root() {
        return loaded().root;
    }

    @Override
    public byte[] schemaMetadata() {
        awaitSchema();
        return schemaMetadata;
    }

    @Override
    public DictionaryProvider dictionaries() {
        return loaded().dictionaries.provider();
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
                if (!isDescriptorAlone(message)) {
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
            } else if (isDescriptorAlone(message)) {
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
            return isBatch(message, header) ? takeBatch(message) : null;
        }
        try {
            checkHasSchema("a dictionary batch");
            DictionaryBatch dictionary = header.dictionaryBatch();
            long id = IpcHeader.reading(dictionary::id);
            boolean isDelta = IpcHeader.reading(dictionary::isDelta);
            return new ArrowDictionaryBatch(id, message.takeBatch(), isDelta);
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
            loaded.root.clear();
        }
    }

    /** A client may send its descriptor before it has anything to say. */
    private static boolean isDescriptorAlone(FlightMessage message) {
        return message.descriptor() != null && message.metadata().length == 0;
    }

    private Schema awaitSchema() {
        checkOpen();
        if (messageSchema != null) {
            return messageSchema;
        }
        List<FlightMessage> passed = new ArrayList<>();
        int bytes = 0;
        try {
            while (messageSchema == null) {
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
            return messageSchema;
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
                case MessageHeader.Schema -> schemaArrived(message, header);
                case MessageHeader.DictionaryBatch -> dictionaryArrived(message, header);
                case MessageHeader.RecordBatch -> {
                    checkHasSchema("a record batch");
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

    private void schemaArrived(FlightMessage message, IpcHeader header) throws IpcHeader.Malformed {
        var flat = header.schema();
        Schema schema = IpcHeader.reading(() -> MessageSchema.of(flat));
        if (messageSchema == null) {
            messageSchema = schema;
            schemaMetadata = message.metadata();
        } else if (!schema.equals(messageSchema)) {
            throw messages.broken("the schema changes in mid-stream, from " + messageSchema + " to " + schema);
        }
    }

    private void checkHasSchema(String what) {
        if (messageSchema == null) {
            throw messages.broken(what + " came before the schema");
        }
    }

    private Loaded loaded() {
        Schema schema = awaitSchema();
        if (loaded == null) {
            try {
                loaded = toLoad(schema);
            } catch (IpcHeader.Malformed e) {
                throw messages.broken(String.valueOf(e.getMessage()));
            }
        }
        return loaded;
    }

    private Loaded toLoad(Schema schema) throws IpcHeader.Malformed {
        Field unloadable = MessageSchema.withoutVector(schema.getFields());
        if (unloadable != null) {
            throw new IpcHeader.Malformed("Arrow for Java has no vector for " + unloadable
                    + "; without a root, nextMessage() can pass such batches on");
        }
        Map<Long, Dictionary> dictionaries = new HashMap<>();
        List<Field> fields = new ArrayList<>(schema.getFields().size());
        VectorSchemaRoot root = IpcHeader.reading(() -> {
            for (Field field : schema.getFields()) {
                fields.add(DictionaryUtility.toMemoryFormat(field, allocator, dictionaries));
            }
            return VectorSchemaRoot.create(new Schema(fields, schema.getCustomMetadata()), allocator);
        });
        return new Loaded(root, new RootLoader(root), new ReceivedDictionaries(allocator, dictionaries));
    }

    private void dictionaryArrived(FlightMessage message, IpcHeader header) throws IpcHeader.Malformed {
        checkHasSchema("a dictionary batch");
        DictionaryBatch dictionary = header.dictionaryBatch();
        long id = IpcHeader.reading(dictionary::id);
        boolean isDelta = IpcHeader.reading(dictionary::isDelta);
        ReceivedDictionaries into = loaded().dictionaries;
        try (ArrowRecordBatch values = message.takeBatch()) {
            into.load(id, isDelta, values);
        } catch (RuntimeException e) {
            throw unloadable("dictionary " + id, header, e);
        }
    }

    private void load(FlightMessage message) {
        Loaded into;
        try {
            into = loaded();
        } catch (FlightException e) {
            message.release();
            throw e;
        }
        try {
            if (message.isCompressed()) {
                loadCompressed(message, into.root);
            } else {
                message.loadInto(into.loader);
            }
        } catch (IpcHeader.Malformed | RuntimeException e) {
            into.root.clear();
            throw unloadable("a record batch", message.header(), e);
        } finally {
            message.release();
        }
    }

    private static void loadCompressed(FlightMessage message, VectorSchemaRoot root) throws IpcHeader.Malformed {
        try (ArrowRecordBatch batch = message.takeBatch()) {
            new VectorLoader(root).load(batch);
        }
    }

    private ArrowRecordBatch takeBatch(FlightMessage message) {
        try {
            return message.takeBatch();
        } catch (IpcHeader.Malformed e) {
            throw messages.broken(String.valueOf(e.getMessage()));
        } finally {
            message.release();
        }
    }

    /** Why Arrow would not load it, as far as that can be said. */
    private FlightException unloadable(String what, @Nullable IpcHeader header, Exception cause) {
        if (cause instanceof OutOfMemoryException) {
            return FlightResourceExhaustedException.of(
                    "no memory to load " + what + "; raise the allocator's limit or send smaller batches", cause);
        }
        return messages.broken(
                what + " does not fit the schema or cannot be read" + compression(header) + ": " + cause.getMessage());
    }

    private static String compression(@Nullable IpcHeader header) {
        try {
            var batch = header == null ? null : header.recordBatch();
            var compression = batch == null ? null : IpcHeader.reading(batch::compression);
            return compression == null
                    ? ""
                    : " (it is compressed with " + CodecType.fromCompressionType(compression.codec())
                            + ", which needs arrow-compression on the class path)";
        } catch (IpcHeader.Malformed e) {
            return "";
        }
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
            loaded.root.close();
            loaded.dictionaries.close();
        }
    }
}
