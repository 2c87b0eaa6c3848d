package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.wire.memory.BodyPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Any thread. Which fields of a stream's schema are read, and which buffers of its batches are theirs. */
final class FieldSelection {
    /** One field node of a batch. */
    record Node(boolean included, boolean isTop, int buffers, boolean isView, boolean isUnion) {}

    /** Depth first, as batches list their nodes. */
    private final List<Node> nodes = new ArrayList<>();

    private final List<Field> included = new ArrayList<>();
    private final Set<Long> dictionaries = new HashSet<>();
    private final Schema schema;

    private FieldSelection(Schema message, Set<Integer> positions) {
        List<Field> fields = message.getFields();
        for (int i = 0; i < fields.size(); i++) {
            boolean include = positions.contains(i);
            if (include) {
                included.add(fields.get(i));
                addDictionaries(fields.get(i));
            }
            add(fields.get(i), include, true);
        }
        schema = new Schema(included, message.getCustomMetadata());
    }

    /**
     * What {@code options} ask for.
     *
     * @param message the schema as it came
     * @throws IllegalArgumentException it has no such field
     */
    static FieldSelection of(Schema message, IpcReadOptions options) {
        List<Field> fields = message.getFields();
        Set<Integer> positions = new HashSet<>(options.includedFields());
        for (int position : positions) {
            if (position >= fields.size()) {
                throw new IllegalArgumentException("field " + position + " is to be read, but the schema has "
                        + fields.size() + " fields, from 0 on");
            }
        }
        for (String name : options.columns()) {
            boolean found = false;
            for (int i = 0; i < fields.size(); i++) {
                if (name.equals(fields.get(i).getName())) {
                    positions.add(i);
                    found = true;
                }
            }
            if (!found) {
                throw new IllegalArgumentException(
                        "field " + name + " is to be read, but the schema has none of that name");
            }
        }
        return new FieldSelection(message, positions);
    }

    private void addDictionaries(Field field) {
        if (field.getDictionary() != null) {
            dictionaries.add(field.getDictionary().getId());
        }
        field.getChildren().forEach(this::addDictionaries);
    }

    private void add(Field field, boolean include, boolean isTop) {
        if (field.getDictionary() != null) {
            // The batch has its indices: validity and values.
            nodes.add(new Node(include, isTop, 2, false, false));
            return;
        }
        ArrowType type = field.getType();
        nodes.add(new Node(
                include,
                isTop,
                TypeLayout.getTypeBufferCount(type),
                type instanceof ArrowType.Utf8View || type instanceof ArrowType.BinaryView,
                type instanceof ArrowType.Union || type instanceof ArrowType.RunEndEncoded));
        field.getChildren().forEach(child -> add(child, include, false));
    }

    /** The schema of what is read, in the form it has on the wire. */
    Schema schema() {
        return schema;
    }

    /**
     * Goes through all nodes as batches list them.
     *
     * @param vectors of the fields that are read
     * @param read gets each of these at its place, to go through its children itself
     * @param skipped gets each node that is not read
     */
    void merge(List<FieldVector> vectors, Consumer<FieldVector> read, Consumer<Node> skipped) {
        int vector = 0;
        for (Node node : nodes) {
            if (!node.included) {
                skipped.accept(node);
            } else if (node.isTop) {
                read.accept(vectors.get(vector++));
            }
        }
    }

    /** Whether a field that is read has this dictionary. */
    boolean hasDictionary(long id) {
        return dictionaries.contains(id);
    }

    /** Those of a batch's nodes that are read. */
    List<ArrowFieldNode> keepNodes(List<ArrowFieldNode> all) throws IpcHeader.Malformed {
        if (all.size() != nodes.size()) {
            throw new IpcHeader.Malformed("it has " + all.size() + " field nodes, the schema " + nodes.size());
        }
        List<ArrowFieldNode> kept = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (nodes.get(i).included) {
                kept.add(all.get(i));
            }
        }
        return kept;
    }

    /** Those of a batch's counts of variadic buffers that are of views that are read. */
    List<Long> keepVariadicCounts(List<Long> all) {
        List<Long> kept = new ArrayList<>();
        int view = 0;
        for (Node node : nodes) {
            if (node.isView && view < all.size()) {
                long count = all.get(view++);
                if (node.included) {
                    kept.add(count);
                }
            }
        }
        return kept;
    }

    /** Those of {@code all} that {@link #buffers} says are read. */
    static List<ArrowBuf> keepBuffers(List<ArrowBuf> all, boolean[] read) {
        List<ArrowBuf> kept = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            if (read[i]) {
                kept.add(all.get(i));
            }
        }
        return kept;
    }

    private static long variadicCount(RecordBatch batch, int view) {
        return view < batch.variadicBufferCountsLength() ? batch.variadicBufferCounts(view) : 0;
    }

    /**
     * Which buffers of a batch are read; those that the schema does not account for are, so that who loads them complains.
     *
     * @param version of the batch's message
     * @throws IpcHeader.Malformed the batch is broken
     */
    boolean[] buffers(RecordBatch batch, short version) throws IpcHeader.Malformed {
        return IpcHeader.reading(() -> {
            boolean[] read = new boolean[BodyPlan.count(batch)];
            int buffer = 0;
            int view = 0;
            for (Node node : nodes) {
                long count = node.buffers
                        + (node.isView ? variadicCount(batch, view++) : 0)
                        + (node.isUnion && version < MetadataVersion.V5 ? 1 : 0);
                for (long k = 0; k < count && buffer < read.length; k++) {
                    read[buffer++] = node.included;
                }
            }
            while (buffer < read.length) {
                read[buffer++] = true;
            }
            return read;
        });
    }
}
