package dev.peregrine.bench.data;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;

/** One thread. A batch and its dictionaries, which it frees. */
public record Batch(Columns columns, VectorSchemaRoot root, MapDictionaryProvider dictionaries)
        implements AutoCloseable {
    /** A batch without rows. */
    static Batch empty(Columns columns, BufferAllocator allocator) {
        return new Batch(columns, VectorSchemaRoot.create(columns.schema(), allocator), new MapDictionaryProvider());
    }

    /** Of the values in its vectors, with offsets but, as the convention has it for int64, without validity. */
    public long bytes() {
        long bytes = 0;
        for (FieldVector vector : root.getFieldVectors()) {
            bytes += vector.getBufferSize() - validity(vector);
        }
        return bytes;
    }

    /** Of the vector and what is in it. */
    private static long validity(FieldVector vector) {
        long bytes = BitVectorHelper.getValidityBufferSizeFromCount(vector.getValueCount());
        for (FieldVector child : vector.getChildrenFromFields()) {
            bytes += validity(child);
        }
        return bytes;
    }

    /** Whether any column is dictionary-encoded. */
    public boolean hasDictionaries() {
        return !dictionaries.getDictionaryIds().isEmpty();
    }

    @Override
    public void close() {
        root.close();
        for (long id : dictionaries.getDictionaryIds()) {
            Dictionary dictionary = dictionaries.lookup(id);
            dictionary.getVector().close();
        }
    }
}
