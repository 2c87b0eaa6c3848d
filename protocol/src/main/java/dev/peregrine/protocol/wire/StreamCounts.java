package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.StreamStats;
import java.util.HashSet;
import java.util.Set;

/** One thread at a time. Counts what a stream carries. */
final class StreamCounts {
    private long schemas;
    private long batches;
    private long dictionaries;
    private long deltas;
    private long replaced;

    /** Of the dictionaries that there were. */
    private final Set<Long> ids = new HashSet<>();

    void schema() {
        schemas++;
    }

    void batch() {
        batches++;
    }

    void dictionary(long id, boolean isDelta) {
        dictionaries++;
        boolean isFirst = ids.add(id);
        if (isDelta) {
            deltas++;
        } else if (!isFirst) {
            replaced++;
        }
    }

    StreamStats stats() {
        return new StreamStats(schemas + batches + dictionaries, batches, dictionaries, deltas, replaced);
    }
}
