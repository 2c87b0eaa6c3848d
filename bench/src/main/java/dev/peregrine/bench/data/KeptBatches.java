package dev.peregrine.bench.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Any thread. Batches that are sent again and again: who sends one borrows it, so that each stream has one of its own and
 * none is built while the clock runs.
 */
public final class KeptBatches implements AutoCloseable {
    private record Kind(int rows, Columns columns) {}

    private final BufferAllocator allocator;
    private final Map<Kind, Deque<Batch>> idle = new HashMap<>();

    /** {@code allocator} is lent. */
    public KeptBatches(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** The caller gives it back. */
    public synchronized Batch borrow(int rows, Columns columns) {
        Kind kind = new Kind(rows, columns);
        Batch kept = idle.computeIfAbsent(kind, k -> new ArrayDeque<>()).poll();
        return kept == null ? columns.batch(allocator, rows) : kept;
    }

    /** What was borrowed, unchanged. */
    public synchronized void giveBack(Batch batch) {
        idle.computeIfAbsent(new Kind(batch.root().getRowCount(), batch.columns()), k -> new ArrayDeque<>())
                .push(batch);
    }

    /** Frees those that were given back. */
    @Override
    public synchronized void close() {
        List<Batch> all = new ArrayList<>();
        idle.values().forEach(all::addAll);
        idle.clear();
        all.forEach(Batch::close);
    }
}
