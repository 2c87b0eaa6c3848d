package dev.peregrine.cli.verify;

import java.util.ArrayList;
import java.util.List;

/** One thread. A dictionary as far as it has come: the batch that set it and the deltas since. Owns them. */
final class DictionaryValues implements AutoCloseable {
    private final List<Batch> parts = new ArrayList<>();
    private long size;
    private long replacements;

    /** Takes the batch. */
    void replace(Batch values) {
        close();
        replacements++;
        append(values);
    }

    /** Takes the batch. */
    void append(Batch delta) {
        parts.add(delta);
        size += delta.rows();
    }

    long size() {
        return size;
    }

    /** How often the dictionary has begun anew. */
    long replacements() {
        return replacements;
    }

    List<Batch> parts() {
        return parts;
    }

    @Override
    public void close() {
        parts.forEach(Batch::close);
        parts.clear();
        size = 0;
    }
}
