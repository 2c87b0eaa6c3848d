package dev.peregrine.server.folder;

import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.StreamStats;
import dev.peregrine.protocol.options.IpcWriteOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The far end of a get: keeps what was written as an IPC stream, and a line about each message. One thread. */
final class RecordingWriter implements FlightStreamWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final WriteChannel stream = new WriteChannel(Channels.newChannel(bytes));
    private final List<String> log = new ArrayList<>();
    private final boolean keep;
    private @Nullable Schema schema;
    private long bodyBytes;

    RecordingWriter() {
        this(true);
    }

    /** @param keep whether to keep the bytes, or only to count them */
    RecordingWriter(boolean keep) {
        this.keep = keep;
    }

    byte[] stream() {
        return bytes.toByteArray();
    }

    /** One line a message: its kind, its rows, its app_metadata. */
    List<String> log() {
        return log;
    }

    @Nullable
    Schema schema() {
        return schema;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    @Override
    public void use(IpcWriteOptions options) {
        throw new AssertionError("not as it is");
    }

    @Override
    public void begin(Schema schema) {
        begin(schema, new byte[0]);
    }

    @Override
    public void begin(Schema schema, byte[] metadata) {
        this.schema = schema;
        log.add("schema" + with(metadata));
        try {
            MessageSerializer.serialize(stream, schema);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(ArrowRecordBatch batch) {
        write(batch, new byte[0]);
    }

    @Override
    public void write(ArrowRecordBatch batch, byte[] metadata) {
        log.add("batch of " + batch.getLength() + with(metadata));
        bodyBytes += batch.computeBodyLength();
        if (keep) {
            try {
                MessageSerializer.serialize(stream, batch);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void write(ArrowDictionaryBatch dictionary) {
        write(dictionary, new byte[0]);
    }

    @Override
    public void write(ArrowDictionaryBatch dictionary, byte[] metadata) {
        log.add((dictionary.isDelta() ? "delta of " : "dictionary of ")
                + dictionary.getDictionary().getLength()
                + with(metadata));
        try {
            MessageSerializer.serialize(stream, dictionary);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void writeMetadata(byte[] metadata) {
        log.add("metadata" + with(metadata));
    }

    @Override
    public boolean isReady() {
        return true;
    }

    @Override
    public CompletableFuture<Void> whenReady(Executor executor) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void doneWriting() {}

    @Override
    public void begin(Schema schema, DictionaryProvider dictionaries) {
        throw new AssertionError("not as it is");
    }

    @Override
    public void begin(Schema schema, DictionaryProvider dictionaries, byte[] metadata) {
        throw new AssertionError("not as it is");
    }

    @Override
    public void write(VectorSchemaRoot root) {
        throw new AssertionError("not as it is");
    }

    @Override
    public void write(VectorSchemaRoot root, byte[] metadata) {
        throw new AssertionError("not as it is");
    }

    @Override
    public CompletableFuture<Void> lend(VectorSchemaRoot root) {
        throw new AssertionError("not as it is");
    }

    @Override
    public CompletableFuture<Void> lend(VectorSchemaRoot root, byte[] metadata) {
        throw new AssertionError("not as it is");
    }

    private static String with(byte[] metadata) {
        return metadata.length == 0 ? "" : " with " + new String(metadata, StandardCharsets.UTF_8);
    }

    @Override
    public StreamStats stats() {
        throw new UnsupportedOperationException();
    }
}
