package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.wire.memory.BodyPlan;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. Loads uncompressed batches into a root, as Arrow's {@code VectorLoader} does, but with no
 * ArrowRecordBatch between the message and the vectors: in small batches that would be most of the work.
 */
final class RootLoader {
    /** A vector of the root or below it, null for one that is not read; and how many buffers it has beside variadic ones. */
    private record Slot(@Nullable FieldVector vector, int buffers, boolean isView, boolean isUnion) {}

    private final VectorSchemaRoot root;

    /** Depth first, as the batches list their nodes. */
    private final List<Slot> slots = new ArrayList<>();

    /** Of each slot in the batch before, for the next batch often has the same. */
    private final @Nullable ArrowFieldNode[] nodes;

    /** Used again for each field. */
    private final FieldNode node = new FieldNode();

    private final List<ArrowBuf> own = new ArrayList<>();

    /**
     * @param root lent; its vectors and their children must stay those that they are now
     * @param selection which fields of the batches the root has; null for all
     */
    RootLoader(VectorSchemaRoot root, @Nullable FieldSelection selection) {
        this.root = root;
        if (selection == null) {
            root.getFieldVectors().forEach(this::add);
        } else {
            selection.merge(root.getFieldVectors(), this::add, this::skip);
        }
        nodes = new ArrowFieldNode[slots.size()];
    }

    private void add(FieldVector vector) {
        slots.add(new Slot(
                vector,
                TypeLayout.getTypeBufferCount(vector.getField().getType()),
                vector instanceof BaseVariableWidthViewVector,
                vector instanceof UnionVector
                        || vector instanceof DenseUnionVector
                        || vector instanceof RunEndEncodedVector));
        vector.getChildrenFromFields().forEach(this::add);
    }

    private void skip(FieldSelection.Node node) {
        slots.add(new Slot(null, node.buffers(), node.isView(), node.isUnion()));
    }

    /**
     * Loads a batch. The vectors take references of their own.
     *
     * @param batch its body is not compressed
     * @param rows of the batch
     * @param body one buffer for each in the header, or one for all of the body
     * @param isSeparate which of the two
     * @param isV4 whether it is of the version of Arrow's metadata in which unions have a validity
     * @throws RuntimeException the batch does not fit the root, or is broken; some vectors may be loaded
     */
    void load(RecordBatch batch, int rows, BodyPlan plan, List<ArrowBuf> body, boolean isSeparate, boolean isV4) {
        int buffer = 0;
        int view = 0;
        if (batch.nodesLength() != nodes.length) {
            throw new IllegalArgumentException(
                    "it has " + batch.nodesLength() + " field nodes, the schema " + nodes.length);
        }
        for (int i = 0; i < nodes.length; i++) {
            Slot slot = slots.get(i);
            long count = slot.buffers;
            if (slot.isView) {
                count += variadicCount(batch, view++);
            }
            boolean hasValidity = isV4 && slot.isUnion;
            count += hasValidity ? 1 : 0;
            if (count < slot.buffers || count > plan.offsets.length - buffer) {
                throw new IllegalArgumentException("it has too few buffers for the schema: " + plan.offsets.length);
            }
            own.clear();
            for (int k = 0; k < count; k++, buffer++) {
                own.add(isSeparate ? body.get(buffer) : body.get(0).slice(plan.offsets[buffer], plan.lengths[buffer]));
            }
            if (slot.vector == null) {
                continue;
            }
            batch.nodes(node, i);
            if (hasValidity) {
                if (node.nullCount() != 0) {
                    throw new IllegalArgumentException("it has a union with nulls of its own, which only V4 had");
                }
                own.remove(0);
            }
            slot.vector.loadFieldBuffers(node(i, node.length(), node.nullCount()), own);
        }
        own.clear();
        if (buffer != plan.offsets.length || view != batch.variadicBufferCountsLength()) {
            throw new IllegalArgumentException("it has more buffers than the schema: " + plan.offsets.length);
        }
        root.setRowCount(rows);
    }

    private ArrowFieldNode node(int slot, long length, long nulls) {
        ArrowFieldNode before = nodes[slot];
        if (before != null && before.getLength() == length && before.getNullCount() == nulls) {
            return before;
        }
        ArrowFieldNode changed = new ArrowFieldNode(length, nulls);
        nodes[slot] = changed;
        return changed;
    }

    private static long variadicCount(RecordBatch batch, int view) {
        if (view >= batch.variadicBufferCountsLength()) {
            throw new IllegalArgumentException("it does not say how many buffers its views have");
        }
        return batch.variadicBufferCounts(view);
    }
}
