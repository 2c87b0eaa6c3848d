package dev.peregrine.bench.data;

import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** One thread. Compares every value of batches that came with those that were to come. */
public final class SameValues implements AutoCloseable {
    private final Batch expected;

    /** {@code allocator} is lent. */
    public SameValues(BufferAllocator allocator, int rows, Columns columns) {
        expected = columns.batch(allocator, rows);
    }

    /**
     * Compares one batch.
     *
     * @throws IllegalStateException it is another
     */
    public void check(VectorSchemaRoot came, DictionaryProvider dictionaries) {
        VectorSchemaRoot root = expected.root();
        if (came.getRowCount() != root.getRowCount()
                || came.getFieldVectors().size() != root.getFieldVectors().size()) {
            throw new IllegalStateException("a batch of " + came.getRowCount() + " rows and "
                    + came.getFieldVectors().size() + " columns came, not of " + root.getRowCount() + " and "
                    + root.getFieldVectors().size());
        }
        for (FieldVector vector : root.getFieldVectors()) {
            same(vector, came.getVector(vector.getName()), "column " + vector.getName());
        }
        for (long id : expected.dictionaries().getDictionaryIds()) {
            Dictionary dictionary = dictionaries.lookup(id);
            if (dictionary == null) {
                throw new IllegalStateException("dictionary " + id + " did not come");
            }
            same(expected.dictionaries().lookup(id).getVector(), dictionary.getVector(), "dictionary " + id);
        }
    }

    private static void same(FieldVector expected, FieldVector came, String what) {
        // Dictionaries get other names on their way.
        if (!VectorEqualsVisitor.vectorEquals(expected, came, (a, b) -> a.getMinorType() == b.getMinorType())) {
            throw new IllegalStateException(what + " has other values than it was sent with");
        }
    }

    @Override
    public void close() {
        expected.close();
    }
}
