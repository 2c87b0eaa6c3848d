package dev.peregrine.cli.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** One thread. The columns of a record batch, decompressed. Owns references to its buffers. */
final class Batch implements AutoCloseable {
    private final int rows;
    private final long bytes;
    private final List<ArrowBuf> buffers;
    private final List<Column> columns;

    private Batch(int rows, List<ArrowBuf> buffers, List<Column> columns) {
        this.rows = rows;
        this.buffers = buffers;
        this.columns = columns;
        this.bytes = buffers.stream().mapToLong(ArrowBuf::readableBytes).sum();
    }

    /**
     * The rows of a record batch.
     *
     * @param fields in the form of messages: an encoded field has the type of its values
     * @param message lent
     * @throws IOException the message does not fit its schema
     */
    static Batch ofRows(List<Field> fields, ArrowRecordBatch message, BufferAllocator allocator) throws IOException {
        return of(fields, message, allocator, false);
    }

    /** The values of a dictionary, in one column. */
    static Batch ofDictionary(Field field, ArrowRecordBatch message, BufferAllocator allocator) throws IOException {
        return of(List.of(field), message, allocator, true);
    }

    private static Batch of(List<Field> fields, ArrowRecordBatch message, BufferAllocator allocator, boolean dictionary)
            throws IOException {
        List<ArrowBuf> buffers = new ArrayList<>();
        boolean made = false;
        try {
            open(message, allocator, buffers);
            Parts parts = new Parts(message, buffers);
            List<Column> columns = new ArrayList<>();
            for (Field field : fields) {
                columns.add(parts.column(field, !dictionary));
            }
            parts.checkAllTaken();
            for (Column column : columns) {
                if (column.length() != message.getLength()) {
                    throw new IOException("column '" + column.field().getName() + "' has " + column.length()
                            + " rows in a batch of " + message.getLength());
                }
            }
            Batch batch = new Batch(message.getLength(), buffers, columns);
            made = true;
            return batch;
        } finally {
            if (!made) {
                buffers.forEach(ArrowBuf::close);
            }
        }
    }

    /** Adds each buffer as it is in memory, with a reference of its own. */
    private static void open(ArrowRecordBatch message, BufferAllocator allocator, List<ArrowBuf> into)
            throws IOException {
        byte codecNumber = message.getBodyCompression().getCodec();
        if (codecNumber == NoCompressionCodec.COMPRESSION_TYPE) {
            for (ArrowBuf buffer : message.getBuffers()) {
                buffer.getReferenceManager().retain();
                into.add(buffer);
            }
            return;
        }
        try {
            CompressionCodec codec = CommonsCompressionFactory.INSTANCE.createCodec(
                    CompressionUtil.CodecType.fromCompressionType(codecNumber));
            for (ArrowBuf buffer : message.getBuffers()) {
                buffer.getReferenceManager().retain();
                into.add(buffer);
                if (buffer.writerIndex() > 0) {
                    // Takes the reference, and gives one of what it makes.
                    into.set(into.size() - 1, codec.decompress(allocator, buffer));
                }
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IOException("a buffer cannot be decompressed: " + e.getMessage(), e);
        }
    }

    int rows() {
        return rows;
    }

    /** Of all buffers, decompressed. */
    long bytes() {
        return bytes;
    }

    List<Column> columns() {
        return columns;
    }

    @Override
    public void close() {
        buffers.forEach(ArrowBuf::close);
        buffers.clear();
    }

    /** Deals the nodes and the buffers of a message out to its fields, depth first. */
    private static final class Parts {
        private final Iterator<ArrowFieldNode> nodes;
        private final Iterator<ArrowBuf> buffers;
        private final Iterator<Long> variadicCounts;

        Parts(ArrowRecordBatch message, List<ArrowBuf> buffers) {
            this.nodes = message.getNodes().iterator();
            this.buffers = buffers.iterator();
            List<Long> counts = message.getVariadicBufferCounts();
            this.variadicCounts = counts == null ? List.<Long>of().iterator() : counts.iterator();
        }

        Column column(Field field, boolean indices) throws IOException {
            boolean encoded = indices && field.getDictionary() != null;
            ArrowType type = encoded ? field.getDictionary().getIndexType() : field.getType();
            ArrowType stored = type instanceof ArrowType.ExtensionType extension ? extension.storageType() : type;
            Layout layout = Layout.of(stored);
            ArrowFieldNode node = next(nodes, field, "nodes");
            List<ArrowBuf> own = new ArrayList<>();
            for (int i = 0; i < layout.buffers(); i++) {
                own.add(next(buffers, field, "buffers"));
            }
            if (layout.kind() == Layout.Kind.VIEWS) {
                for (long i = next(variadicCounts, field, "counts of buffers"); i > 0; i--) {
                    own.add(next(buffers, field, "buffers"));
                }
            }
            List<Column> children = new ArrayList<>();
            if (!encoded) {
                for (Field child : field.getChildren()) {
                    children.add(column(child, true));
                }
            }
            return Column.of(field, stored, layout, node.getLength(), own, children);
        }

        private static <T> T next(Iterator<T> parts, Field field, String what) throws IOException {
            if (!parts.hasNext()) {
                throw new IOException("a batch has too few " + what + ": none is left for '" + field.getName() + "'");
            }
            return parts.next();
        }

        void checkAllTaken() throws IOException {
            if (nodes.hasNext() || buffers.hasNext() || variadicCounts.hasNext()) {
                throw new IOException("a batch has more nodes or buffers than its schema has fields for");
            }
        }
    }
}
