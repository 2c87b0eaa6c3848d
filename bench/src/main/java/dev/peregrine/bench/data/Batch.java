package dev.peregrine.bench.data;

import org.apache.arrow.memory.BufferAllocator;
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

    /** Of the values in its vectors, as the convention counts them for int64: without validity. */
    public long bytes() {
        if (columns == Columns.INTS) {
            return Columns.INTS_ROW * (long) root.getRowCount();
        }
        return root.getFieldVectors().stream()
                .mapToLong(FieldVector::getBufferSize)
                .sum();
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
