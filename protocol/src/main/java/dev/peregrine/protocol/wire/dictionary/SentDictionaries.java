package dev.peregrine.protocol.wire.dictionary;

import dev.peregrine.protocol.wire.split.ViewPadding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.ByteFunctionHelpers;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compare.Range;
import org.apache.arrow.vector.compare.RangeEqualsVisitor;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. The dictionaries of a stream as the peer has them, and so which of them have to be sent.
 *
 * <p>Java's dictionaries are vectors that may be refilled in place, so only their bytes tell whether they have changed:
 * each is copied when it is sent and compared before every batch. The copy is what is sent, because nobody writes to it.
 */
public final class SentDictionaries implements AutoCloseable {
    private final DictionaryProvider provider;
    private final List<Long> ids;
    private final BufferAllocator allocator;
    private final boolean deltas;
    private final Map<Long, ArrowRecordBatch> sent = new HashMap<>();

    /** Sends a dictionary. */
    @FunctionalInterface
    public interface Sending {
        /**
         * @param isDelta whether the values come after those that the peer has, rather than replace them
         * @param values lent; references to them may be kept
         */
        void send(long id, boolean isDelta, ArrowRecordBatch values);
    }

    /**
     * @param provider lent for the time of the stream
     * @param fields the stream's, as in memory; one that another one's values refer to is sent before it
     * @param allocator lent; the copies come from it
     * @param deltas whether of a dictionary that has grown only what is new is to be sent
     */
    public SentDictionaries(
            DictionaryProvider provider, List<Field> fields, BufferAllocator allocator, boolean deltas) {
        this.deltas = deltas;
        this.provider = provider;
        this.allocator = allocator;
        Set<Long> order = new LinkedHashSet<>();
        fields.forEach(field -> collect(field, order));
        this.ids = List.copyOf(order);
    }

    /** Adds the dictionaries of the field and of what is in it, the innermost first. */
    private void collect(Field field, Set<Long> order) {
        DictionaryEncoding encoding = field.getDictionary();
        if (encoding == null) {
            field.getChildren().forEach(child -> collect(child, order));
        } else if (!order.contains(encoding.getId())) {
            FieldVector values = lookup(encoding.getId()).getVector();
            values.getField().getChildren().forEach(child -> collect(child, order));
            order.add(encoding.getId());
        }
    }

    private Dictionary lookup(long id) {
        Dictionary dictionary = provider.lookup(id);
        if (dictionary == null) {
            throw new IllegalStateException("dictionary " + id + " is no longer in the stream's provider");
        }
        return dictionary;
    }

    /**
     * Has those sent that the peer does not have as they are now.
     *
     * @param sending if it throws, the dictionary counts as not sent
     */
    public void update(Sending sending) {
        for (long id : ids) {
            Dictionary dictionary = lookup(id);
            try (ArrowRecordBatch now = unload(dictionary.getVector())) {
                ArrowRecordBatch before = sent.get(id);
                if (before != null && isSame(before, now)) {
                    continue;
                }
                ArrowRecordBatch copy = copy(now);
                try {
                    send(id, dictionary.getVector(), before, copy, sending);
                } catch (RuntimeException e) {
                    copy.close();
                    throw e;
                }
                sent.put(id, copy);
                if (before != null) {
                    before.close();
                }
            }
        }
    }

    private void send(
            long id, FieldVector vector, @Nullable ArrowRecordBatch before, ArrowRecordBatch copy, Sending sending) {
        if (!deltas || before == null || before.getLength() == 0 || !startsWith(vector, before)) {
            sending.send(id, false, copy);
            return;
        }
        int known = before.getLength();
        try (FieldVector added = vector.getField().createVector(allocator)) {
            vector.makeTransferPair(added).splitAndTransfer(known, vector.getValueCount() - known);
            ViewPadding.clear(added);
            try (ArrowRecordBatch shared = unload(added);
                    ArrowRecordBatch values = copy(shared)) {
                sending.send(id, true, values);
            }
        }
    }

    /** Whether there are values behind those of {@code before}, and these are the same. */
    private boolean startsWith(FieldVector vector, ArrowRecordBatch before) {
        int known = before.getLength();
        if (vector.getValueCount() <= known || hasExtension(vector.getField()) || hasDictionary(vector.getField())) {
            return false;
        }
        try (FieldVector old = vector.getField().createVector(allocator)) {
            // Not closed: a root holds nothing but its vectors.
            new VectorLoader(new VectorSchemaRoot(List.of(old.getField()), List.of(old), 0)).load(before);
            return new RangeEqualsVisitor(old, vector).rangeEquals(new Range(0, 0, known));
        }
    }

    /** Arrow for Java cannot take a part of such a vector. */
    private static boolean hasExtension(Field field) {
        return field.getType() instanceof ArrowType.ExtensionType
                || field.getChildren().stream().anyMatch(SentDictionaries::hasExtension);
    }

    /** C++ cannot read deltas of dictionaries whose values refer to others, and does not write them. */
    private static boolean hasDictionary(Field field) {
        return field.getDictionary() != null || field.getChildren().stream().anyMatch(SentDictionaries::hasDictionary);
    }

    private static ArrowRecordBatch unload(FieldVector vector) {
        // Not closed: the vector is not ours, and a root holds nothing else.
        VectorSchemaRoot root =
                new VectorSchemaRoot(List.of(vector.getField()), List.of(vector), vector.getValueCount());
        return new VectorUnloader(root).getRecordBatch();
    }

    /** What may be read: vectors of no rows may claim more than their buffer has. */
    private static long held(ArrowBuf buffer) {
        return Math.min(buffer.readableBytes(), buffer.capacity());
    }

    private static boolean isSame(ArrowRecordBatch a, ArrowRecordBatch b) {
        if (a.getLength() != b.getLength()
                || a.getNodes().size() != b.getNodes().size()) {
            return false;
        }
        for (int i = 0; i < a.getNodes().size(); i++) {
            ArrowFieldNode left = a.getNodes().get(i);
            ArrowFieldNode right = b.getNodes().get(i);
            if (left.getLength() != right.getLength() || left.getNullCount() != right.getNullCount()) {
                return false;
            }
        }
        if (a.getBuffers().size() != b.getBuffers().size()) {
            return false;
        }
        for (int i = 0; i < a.getBuffers().size(); i++) {
            ArrowBuf left = a.getBuffers().get(i);
            ArrowBuf right = b.getBuffers().get(i);
            long n = held(left);
            if (n != held(right)
                    || ByteFunctionHelpers.equal(
                                    left,
                                    left.readerIndex(),
                                    left.readerIndex() + n,
                                    right,
                                    right.readerIndex(),
                                    right.readerIndex() + n)
                            == 0) {
                return false;
            }
        }
        return true;
    }

    private ArrowRecordBatch copy(ArrowRecordBatch batch) {
        List<ArrowBuf> buffers = new ArrayList<>(batch.getBuffers().size());
        try {
            for (ArrowBuf buffer : batch.getBuffers()) {
                long n = held(buffer);
                ArrowBuf copy = n == 0 ? allocator.getEmpty() : allocator.buffer(n);
                buffers.add(copy);
                copy.setBytes(0, buffer, buffer.readerIndex(), n);
                copy.writerIndex(n);
            }
            return new ArrowRecordBatch(
                    batch.getLength(),
                    batch.getNodes(),
                    buffers,
                    batch.getBodyCompression(),
                    batch.getVariadicBufferCounts(),
                    true,
                    false);
        } catch (RuntimeException e) {
            buffers.forEach(ArrowBuf::close);
            throw e;
        }
    }

    /** Frees the copies; what is still on its way keeps references of its own. Idempotent. */
    @Override
    public void close() {
        sent.values().forEach(ArrowRecordBatch::close);
        sent.clear();
    }
}
