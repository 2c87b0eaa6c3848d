package dev.peregrine.cli.format;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;

/**
 * Arrow IPC, as a file or as a stream; dictionaries stay dictionaries. Arrow's writer is bound to one root: batches of a second
 * reader (the next endpoint of a flight) are loaded into the first reader's schema here, without a copy of their buffers.
 */
final class IpcSink implements BatchSink {
    private final Underneath out;
    private final boolean file;
    private final BufferAllocator allocator;
    private final Current dictionaries = new Current();
    private final Map<Long, FieldVector> written = new HashMap<>();
    private @Nullable ArrowWriter writer;
    private @Nullable VectorSchemaRoot root;

    IpcSink(WritableByteChannel out, boolean file, BufferAllocator allocator) {
        this.out = new Underneath(out);
        this.file = file;
        this.allocator = allocator;
    }

    @Override
    public void begin(VectorSchemaRoot first, DictionaryProvider provider) throws IOException {
        dictionaries.now = provider;
        VectorSchemaRoot root = VectorSchemaRoot.create(first.getSchema(), allocator);
        this.root = root;
        ArrowWriter made =
                file ? new ArrowFileWriter(root, dictionaries, out) : new ArrowStreamWriter(root, dictionaries, out);
        writer = made;
        made.start();
    }

    @Override
    public void write(VectorSchemaRoot batch, DictionaryProvider provider, int rows) throws IOException {
        dictionaries.now = provider;
        if (file) {
            holdToOneDictionary();
        }
        if (rows < batch.getRowCount()) {
            try (VectorSchemaRoot head = batch.slice(0, rows)) {
                load(head);
            }
        } else {
            load(batch);
        }
        begun(writer).writeBatch();
        begun(root).clear();
    }

    private static <T> T begun(@Nullable T made) {
        if (made == null) {
            throw new IllegalStateException("begin() comes first");
        }
        return made;
    }

    private void load(VectorSchemaRoot batch) {
        try (ArrowRecordBatch buffers = new VectorUnloader(batch).getRecordBatch()) {
            new VectorLoader(begun(root)).load(buffers);
        }
    }

    /**
     * Arrow's file writer writes each dictionary once and does not look again, so a replaced dictionary would give wrong values
     * without a word.
     */
    private void holdToOneDictionary() throws IOException {
        for (long id : dictionaries.getDictionaryIds()) {
            FieldVector now = dictionaries.lookup(id).getVector();
            FieldVector before = written.get(id);
            if (before == null) {
                written.put(id, copy(now));
            } else if (!VectorEqualsVisitor.vectorEquals(before, now)) {
                throw new IOException("The flight changes its dictionary " + id
                        + " on the way, which an Arrow file cannot hold; write a stream instead (--format stream).");
            }
        }
    }

    private FieldVector copy(FieldVector vector) {
        TransferPair pair = vector.getTransferPair(allocator);
        pair.splitAndTransfer(0, vector.getValueCount());
        return (FieldVector) pair.getTo();
    }

    @Override
    public void finish() throws IOException {
        begun(writer).end();
    }

    /** Frees. Arrow's writer would end the output here, even after a failure, and close the channel: it gets to do neither. */
    @Override
    public void close() {
        out.shut = true;
        written.values().forEach(FieldVector::close);
        if (root != null) {
            root.close();
        }
        if (writer != null) {
            writer.close();
        }
    }

    /** The channel, until the sink is closed. */
    private static final class Underneath implements WritableByteChannel {
        private final WritableByteChannel out;
        private boolean shut;

        Underneath(WritableByteChannel out) {
            this.out = out;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (!shut) {
                return out.write(bytes);
            }
            int dropped = bytes.remaining();
            bytes.position(bytes.limit());
            return dropped;
        }

        @Override
        public boolean isOpen() {
            return out.isOpen();
        }

        @Override
        public void close() {}
    }

    /** The dictionaries of whichever reader is being read. */
    private static final class Current implements DictionaryProvider {
        private DictionaryProvider now = new DictionaryProvider.MapDictionaryProvider();

        @Override
        public Dictionary lookup(long id) {
            return now.lookup(id);
        }

        @Override
        public Set<Long> getDictionaryIds() {
            return now.getDictionaryIds();
        }
    }
}
