package dev.peregrine.protocol.wire.union;

import dev.peregrine.protocol.ipc.IpcHeader;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Any thread; immutable. Until V5 of Arrow's metadata a union had a validity buffer before its others, and where C++ writes V4
 * today, so has a run-end-encoded field, which is called a union here, too. In this process batches have the layout of V5,
 * whatever they came as and whatever they go out as.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#union-layout">Union layout</a>
 */
public final class UnionValidity {
    private record Node(int buffers, boolean isView, boolean isUnion) {}

    /** Depth first, as batches list their nodes. */
    private final List<Node> nodes = new ArrayList<>();

    private UnionValidity() {}

    /** Of batches with these fields, be they as on the wire or as in memory; null if they have no unions. */
    public static @Nullable UnionValidity of(List<Field> fields) {
        UnionValidity all = new UnionValidity();
        fields.forEach(all::add);
        return all.orNull();
    }

    /**
     * Of batches with the values of a dictionary; null if they have no unions.
     *
     * @param fields of the schema, as on the wire
     */
    public static @Nullable UnionValidity ofDictionary(List<Field> fields, long id) {
        Field encoded = find(fields, id);
        if (encoded == null) {
            return null;
        }
        UnionValidity all = new UnionValidity();
        all.addValues(encoded);
        return all.orNull();
    }

    private static @Nullable Field find(List<Field> fields, long id) {
        for (Field field : fields) {
            if (field.getDictionary() != null && field.getDictionary().getId() == id) {
                return field;
            }
            Field inner = find(field.getChildren(), id);
            if (inner != null) {
                return inner;
            }
        }
        return null;
    }

    private @Nullable UnionValidity orNull() {
        return nodes.stream().anyMatch(Node::isUnion) ? this : null;
    }

    private void add(Field field) {
        if (field.getDictionary() == null) {
            addValues(field);
        } else {
            // The batch has its indices: validity and values.
            nodes.add(new Node(2, false, false));
        }
    }

    private void addValues(Field field) {
        ArrowType type = field.getType();
        nodes.add(new Node(
                TypeLayout.getTypeBufferCount(type),
                type instanceof ArrowType.Utf8View || type instanceof ArrowType.BinaryView,
                type instanceof ArrowType.Union || type instanceof ArrowType.RunEndEncoded));
        field.getChildren().forEach(this::add);
    }

    /** Before which of the buffers of a batch in V5's layout V4 has one more. */
    public BitSet places(List<Long> variadicCounts) {
        BitSet places = new BitSet();
        int buffer = 0;
        int view = 0;
        for (Node node : nodes) {
            if (node.isUnion) {
                places.set(buffer);
            }
            buffer += node.buffers;
            if (node.isView && view < variadicCounts.size()) {
                buffer += variadicCounts.get(view++).intValue();
            }
        }
        return places;
    }

    /**
     * The batch, which is in V4's layout, in that of V5.
     *
     * @param batch taken
     * @return the caller's
     * @throws IpcHeader.Malformed it has fewer nodes or buffers than the fields, or a union has nulls of its own
     */
    public ArrowRecordBatch toV5(ArrowRecordBatch batch) throws IpcHeader.Malformed {
        try (batch) {
            List<ArrowBuf> kept = new ArrayList<>(batch.getBuffers().size());
            List<Long> counts = counts(batch);
            if (batch.getNodes().size() != nodes.size()) {
                throw new IpcHeader.Malformed(
                        "it has " + batch.getNodes().size() + " field nodes, the schema " + nodes.size());
            }
            int buffer = 0;
            int view = 0;
            for (int i = 0; i < nodes.size(); i++) {
                Node node = nodes.get(i);
                if (node.isUnion) {
                    if (batch.getNodes().get(i).getNullCount() != 0) {
                        throw new IpcHeader.Malformed("it has a union with nulls of its own, which only V4 had");
                    }
                    buffer++;
                }
                long own = node.buffers + (node.isView && view < counts.size() ? counts.get(view++) : 0);
                if (own < 0 || own > batch.getBuffers().size() - buffer) {
                    throw new IpcHeader.Malformed("it has too few buffers for the schema: "
                            + batch.getBuffers().size());
                }
                kept.addAll(batch.getBuffers().subList(buffer, buffer + (int) own));
                buffer += (int) own;
            }
            // Too many are for who loads it to complain about.
            kept.addAll(batch.getBuffers().subList(buffer, batch.getBuffers().size()));
            return new ArrowRecordBatch(
                    batch.getLength(), batch.getNodes(), kept, batch.getBodyCompression(), counts, true, true);
        }
    }

    private static List<Long> counts(ArrowRecordBatch batch) {
        List<Long> counts = batch.getVariadicBufferCounts();
        return counts == null ? List.of() : counts;
    }
}
