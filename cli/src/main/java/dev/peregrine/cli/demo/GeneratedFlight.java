package dev.peregrine.cli.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;

/**
 * A flight whose every batch follows from the seed and its number, so that it can be made again to compare with. Immutable.
 *
 * @param rows rows of each batch, a multiple of 64
 * @param open makes the vectors, with room for the rows
 * @param fill fills them
 */
record GeneratedFlight(
        String name,
        int rows,
        long seed,
        Function<BufferAllocator, Vectors> open,
        BiConsumer<VectorSchemaRoot, Columns> fill) {

    /** The root that is filled, and the dictionaries that go with it. Owned by whoever opened them. */
    record Vectors(VectorSchemaRoot root, MapDictionaryProvider dictionaries) implements AutoCloseable {
        @Override
        public void close() {
            root.close();
            for (long id : dictionaries.getDictionaryIds()) {
                Dictionary dictionary = dictionaries.lookup(id);
                dictionary.getVector().close();
            }
        }
    }

    /** Fills the root with one batch. */
    void fill(Vectors vectors, long batch) {
        fill.accept(vectors.root(), new Columns(Randomness.of(seed, name, batch), rows));
        vectors.root().setRowCount(rows);
    }

    /** How many batches are about that many bytes. */
    long batches(long bytes, BufferAllocator allocator) {
        try (Vectors vectors = open.apply(allocator)) {
            fill(vectors, 0);
            long batch = bytes(vectors.root());
            return Math.max(1, (bytes + batch - 1) / batch);
        }
    }

    /** Writes that many batches as an Arrow file; returns the bytes of their buffers. */
    long write(Path file, long batches, BufferAllocator allocator) throws IOException {
        long bytes = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                Vectors vectors = open.apply(allocator);
                ArrowFileWriter writer = new ArrowFileWriter(vectors.root(), vectors.dictionaries(), channel)) {
            writer.start();
            for (long batch = 0; batch < batches; batch++) {
                fill(vectors, batch);
                bytes += bytes(vectors.root());
                writer.writeBatch();
            }
            writer.end();
        }
        return bytes;
    }

    static long bytes(VectorSchemaRoot root) {
        long bytes = 0;
        for (FieldVector vector : root.getFieldVectors()) {
            bytes += vector.getBufferSize();
        }
        return bytes;
    }
}
