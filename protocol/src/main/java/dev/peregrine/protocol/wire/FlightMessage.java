package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.protocol.wire.memory.BodyPlan;
import dev.peregrine.protocol.wire.union.UnionValidity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowBodyCompression;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. One FlightData message. Owns its body's buffers until {@link #takeBatch} or {@link #release}.
 */
public final class FlightMessage {
    private final @Nullable FlightDescriptor descriptor;
    private final @Nullable IpcHeader header;
    private final byte[] metadata;

    /** Whether there is one buffer for each in the header; else one for all of the body. */
    private final boolean separate;

    /** Where the buffers are in the body; null unless the header is that of a batch. */
    private final @Nullable BodyPlan plan;

    private List<ArrowBuf> body;

    /** @param body taken */
    FlightMessage(
            @Nullable FlightDescriptor descriptor,
            @Nullable IpcHeader header,
            byte[] metadata,
            boolean separate,
            List<ArrowBuf> body,
            @Nullable BodyPlan plan) {
        this.descriptor = descriptor;
        this.header = header;
        this.metadata = metadata;
        this.separate = separate;
        this.body = body;
        this.plan = plan;
    }

    public @Nullable FlightDescriptor descriptor() {
        return descriptor;
    }

    /** The app_metadata; empty if there is none. */
    public byte[] metadata() {
        return metadata;
    }

    /** The Arrow IPC header; null if there is none. */
    @Nullable
    IpcHeader header() {
        return header;
    }

    /**
     * The record batch, a dictionary's in a dictionary batch, in the layout of V5 of Arrow's metadata. It takes the buffers
     * over and is the caller's; this message has none any more.
     *
     * @param schema the stream's, as on the wire
     */
    ArrowRecordBatch takeBatch(Schema schema) throws IpcHeader.Malformed {
        UnionValidity unions = unions(schema);
        ArrowRecordBatch taken = takeBatch();
        return unions == null ? taken : unions.toV5(taken);
    }

    private ArrowRecordBatch takeBatch() throws IpcHeader.Malformed {
        RecordBatch batch = batch();
        int length = (int) checkedLength(batch);
        List<ArrowFieldNode> nodes = IpcHeader.reading(() -> nodes(batch));
        ArrowBodyCompression compression = IpcHeader.reading(() -> compression(batch));
        List<Long> variadicCounts = IpcHeader.reading(() -> variadicCounts(batch));
        List<ArrowBuf> buffers = buffers(plan());
        // Separate buffers go over as they are. Slices share one reference count: the batch takes its own references,
        // then ours is given up.
        ArrowRecordBatch taken = IpcHeader.reading(
                () -> new ArrowRecordBatch(length, nodes, buffers, compression, variadicCounts, true, !separate));
        if (separate) {
            body = List.of();
        } else {
            release();
        }
        return taken;
    }

    /** Loads the batch, which is not compressed; the body stays this message's until {@link #release}. */
    void loadInto(RootLoader loader) throws IpcHeader.Malformed {
        RecordBatch batch = batch();
        BodyPlan layout = plan();
        int rows = (int) checkedLength(batch);
        loader.load(batch, rows, layout, body, separate, isV4());
    }

    /** Loads the batch from {@code buffers} instead of the body's; they are as the header lists them, and lent. */
    void loadInto(RootLoader loader, List<ArrowBuf> buffers) throws IpcHeader.Malformed {
        RecordBatch batch = batch();
        loader.load(batch, (int) checkedLength(batch), plan(), buffers, true, isV4());
    }

    /**
     * The record batch with {@code buffers}, which are not compressed, instead of the body's.
     *
     * @param buffers as the header lists them; lent, the batch takes references of its own
     * @param selection of which fields the batch is to be; null for all
     * @param schema of these fields, as on the wire
     */
    ArrowRecordBatch batch(List<ArrowBuf> buffers, @Nullable FieldSelection selection, Schema schema)
            throws IpcHeader.Malformed {
        RecordBatch batch = batch();
        int length = (int) checkedLength(batch);
        List<ArrowFieldNode> nodes = IpcHeader.reading(() -> nodes(batch));
        List<Long> counts = IpcHeader.reading(() -> variadicCounts(batch));
        List<ArrowBuf> own = buffers;
        if (selection != null) {
            own = FieldSelection.keepBuffers(buffers, selection.buffers(batch, version()));
            counts = selection.keepVariadicCounts(counts);
            nodes = selection.keepNodes(nodes);
        }
        UnionValidity unions = unions(schema);
        ArrowRecordBatch made = new ArrowRecordBatch(
                length, nodes, own, NoCompressionCodec.DEFAULT_BODY_COMPRESSION, counts, true, true);
        return unions == null ? made : unions.toV5(made);
    }

    /** What is to be taken out of the batch for V5's layout; null for nothing. */
    private @Nullable UnionValidity unions(Schema schema) throws IpcHeader.Malformed {
        IpcHeader read = header;
        if (read == null || !isV4()) {
            return null;
        }
        return read.type() == MessageHeader.DictionaryBatch
                ? UnionValidity.ofDictionary(schema.getFields(), read.dictionaryId())
                : UnionValidity.of(schema.getFields());
    }

    /** The buffers as the header lists them; lent as long as this message has its body. */
    List<ArrowBuf> lendBuffers() {
        return buffers(plan());
    }

    /** Of the Arrow metadata. */
    short version() {
        return header == null ? MetadataVersion.V5 : header.version();
    }

    private boolean isV4() {
        return version() < MetadataVersion.V5;
    }

    /** The codec's number in Message.fbs, if the batch is compressed. */
    byte codec() throws IpcHeader.Malformed {
        RecordBatch batch = batch();
        BodyCompression compression = IpcHeader.reading(batch::compression);
        return compression == null ? NoCompressionCodec.COMPRESSION_TYPE : compression.codec();
    }

    /** Whether the buffers of the batch are compressed. */
    boolean isCompressed() throws IpcHeader.Malformed {
        RecordBatch batch = batch();
        return IpcHeader.reading(batch::compression) != null;
    }

    RecordBatch batch() throws IpcHeader.Malformed {
        RecordBatch batch = header == null ? null : header.recordBatch();
        if (batch == null) {
            throw new IllegalStateException("a message without a batch");
        }
        return batch;
    }

    private BodyPlan plan() {
        return Objects.requireNonNull(plan, "a message without a batch");
    }

    private static long checkedLength(RecordBatch batch) throws IpcHeader.Malformed {
        long length = IpcHeader.reading(batch::length);
        if (length < 0 || length > Integer.MAX_VALUE) {
            throw new IpcHeader.Malformed("a batch of " + length + " rows; Arrow for Java has at most 2^31 - 1");
        }
        return length;
    }

    private static List<ArrowFieldNode> nodes(RecordBatch batch) {
        List<ArrowFieldNode> nodes = new ArrayList<>();
        FieldNode node = new FieldNode();
        int count = batch.nodesLength();
        for (int i = 0; i < count; i++) {
            batch.nodes(node, i);
            nodes.add(new ArrowFieldNode(node.length(), node.nullCount()));
        }
        return nodes;
    }

    private static ArrowBodyCompression compression(RecordBatch batch) {
        BodyCompression compression = batch.compression();
        return compression == null
                ? NoCompressionCodec.DEFAULT_BODY_COMPRESSION
                : new ArrowBodyCompression(compression.codec(), compression.method());
    }

    private static List<Long> variadicCounts(RecordBatch batch) {
        List<Long> counts = new ArrayList<>();
        int count = batch.variadicBufferCountsLength();
        for (int i = 0; i < count; i++) {
            counts.add(batch.variadicBufferCounts(i));
        }
        return counts;
    }

    private List<ArrowBuf> buffers(BodyPlan plan) {
        if (separate) {
            return body;
        }
        ArrowBuf whole = body.get(0);
        List<ArrowBuf> slices = new ArrayList<>(plan.offsets.length);
        for (int i = 0; i < plan.offsets.length; i++) {
            slices.add(whole.slice(plan.offsets[i], plan.lengths[i]));
        }
        return slices;
    }

    /** Frees the body. Idempotent. */
    public void release() {
        for (ArrowBuf buffer : body) {
            buffer.close();
        }
        body = List.of();
    }
}
