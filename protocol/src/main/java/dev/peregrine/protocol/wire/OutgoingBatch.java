package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.protocol.wire.compression.BodyCompressor;
import dev.peregrine.protocol.wire.union.UnionValidity;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. What a record batch, or a dictionary's, is made of on its way out: nodes, buffers, and where the
 * buffers lie in the body. Used again for each batch of a stream, so that a small batch costs no garbage.
 *
 * <p>Holds no references of its own: the buffers are the root's or the batch's that it was filled from.
 *
 * @see BatchHeader
 */
final class OutgoingBatch {
    private static final int INITIAL_CAPACITY = 16;

    private static final ArrowBuf NO_BYTES = new ArrowBuf(ReferenceManager.NO_OP, null, 0, 0);

    private final boolean isV4;

    /** Buffers in a body begin at multiples of so many bytes: 8, as the format has it, or more. */
    private final int alignment;

    /** Of the stream's schema, as on the wire. */
    private List<Field> fields = List.of();

    /** Of its batches; null unless they are written in V4 and have unions. */
    private @Nullable UnionValidity unions;

    private long rows;

    /** Of each node its length, then its null count. */
    private long[] nodes = new long[2 * INITIAL_CAPACITY];

    private int nodeCount;
    private ArrowBuf[] buffers = new ArrowBuf[INITIAL_CAPACITY];
    private long[] offsets = new long[INITIAL_CAPACITY];
    private int bufferCount;
    private long bodyLength;
    private long[] variadicCounts = {};
    private int variadicCountCount;
    private byte codec = NoCompressionCodec.COMPRESSION_TYPE;
    private byte compressionMethod;
    private boolean isDictionary;
    private boolean isDelta;
    private long dictionaryId;

    OutgoingBatch() {
        this(IpcWriteOptions.DEFAULT);
    }

    OutgoingBatch(IpcWriteOptions options) {
        this.isV4 = options.version() == MetadataVersion.V4;
        this.alignment = options.alignment();
    }

    /** @param fields of the schema of what it is to be filled with, as on the wire; V4 has to know them */
    void begin(List<Field> fields) {
        this.fields = fields;
        this.unions = isV4 ? UnionValidity.of(fields) : null;
    }

    /** The root as it is now. Its vectors are lent. */
    OutgoingBatch fill(VectorSchemaRoot root) {
        clear();
        rows = root.getRowCount();
        List<FieldVector> vectors = root.getFieldVectors();
        for (int i = 0; i < vectors.size(); i++) {
            add(vectors.get(i));
        }
        return this;
    }

    private void add(FieldVector vector) {
        addNode(vector.getValueCount(), vector.getNullCount());
        List<ArrowBuf> own = vector.getFieldBuffers();
        if (isV4 && isUnion(vector)) {
            // Until V5 unions had a validity of their own; without a buffer it says that nothing is null.
            addBuffer(NO_BYTES);
        }
        for (int i = 0; i < own.size(); i++) {
            addBuffer(own.get(i));
        }
        if (vector instanceof BaseVariableWidthViewVector view) {
            addVariadicCount(view.getDataBuffers().size());
        }
        List<FieldVector> children = vector.getChildrenFromFields();
        for (int i = 0; i < children.size(); i++) {
            add(children.get(i));
        }
    }

    private static boolean isUnion(FieldVector vector) {
        return vector instanceof UnionVector
                || vector instanceof DenseUnionVector
                || vector instanceof RunEndEncodedVector;
    }

    /** The batch is lent. Its own layout of the body does not count: Arrow for Java makes unaligned ones, too. */
    OutgoingBatch fill(ArrowRecordBatch batch) {
        clear();
        add(batch, unions);
        return this;
    }

    /** The dictionary is lent. */
    OutgoingBatch fill(ArrowDictionaryBatch dictionary) {
        clear();
        add(dictionary.getDictionary(), isV4 ? UnionValidity.ofDictionary(fields, dictionary.getDictionaryId()) : null);
        isDictionary = true;
        isDelta = dictionary.isDelta();
        dictionaryId = dictionary.getDictionaryId();
        return this;
    }

    private void add(ArrowRecordBatch batch, @Nullable UnionValidity unions) {
        rows = batch.getLength();
        for (ArrowFieldNode node : batch.getNodes()) {
            addNode(node.getLength(), node.getNullCount());
        }
        List<Long> counts = batch.getVariadicBufferCounts() == null ? List.of() : batch.getVariadicBufferCounts();
        counts.forEach(this::addVariadicCount);
        BitSet validities = unions == null ? null : unions.places(counts);
        for (int i = 0; i < batch.getBuffers().size(); i++) {
            if (validities != null && validities.get(i)) {
                addBuffer(NO_BYTES);
            }
            addBuffer(batch.getBuffers().get(i));
        }
        codec = batch.getBodyCompression().getCodec();
        compressionMethod = batch.getBodyCompression().getMethod();
    }

    private void addNode(long length, long nullCount) {
        if (2 * nodeCount == nodes.length) {
            nodes = Arrays.copyOf(nodes, 2 * nodes.length);
        }
        nodes[2 * nodeCount] = length;
        nodes[2 * nodeCount + 1] = nullCount;
        nodeCount++;
    }

    private void addBuffer(ArrowBuf buffer) {
        if (bufferCount == buffers.length) {
            buffers = Arrays.copyOf(buffers, 2 * bufferCount);
            offsets = Arrays.copyOf(offsets, 2 * bufferCount);
        }
        // Vectors of no rows may claim an offset that their buffer has no room for; and others may share that buffer,
        // and have
        // been asked before.
        ArrowBuf held = buffer.capacity() == 0 || buffer.writerIndex() > buffer.capacity() ? NO_BYTES : buffer;
        buffers[bufferCount] = held;
        offsets[bufferCount] = bodyLength;
        bufferCount++;
        bodyLength = bodyLength + held.readableBytes() + alignment - 1 & -alignment;
    }

    /** Has the compressed buffers go out instead of those that it was filled with. They are lent. */
    void replaceBuffers(BodyCompressor.Body compressed, byte codec) {
        this.codec = codec;
        bufferCount = 0;
        bodyLength = 0;
        for (int i = 0; i < compressed.count(); i++) {
            addBuffer(compressed.buffer(i));
        }
    }

    private void addVariadicCount(long count) {
        if (variadicCountCount == variadicCounts.length) {
            variadicCounts = Arrays.copyOf(variadicCounts, Math.max(4, 2 * variadicCountCount));
        }
        variadicCounts[variadicCountCount++] = count;
    }

    /** Lets go of the buffers. */
    void clear() {
        Arrays.fill(buffers, 0, bufferCount, null);
        nodeCount = 0;
        bufferCount = 0;
        bodyLength = 0;
        variadicCountCount = 0;
        codec = NoCompressionCodec.COMPRESSION_TYPE;
        compressionMethod = 0;
        isDictionary = false;
    }

    /** Rows of the batch, or values of the dictionary. */
    long rows() {
        return rows;
    }

    int nodeCount() {
        return nodeCount;
    }

    long nodeLength(int node) {
        return nodes[2 * node];
    }

    long nullCount(int node) {
        return nodes[2 * node + 1];
    }

    int bufferCount() {
        return bufferCount;
    }

    ArrowBuf buffer(int index) {
        return buffers[index];
    }

    /** Where the buffer begins in the body. */
    long offset(int buffer) {
        return offsets[buffer];
    }

    /** Bytes, padding included; a multiple of 8. */
    long bodyLength() {
        return bodyLength;
    }

    int variadicCountCount() {
        return variadicCountCount;
    }

    long variadicCount(int index) {
        return variadicCounts[index];
    }

    /** Whether it is written in V4 of Arrow's metadata, else V5. */
    boolean isV4() {
        return isV4;
    }

    boolean isCompressed() {
        return codec != NoCompressionCodec.COMPRESSION_TYPE;
    }

    /** As in Message.fbs. */
    byte codec() {
        return codec;
    }

    /** As in Message.fbs. */
    byte compressionMethod() {
        return compressionMethod;
    }

    boolean isDictionary() {
        return isDictionary;
    }

    boolean isDelta() {
        return isDelta;
    }

    long dictionaryId() {
        return dictionaryId;
    }
}
