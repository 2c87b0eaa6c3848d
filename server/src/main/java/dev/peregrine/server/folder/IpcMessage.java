package dev.peregrine.server.folder;

import java.io.IOException;
import java.util.Locale;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * One encapsulated message in a file: where it lies, and its metadata. The body has not been read. Any thread.
 *
 * <pre>
 *   FF FF FF FF   length   metadata (flatbuffer, padded)   body (padded)
 *   |                                                      |            |
 *   position                                               bodyPosition next()
 * </pre>
 *
 * <p>The first four bytes are missing in files from before Arrow 0.15.
 *
 * @param position in bytes from the start of the file
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format">the format</a>
 */
record IpcMessage(long position, Message metadata, long bodyPosition, long bodyLength) {

    long next() {
        return bodyPosition + bodyLength;
    }

    boolean isSchema() {
        return metadata.headerType() == MessageHeader.Schema;
    }

    boolean isRecordBatch() {
        return metadata.headerType() == MessageHeader.RecordBatch;
    }

    boolean isDictionaryBatch() {
        return metadata.headerType() == MessageHeader.DictionaryBatch;
    }

    String kind() {
        byte type = metadata.headerType();
        return type >= 0 && type < MessageHeader.names.length
                ? MessageHeader.name(type).toLowerCase(Locale.ROOT)
                : "message of unknown type " + type;
    }

    /** Records in a record batch. */
    long records() throws ArrowFormatException {
        long records = recordBatch().length();
        if (records < 0) {
            throw broken("its record count is " + records);
        }
        return records;
    }

    /** Fails if this is no message that can be served: its version, its kind and its length are checked. */
    void check(long fileSize) throws ArrowFormatException {
        short version = metadata.version();
        if (version != MetadataVersion.V4 && version != MetadataVersion.V5) {
            throw broken("its metadata has version number " + version + "; only V4 and V5 are known");
        }
        if (bodyLength < 0 || bodyLength > fileSize - bodyPosition) {
            throw new ArrowFormatException("the file is cut short: the message at byte " + position + " has a body of "
                    + bodyLength + " bytes at " + bodyPosition + ", but the file ends at " + fileSize);
        }
    }

    /**
     * The message with its body, as it is: compressed buffers stay compressed. Fails without freeing the body if the
     * metadata does not fit it.
     *
     * @param body taken if this succeeds: the message owns it
     */
    ArrowMessage with(ArrowBuf body) throws ArrowFormatException {
        checkBuffers(body.capacity());
        try {
            return isDictionaryBatch()
                    ? dictionaryWith(body)
                    : MessageSerializer.deserializeRecordBatch(recordBatch(), body);
        } catch (ArrowFormatException e) {
            throw e;
        } catch (IOException e) {
            throw broken("" + e.getMessage());
        }
    }

    private ArrowDictionaryBatch dictionaryWith(ArrowBuf body) throws IOException {
        ArrowRecordBatch values = MessageSerializer.deserializeRecordBatch(recordBatch(), body);
        DictionaryBatch header = dictionaryBatch();
        return new ArrowDictionaryBatch(header.id(), values, header.isDelta());
    }

    /** The regions must lie inside the body, or a broken file would show other memory of this process. */
    private void checkBuffers(long capacity) throws ArrowFormatException {
        RecordBatch batch = recordBatch();
        for (int i = 0; i < batch.buffersLength(); i++) {
            long offset = batch.buffers(i).offset();
            long length = batch.buffers(i).length();
            if (offset < 0 || length < 0 || offset > capacity || length > capacity - offset) {
                throw broken("buffer " + i + " (" + length + " bytes at " + offset
                        + ") does not lie inside the body of " + capacity + " bytes");
            }
        }
    }

    private RecordBatch recordBatch() throws ArrowFormatException {
        Object header = isDictionaryBatch() ? dictionaryBatch().data() : metadata.header(new RecordBatch());
        if (header instanceof RecordBatch batch) {
            return batch;
        }
        throw broken("it has no record batch");
    }

    private DictionaryBatch dictionaryBatch() throws ArrowFormatException {
        if (metadata.header(new DictionaryBatch()) instanceof DictionaryBatch batch) {
            return batch;
        }
        throw broken("it has no dictionary batch");
    }

    private ArrowFormatException broken(String what) {
        return new ArrowFormatException("the message at byte " + position + " is broken: " + what);
    }
}
