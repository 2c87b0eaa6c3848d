package dev.peregrine.server.folder;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes messages to a temporary file, as they are: compressed buffers stay compressed. One thread.
 *
 * <p>It writes the IPC file format, because every tool opens it, totals come cheap from its footer, and it can be read
 * from the middle. Two things do not fit into it, and turn it into the stream format when they come up:
 *
 * <ul>
 *   <li>a dictionary that replaces an earlier one (a file has one of each, plus deltas);
 *   <li>more than {@value #MAX_BLOCKS} messages: the footer would take too much memory, here and in every reader.
 * </ul>
 *
 * <p>A file is a stream between a head of eight bytes and a footer, so that turn costs one copy within the disk.
 */
final class FlightFileWriter implements Closeable {

    static final int MAX_BLOCKS = 1 << 18;

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] START = "ARROW1\0\0".getBytes(StandardCharsets.US_ASCII);

    private final Path folder;
    private final Schema schema;
    private final int maxBlocks;
    private final Set<Long> dictionaryIds = new HashSet<>();
    private final List<ArrowBlock> dictionaryBlocks = new ArrayList<>();
    private final List<ArrowBlock> recordBlocks = new ArrayList<>();

    private TempFile temp;
    private CoalescingChannel buffer;
    private WriteChannel out;
    private IpcFile.Format format = IpcFile.Format.FILE;
    private long records;
    private long batches;

    /**
     * Makes the temporary file and writes the schema.
     *
     * @param schema as it is to stand in the file: a field with a dictionary has the type of its values
     */
    FlightFileWriter(Path folder, Schema schema) throws IOException {
        this(folder, schema, MAX_BLOCKS);
    }

    FlightFileWriter(Path folder, Schema schema, int maxBlocks) throws IOException {
        this.folder = folder;
        this.schema = schema;
        this.maxBlocks = maxBlocks;
        this.temp = TempFile.in(folder);
        this.buffer = new CoalescingChannel(temp.channel());
        this.out = new WriteChannel(buffer);
        boolean begun = false;
        try {
            out.write(START);
            MessageSerializer.serialize(out, schema);
            begun = true;
        } finally {
            if (!begun) {
                temp.close();
            }
        }
    }

    /** Appends a record batch or a dictionary batch. Lends: the caller keeps it, and may close it afterwards. */
    void write(ArrowMessage message) throws IOException {
        if (message instanceof ArrowDictionaryBatch dictionary) {
            write(dictionary);
        } else if (message instanceof ArrowRecordBatch batch) {
            write(batch);
        } else {
            throw new IllegalArgumentException("neither a record batch nor a dictionary batch: " + message);
        }
    }

    /** Writes what a reader needs at the end, and brings it all to the disk. Nothing may be written afterwards. */
    void finish() throws IOException {
        out.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
        out.writeIntLittleEndian(0);
        if (format == IpcFile.Format.FILE) {
            long start = out.getCurrentPosition();
            out.write(new ArrowFooter(schema, dictionaryBlocks, recordBlocks), false);
            out.writeIntLittleEndian((int) (out.getCurrentPosition() - start));
            out.write(MAGIC);
        }
        buffer.flush();
        temp.force();
    }

    /** Which of the two formats it has become. */
    IpcFile.Format format() {
        return format;
    }

    TempFile temp() {
        return temp;
    }

    /** In all record batches. */
    long records() {
        return records;
    }

    /** Record batches. */
    long batches() {
        return batches;
    }

    /** Of the whole file; once it is finished. */
    long bytes() throws IOException {
        return temp.channel().size();
    }

    /** Closes the temporary file, and deletes it unless it was moved. */
    @Override
    public void close() {
        temp.close();
    }

    private void write(ArrowRecordBatch batch) throws IOException {
        becomeStreamIf(isFull());
        ArrowBlock block = MessageSerializer.serialize(out, batch);
        if (format == IpcFile.Format.FILE) {
            recordBlocks.add(block);
        }
        records += batch.getLength();
        batches++;
    }

    private void write(ArrowDictionaryBatch dictionary) throws IOException {
        boolean replaces = !dictionaryIds.add(dictionary.getDictionaryId()) && !dictionary.isDelta();
        becomeStreamIf(replaces || isFull());
        ArrowBlock block = MessageSerializer.serialize(out, dictionary);
        if (format == IpcFile.Format.FILE) {
            dictionaryBlocks.add(block);
        }
    }

    private boolean isFull() {
        return recordBlocks.size() + dictionaryBlocks.size() >= maxBlocks;
    }

    private void becomeStreamIf(boolean necessary) throws IOException {
        if (!necessary || format == IpcFile.Format.STREAM) {
            return;
        }
        buffer.flush();
        TempFile file = temp;
        TempFile stream = TempFile.in(folder);
        temp = stream;
        try (file) {
            copy(file.channel(), START.length, stream.channel());
        }
        buffer = new CoalescingChannel(stream.channel());
        out = new WriteChannel(buffer);
        format = IpcFile.Format.STREAM;
        recordBlocks.clear();
        dictionaryBlocks.clear();
    }

    private static void copy(FileChannel from, long position, FileChannel to) throws IOException {
        long at = position;
        long end = from.size();
        while (at < end) {
            at += from.transferTo(at, end - at, to);
        }
    }
}
