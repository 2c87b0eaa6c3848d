package dev.peregrine.bench.lab;

import dev.peregrine.bench.Workload;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** One thread. The batch that a client sends again and again, made anew when another size is asked for. */
final class KeptBatch implements AutoCloseable {
    private final BufferAllocator allocator;
    private @Nullable VectorSchemaRoot root;

    /** {@code allocator} is lent. */
    KeptBatch(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** Stays this object's. */
    VectorSchemaRoot of(int rows) {
        VectorSchemaRoot kept = root;
        if (kept == null || kept.getRowCount() != rows) {
            close();
            kept = Workload.batch(allocator, rows);
            root = kept;
        }
        return kept;
    }

    @Override
    public void close() {
        if (root != null) {
            root.close();
            root = null;
        }
    }
}
