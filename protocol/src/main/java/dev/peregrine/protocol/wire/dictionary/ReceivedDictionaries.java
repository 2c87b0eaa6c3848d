package dev.peregrine.protocol.wire.dictionary;

import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.protocol.wire.memory.AlignedBuffers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.util.VectorBatchAppender;

/**
 * One thread at a time. The dictionaries of a stream as they come in. Their vectors stay the same objects: a replacement
 * refills them, a delta appends to them. Owns the vectors.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#dictionary-messages">Dictionary messages</a>
 */
public final class ReceivedDictionaries implements AutoCloseable {
    private final BufferAllocator allocator;
    private final int alignment;
    private final Map<Long, Dictionary> byId;

    /**
     * @param alignment of the vectors' buffers in memory, bytes, a power of two
     * @param byId taken: empty dictionaries, as the schema describes them
     */
    public ReceivedDictionaries(BufferAllocator allocator, int alignment, Map<Long, Dictionary> byId) {
        this.allocator = allocator;
        this.alignment = alignment;
        this.byId = new HashMap<>(byId);
    }

    public DictionaryProvider provider() {
        return new DictionaryProvider.MapDictionaryProvider(byId.values().toArray(Dictionary[]::new));
    }

    /** @param values lent */
    public void load(long id, boolean isDelta, ArrowRecordBatch values) throws IpcHeader.Malformed {
        Dictionary dictionary = byId.get(id);
        if (dictionary == null) {
            throw new IpcHeader.Malformed("a dictionary batch has the id " + id + ", which no field of the schema has");
        }
        FieldVector vector = dictionary.getVector();
        if (isDelta) {
            try (FieldVector delta = vector.getField().createVector(allocator)) {
                load(delta, values);
                VectorBatchAppender.batchAppend(vector, delta);
            }
        } else {
            load(vector, values);
        }
        if (alignment > 1) {
            align(vector);
        }
    }

    private void align(FieldVector vector) {
        List<ArrowBuf> buffers = new ArrayList<>();
        try (ArrowRecordBatch values = unload(vector)) {
            for (ArrowBuf buffer : values.getBuffers()) {
                buffer.getReferenceManager().retain();
                buffers.add(buffer);
            }
            AlignedBuffers.align(buffers, alignment, allocator);
            try (ArrowRecordBatch aligned = new ArrowRecordBatch(
                    values.getLength(),
                    values.getNodes(),
                    buffers,
                    values.getBodyCompression(),
                    values.getVariadicBufferCounts(),
                    true,
                    true)) {
                load(vector, aligned);
            }
        } finally {
            buffers.forEach(ArrowBuf::close);
        }
    }

    private static ArrowRecordBatch unload(FieldVector vector) {
        // Not closed: a root holds nothing but its vectors.
        return new VectorUnloader(
                        new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), vector.getValueCount()))
                .getRecordBatch();
    }

    private static void load(FieldVector vector, ArrowRecordBatch values) {
        // Not closed: a root holds nothing but its vectors.
        VectorSchemaRoot root = new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), 0);
        new VectorLoader(root).load(values);
    }

    @Override
    public void close() {
        byId.values().forEach(dictionary -> dictionary.getVector().close());
    }
}
