package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.StreamStats;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.protocol.wire.compression.BodyCompressor;
import dev.peregrine.protocol.wire.dictionary.SentDictionaries;
import dev.peregrine.protocol.wire.split.RowParts;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.OutgoingCall;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. Sends batches as FlightData messages, on either end's call: the schema first, then the
 * dictionaries as they are needed, then the batches.
 *
 * @see FlightDataEncoder
 */
public final class MessageStreamWriter implements FlightStreamWriter, AutoCloseable {
    /** A root's body up to so many bytes is copied: to wait until the socket has it, and to be woken, takes longer. */
    static final int COPIED_ROOT = 64 << 10;

    /** The length before a compressed buffer, and what alignment makes of it. */
    private static final int MOST_ADDED_TO_A_BUFFER = 64;

    private static final byte[] NO_BYTES = {};

    private final OutgoingMessages messages;
    private final BufferAllocator allocator;

    private IpcWriteOptions options = IpcWriteOptions.DEFAULT;
    private OutgoingBatch batch = new OutgoingBatch();

    /** Null if bodies are not compressed. */
    private @Nullable BodyCompressor compressor;

    private @Nullable Schema schema;

    /** The schema that was found equal to {@link #schema} last: usually the one root's, each time. */
    private @Nullable Schema checked;

    private @Nullable SentDictionaries dictionaries;

    /** Whether the schema has dictionaries that are not ours to send. */
    private boolean passesOn;

    private boolean splits;
    private boolean done;

    private MessageStreamWriter(OutgoingMessages messages, BufferAllocator allocator) {
        this.messages = messages;
        this.allocator = allocator;
    }

    /**
     * A client's writer; {@link #doneWriting} half-closes the call.
     *
     * @param outcome how the call ends; it has to be the call's listener
     * @param allocator lent, not closed; copies of dictionaries come from it
     * @param descriptor goes with the first message; null for none
     * @param sizeLimit largest message, bytes; 0 for no limit
     */
    public static MessageStreamWriter client(
            OutgoingCall call,
            CallOutcome outcome,
            BufferAllocator allocator,
            @Nullable FlightDescriptor descriptor,
            long sizeLimit) {
        return new MessageStreamWriter(new OutgoingMessages(call, outcome, descriptor, sizeLimit), allocator);
    }

    /** A server's writer; {@link #doneWriting} only marks the end, the server finishes the call. */
    public static MessageStreamWriter server(IncomingCall call, CallOutcome outcome, BufferAllocator allocator) {
        return new MessageStreamWriter(new OutgoingMessages(call, outcome, null, 0), allocator);
    }

    /**
     * Sends the descriptor alone, if it has not gone with a message yet: a client of DoExchange that reads before it
     * writes. No effect otherwise.
     */
    public void sendDescriptor() {
        messages.sendDescriptor();
    }

    /** Whether batches above the size limit go out in parts, by rows, instead of being refused. */
    public void splitLargeBatches(boolean split) {
        splits = split;
    }

    @Override
    public void use(IpcWriteOptions options) {
        checkNotBegun();
        if (compressor != null) {
            compressor.close();
            compressor = null;
        }
        if (options.compression() != BodyCompression.NONE) {
            compressor = new BodyCompressor(options, allocator);
        }
        this.options = options;
        this.batch = new OutgoingBatch(options);
    }

    @Override
    public void begin(Schema schema) {
        begin(schema, NO_BYTES);
    }

    @Override
    public void begin(Schema schema, byte[] metadata) {
        checkNotBegun();
        messages.send(header(schema), metadata);
        this.schema = schema;
        batch.begin(schema.getFields());
        this.passesOn = hasDictionary(schema.getFields());
    }

    private ByteBuffer header(Schema schema) {
        return MessageSerializer.serializeMetadata(schema, new IpcOption(false, options.version()));
    }

    private static boolean hasDictionary(List<Field> fields) {
        return fields.stream().anyMatch(field -> field.getDictionary() != null || hasDictionary(field.getChildren()));
    }

    @Override
    public void begin(Schema schema, DictionaryProvider dictionaries) {
        begin(schema, dictionaries, NO_BYTES);
    }

    @Override
    public void begin(Schema schema, DictionaryProvider dictionaries, byte[] metadata) {
        checkNotBegun();
        Set<Long> ids = new LinkedHashSet<>();
        List<Field> fields = new ArrayList<>(schema.getFields().size());
        for (Field field : schema.getFields()) {
            fields.add(DictionaryUtility.toMessageFormat(field, dictionaries, ids));
        }
        Schema message = new Schema(fields, schema.getCustomMetadata());
        messages.send(header(message), metadata);
        this.schema = schema;
        batch.begin(message.getFields());
        if (!ids.isEmpty()) {
            this.dictionaries = new SentDictionaries(dictionaries, schema.getFields(), allocator, options.deltas());
        }
    }

    @Override
    public void write(VectorSchemaRoot root) {
        write(root, NO_BYTES);
    }

    @Override
    public void write(VectorSchemaRoot root, byte[] metadata) {
        prepare(root);
        batch.fill(root);
        if (isToBeSplit(batch, metadata)) {
            sendPartsAndAwait(root, metadata);
            return;
        }
        if (compressor != null) {
            send(batch, metadata);
            return;
        }
        try {
            if (batch.bodyLength() <= COPIED_ROOT) {
                messages.send(batch, metadata);
            } else {
                sendAndAwait(metadata);
            }
        } finally {
            batch.clear();
        }
    }

    private void sendAndAwait(byte[] metadata) {
        CountDownLatch back = new CountDownLatch(1);
        Loan loan = new Loan(back::countDown);
        try {
            messages.send(batch, metadata, loan);
        } finally {
            loan.complete();
        }
        messages.awaitReturn(back);
    }

    @Override
    public void write(ArrowRecordBatch batch) {
        write(batch, NO_BYTES);
    }

    @Override
    public void write(ArrowRecordBatch batch, byte[] metadata) {
        prepare(null);
        this.batch.fill(batch);
        if (schema != null && !passesOn && !this.batch.isCompressed() && isToBeSplit(this.batch, metadata)) {
            this.batch.clear();
            try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator)) {
                new VectorLoader(root).load(batch);
                sendParts(root, metadata, new Loan(() -> {}));
            }
            return;
        }
        send(this.batch, metadata);
    }

    private boolean isToBeSplit(OutgoingBatch filled, byte[] metadata) {
        return splits && messages.sizeLimit() > 0 && mostBytes(filled, metadata) > messages.sizeLimit();
    }

    /** What the message may have at most: compressed, a buffer may become a little larger. */
    private long mostBytes(OutgoingBatch filled, byte[] metadata) {
        long size = messages.size(filled, metadata);
        return compressor == null ? size : size + (long) MOST_ADDED_TO_A_BUFFER * filled.bufferCount();
    }

    /** Sends the rows in messages that fit, the metadata with the first; nothing if a row alone does not fit. */
    private void sendParts(VectorSchemaRoot root, byte[] metadata, Loan loan) {
        long actual = mostBytes(batch.fill(root), metadata);
        RowParts.Size size = (part, isFirst) -> mostBytes(batch.fill(part), isFirst ? metadata : NO_BYTES);
        try (RowParts parts = RowParts.of(root, actual, size, messages.sizeLimit())) {
            byte[] rest = metadata;
            for (VectorSchemaRoot part : parts.roots()) {
                batch.fill(part);
                if (compressor == null) {
                    messages.send(batch, rest, loan);
                } else {
                    sendCompressed(batch, rest, compressor);
                }
                rest = NO_BYTES;
            }
        } finally {
            batch.clear();
            loan.complete();
        }
    }

    /** The same, and waits until the root's memory is no longer in use, however it ends. */
    private void sendPartsAndAwait(VectorSchemaRoot root, byte[] metadata) {
        CountDownLatch back = new CountDownLatch(1);
        try {
            sendParts(root, metadata, new Loan(back::countDown));
        } finally {
            messages.awaitReturn(back);
        }
    }

    @Override
    public void write(ArrowDictionaryBatch dictionary) {
        write(dictionary, NO_BYTES);
    }

    @Override
    public void write(ArrowDictionaryBatch dictionary, byte[] metadata) {
        prepare(null);
        if (dictionaries != null) {
            throw new IllegalStateException(
                    "the stream began with a provider of dictionaries, which are sent by themselves");
        }
        send(batch.fill(dictionary), metadata);
    }

    /** Sends what keeps its values as they are, so that nobody has to wait for the loan's end. */
    private void send(OutgoingBatch filled, byte[] metadata) {
        try {
            if (compressor == null || filled.isCompressed()) {
                messages.send(filled, metadata, new Loan(() -> {}));
            } else {
                sendCompressed(filled, metadata, compressor);
            }
        } finally {
            filled.clear();
        }
    }

    /** What is compressed is a copy, so nobody has to wait until it is sent. */
    private void sendCompressed(OutgoingBatch filled, byte[] metadata, BodyCompressor by) {
        try (BodyCompressor.Body body = by.begin(filled.bufferCount(), filled.bodyLength())) {
            for (int i = 0; i < filled.bufferCount(); i++) {
                body.add(filled.buffer(i));
            }
            body.trim();
            filled.replaceBuffers(body, by.code());
            messages.send(filled, metadata, new Loan(() -> {}));
        } catch (OutOfMemoryException e) {
            throw FlightResourceExhaustedException.of(
                    "no memory to compress a batch; raise the allocator's limit or write smaller batches", e);
        }
    }

    @Override
    public CompletableFuture<Void> lend(VectorSchemaRoot root) {
        return lend(root, NO_BYTES);
    }

    @Override
    public CompletableFuture<Void> lend(VectorSchemaRoot root, byte[] metadata) {
        prepare(root);
        if (isToBeSplit(batch.fill(root), metadata)) {
            CompletableFuture<Void> all = new CompletableFuture<>();
            sendParts(root, metadata, new Loan(() -> messages.returned(all)));
            return all;
        }
        if (compressor != null) {
            send(batch, metadata);
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> returned = new CompletableFuture<>();
        Loan loan = new Loan(() -> messages.returned(returned));
        try {
            messages.send(batch.fill(root), metadata, loan);
            loan.complete();
        } finally {
            batch.clear();
        }
        return returned;
    }

    @Override
    public StreamStats stats() {
        return messages.stats();
    }

    @Override
    public boolean isReady() {
        return messages.isReady();
    }

    @Override
    public CompletableFuture<Void> whenReady(Executor executor) {
        return messages.whenReady(executor);
    }

    @Override
    public void writeMetadata(byte[] metadata) {
        checkNotDone();
        messages.sendMetadata(metadata);
    }

    @Override
    public void doneWriting() {
        if (done) {
            return;
        }
        done = true;
        close();
        messages.end();
    }

    /** Frees the copies of the dictionaries and the codec. Sends nothing, does not end the call. Idempotent. */
    @Override
    public void close() {
        if (dictionaries != null) {
            dictionaries.close();
        }
        if (compressor != null) {
            compressor.close();
        }
    }

    private void checkNotBegun() {
        checkNotDone();
        if (schema != null) {
            throw new IllegalStateException("begin was called before; a stream has one schema");
        }
    }

    private void checkNotDone() {
        if (done) {
            throw new IllegalStateException("doneWriting was called: nothing can be written any more");
        }
    }

    /** Before a batch: is its schema the stream's, and does the peer have its dictionaries? */
    private void prepare(@Nullable VectorSchemaRoot root) {
        checkNotDone();
        if (schema == null) {
            throw new IllegalStateException("begin has to be called with the schema before a batch is written");
        }
        if (root != null) {
            if (passesOn) {
                throw new IllegalStateException(
                        "the schema has dictionaries: to write roots, begin with their provider");
            }
            checkSchema(schema, root.getSchema());
        }
        if (dictionaries != null) {
            dictionaries.update(this::sendDictionary);
        }
    }

    @SuppressWarnings("ReferenceEquality") // Comparing wide schemas takes longer than sending small batches.
    private void checkSchema(Schema begun, Schema written) {
        if (written == checked) {
            return;
        }
        if (!written.equals(begun)) {
            throw new IllegalArgumentException("the root's schema is not the one the stream began with: it has "
                    + written + ", the stream " + begun);
        }
        checked = written;
    }

    private void sendDictionary(long id, boolean isDelta, ArrowRecordBatch values) {
        // Not closed: the values are not ours, and the batch holds nothing else.
        send(batch.fill(new ArrowDictionaryBatch(id, values, isDelta)), NO_BYTES);
    }
}
