package dev.peregrine.server.folder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one flight in the order in which they go over the wire. One thread at a time.
 *
 * <p>At most one body is in memory at a time, however long the file is. Of an IPC file all dictionaries come first, in
 * the footer's order: a dictionary may lie behind the batches that use it. Of a stream everything comes as it lies.
 */
public final class FlightMessages implements Closeable {

    private final IpcFile file;
    private final Order order;
    private @Nullable ArrowMessage current;

    private FlightMessages(IpcFile file) {
        this.file = file;
        this.order = file.format() == IpcFile.Format.FILE ? new FooterOrder(file) : new StreamOrder(file);
    }

    /**
     * Opens an IPC file or stream; which of the two it is, its first bytes say.
     *
     * @throws IOException it cannot be read, or is neither
     */
    public static FlightMessages open(Path path) throws IOException {
        return new FlightMessages(IpcFile.open(path));
    }

    IpcFile file() {
        return file;
    }

    /** As it stands in the file: a field with a dictionary has the type of its values. */
    public Schema schema() {
        return file.schema();
    }

    /** The next message without its body, null at the end. */
    @Nullable
    IpcMessage skip() throws IOException {
        return order.next();
    }

    /**
     * The next dictionary batch or record batch, null at the end. Lent until the next call or {@link #close}. Compressed
     * buffers are compressed.
     *
     * @throws IOException the file is broken, or cannot be read
     */
    public @Nullable ArrowMessage next(BufferAllocator allocator) throws IOException {
        free();
        IpcMessage message = order.next();
        if (message != null) {
            current = file.read(message, allocator);
        }
        return current;
    }

    @Override
    public void close() throws IOException {
        free();
        file.close();
    }

    private void free() {
        if (current instanceof ArrowRecordBatch batch) {
            batch.close();
        } else if (current instanceof ArrowDictionaryBatch dictionary) {
            dictionary.close();
        }
        current = null;
    }

    private interface Order {
        @Nullable
        IpcMessage next() throws IOException;
    }

    private static final class StreamOrder implements Order {

        private final IpcFile file;
        private long position;

        StreamOrder(IpcFile file) {
            this.file = file;
            this.position = file.firstMessage();
        }

        @Override
        public @Nullable IpcMessage next() throws IOException {
            IpcMessage message = file.messageAt(position);
            if (message == null) {
                return null;
            }
            if (!message.isRecordBatch() && !message.isDictionaryBatch()) {
                throw new ArrowFormatException("the message at byte " + position + " is a " + message.kind()
                        + ", where only record batches and dictionary batches may be");
            }
            position = message.next();
            return message;
        }
    }

    private static final class FooterOrder implements Order {

        private final IpcFile file;
        private final Footer footer;
        private int dictionary;
        private int recordBatch;

        FooterOrder(IpcFile file) {
            this.file = file;
            this.footer = file.footer();
        }

        @Override
        public @Nullable IpcMessage next() throws IOException {
            if (dictionary < footer.dictionariesLength()) {
                IpcMessage message = file.message(footer.dictionaries(dictionary++));
                if (!message.isDictionaryBatch()) {
                    throw misled(message, "dictionary batch");
                }
                return message;
            }
            if (recordBatch < footer.recordBatchesLength()) {
                IpcMessage message = file.message(footer.recordBatches(recordBatch++));
                if (!message.isRecordBatch()) {
                    throw misled(message, "record batch");
                }
                return message;
            }
            return null;
        }

        private static ArrowFormatException misled(IpcMessage message, String wanted) {
            return new ArrowFormatException("the footer names the message at byte " + message.position() + " a "
                    + wanted + ", but it is a " + message.kind());
        }
    }
}
