package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.MessageSchema;
import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.protocol.options.Alignment;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.wire.compression.BodyDecompressor;
import dev.peregrine.protocol.wire.compression.CorruptBody;
import dev.peregrine.protocol.wire.dictionary.ReceivedDictionaries;
import dev.peregrine.protocol.wire.memory.AlignedBuffers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. What the batches of a stream are loaded into: its root and its dictionaries, both owned; and how:
 * which columns, decompressed, aligned.
 */
final class BatchLoader implements AutoCloseable {
    private final BufferAllocator allocator;
    private final Alignment alignment;
    private final BodyDecompressor decompressor;

    /** Null if all fields are read. */
    private final @Nullable FieldSelection selection;

    /** What is read, as it came. */
    private final Schema schema;

    private final VectorSchemaRoot root;
    private final RootLoader loader;
    private final ReceivedDictionaries dictionaries;

    /**
     * @param message the schema as it came
     * @param limit of a decompressed body, bytes, unless the options say otherwise
     * @param allocator lent
     * @throws IpcHeader.Malformed Arrow for Java has no vectors for what is to be read
     * @throws IllegalArgumentException the schema has no such fields
     */
    BatchLoader(Schema message, IpcReadOptions options, long limit, BufferAllocator allocator)
            throws IpcHeader.Malformed {
        this.allocator = allocator;
        this.alignment = options.alignment();
        this.decompressor = new BodyDecompressor(
                allocator, options.maxDecompressedSize() == 0 ? limit : options.maxDecompressedSize());
        this.selection = options.includesAll() ? null : FieldSelection.of(message, options);
        Schema read = selection == null ? message : selection.schema();
        this.schema = read;
        Field unloadable = MessageSchema.withoutVector(read.getFields());
        if (unloadable != null) {
            throw new IpcHeader.Malformed("Arrow for Java has no vector for " + unloadable
                    + "; without a root, nextMessage() can pass such batches on");
        }
        Map<Long, Dictionary> byId = new HashMap<>();
        List<Field> fields = new ArrayList<>(read.getFields().size());
        this.root = IpcHeader.reading(() -> {
            for (Field field : read.getFields()) {
                fields.add(indices(DictionaryUtility.toMemoryFormat(field, allocator, byId), field));
            }
            return VectorSchemaRoot.create(new Schema(fields, read.getCustomMetadata()), allocator);
        });
        this.loader = new RootLoader(root, selection);
        this.dictionaries = new ReceivedDictionaries(allocator, alignment.bytes(), byId);
    }

    /**
     * On the wire a dictionary-encoded field of an extension type says so in its metadata. That is about the values, which
     * are a vector of that type then, and no longer about the field of the indices.
     */
    private static Field indices(Field memory, Field message) {
        List<Field> children = new ArrayList<>(memory.getChildren().size());
        for (int i = 0; i < memory.getChildren().size(); i++) {
            children.add(
                    indices(memory.getChildren().get(i), message.getChildren().get(i)));
        }
        Map<String, String> metadata = memory.getMetadata();
        if (memory.getDictionary() != null && message.getType() instanceof ArrowType.ExtensionType) {
            metadata = new HashMap<>(metadata);
            metadata.remove(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME);
            metadata.remove(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_METADATA);
        }
        FieldType type = new FieldType(memory.isNullable(), memory.getType(), memory.getDictionary(), metadata);
        return new Field(memory.getName(), type, children);
    }

    VectorSchemaRoot root() {
        return root;
    }

    DictionaryProvider dictionaries() {
        return dictionaries.provider();
    }

    /** Loads a batch into the root. The message keeps its body. */
    void load(FlightMessage message) throws IpcHeader.Malformed, CorruptBody, BodyDecompressor.TooLarge {
        List<ArrowBuf> buffers = prepare(message);
        if (buffers == null) {
            message.loadInto(loader);
            return;
        }
        try {
            message.loadInto(loader, buffers);
        } finally {
            buffers.forEach(ArrowBuf::close);
        }
    }

    /** The batch without loading it. It is the caller's; the message may lose its body. */
    ArrowRecordBatch take(FlightMessage message) throws IpcHeader.Malformed, CorruptBody, BodyDecompressor.TooLarge {
        List<ArrowBuf> buffers = prepare(message);
        if (buffers == null && selection == null) {
            return message.takeBatch(schema);
        }
        try {
            return message.batch(buffers == null ? message.lendBuffers() : buffers, selection, schema);
        } finally {
            if (buffers != null) {
                buffers.forEach(ArrowBuf::close);
            }
        }
    }

    /** Loads a dictionary. The message may lose its body. */
    void loadDictionary(FlightMessage message, DictionaryBatch dictionary)
            throws IpcHeader.Malformed, CorruptBody, BodyDecompressor.TooLarge {
        long id = IpcHeader.reading(dictionary::id);
        boolean isDelta = IpcHeader.reading(dictionary::isDelta);
        if (selection != null && !selection.hasDictionary(id)) {
            return;
        }
        if (!message.isCompressed()) {
            try (ArrowRecordBatch values = message.takeBatch(schema)) {
                dictionaries.load(id, isDelta, values);
            }
            return;
        }
        List<ArrowBuf> buffers = decompressor.decompress(message.codec(), message.lendBuffers());
        try (ArrowRecordBatch values = message.batch(buffers, null, schema)) {
            dictionaries.load(id, isDelta, values);
        } finally {
            buffers.forEach(ArrowBuf::close);
        }
    }

    /** The batch's buffers if they are not to be taken as they came; null if they are. They are the caller's. */
    private @Nullable List<ArrowBuf> prepare(FlightMessage message)
            throws IpcHeader.Malformed, CorruptBody, BodyDecompressor.TooLarge {
        boolean isCompressed = message.isCompressed();
        if (!isCompressed && alignment == Alignment.ANY) {
            return null;
        }
        List<ArrowBuf> lent = message.lendBuffers();
        if (selection != null) {
            lent = keepSelected(lent, selection.buffers(message.batch(), message.version()));
        }
        List<ArrowBuf> buffers;
        if (isCompressed) {
            buffers = decompressor.decompress(message.codec(), lent);
        } else {
            buffers = new ArrayList<>(lent);
            buffers.forEach(buffer -> buffer.getReferenceManager().retain());
        }
        boolean done = false;
        try {
            AlignedBuffers.align(buffers, alignment.bytes(), allocator);
            done = true;
            return buffers;
        } finally {
            if (!done) {
                buffers.forEach(ArrowBuf::close);
            }
        }
    }

    private List<ArrowBuf> keepSelected(List<ArrowBuf> buffers, boolean[] read) {
        List<ArrowBuf> kept = new ArrayList<>(buffers.size());
        for (int i = 0; i < buffers.size(); i++) {
            kept.add(read[i] ? buffers.get(i) : allocator.getEmpty());
        }
        return kept;
    }

    /** What is in the root, as a root of the caller's; this one is empty then. */
    VectorSchemaRoot takeRoot() {
        // Not by transfer pairs, which Arrow for Java has wrong for extension types.
        VectorSchemaRoot taken = VectorSchemaRoot.create(root.getSchema(), allocator);
        try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
            new VectorLoader(taken).load(batch);
        } catch (RuntimeException e) {
            taken.close();
            throw e;
        }
        root.clear();
        return taken;
    }

    @Override
    public void close() {
        root.close();
        dictionaries.close();
        decompressor.close();
    }
}
