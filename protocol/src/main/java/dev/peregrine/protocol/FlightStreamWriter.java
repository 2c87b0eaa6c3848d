package dev.peregrine.protocol;

import dev.peregrine.protocol.options.IpcWriteOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One thread at a time. A stream of record batches as it goes out: what a client puts or exchanges, or what a server
 * answers with. {@link #begin} comes first, then batches, then {@link #doneWriting}.
 *
 * <p>Whose memory is it after a write? There are three answers:
 *
 * <ul>
 *   <li>{@link #write(VectorSchemaRoot)}: the caller's again as soon as it returns. A small batch is copied; with a large
 *       one it waits until the socket has taken it.
 *   <li>{@link #write(ArrowRecordBatch)}: the writer keeps a reference of its own to the immutable batch and returns at
 *       once; the caller may close the batch.
 *   <li>{@link #lend}: the caller must leave the root's memory alone until the future is done.
 * </ul>
 *
 * <p>All of them wait while the peer reads more slowly than this end writes. When the call has failed, writing throws its
 * failure, the peer's status if that is the reason, as a {@link dev.peregrine.protocol.error.FlightException}. A thread
 * that is interrupted while it waits cancels the call, keeps its interrupt flag and gets a {@link
 * dev.peregrine.protocol.error.FlightCancelledException}.
 *
 * <p>A message larger than the writer's limit, if it has one, is refused with a {@link
 * dev.peregrine.protocol.error.FlightWriteSizeExceededException}: nothing of it was sent and the writer is as it was.
 */
public interface FlightStreamWriter {
    /**
     * How the batches of this stream are written, instead of what the client or the server was built with. Before {@link
     * #begin}.
     *
     * @throws IllegalStateException a codec's library is not on the class path
     */
    void use(IpcWriteOptions options);

    /**
     * Sends the schema as it is. Once only. If it has dictionaries, this is for those who pass messages on: the schema is in
     * the form it has on the wire, a dictionary-encoded field with the type of its values, and the dictionaries are sent
     * with {@link #write(ArrowDictionaryBatch)}.
     */
    void begin(Schema schema);

    /** {@link #begin(Schema)} with app_metadata on the schema message. */
    void begin(Schema schema, byte[] metadata);

    /**
     * Sends the schema, and the dictionaries with the first batch. Once only.
     *
     * @param dictionaries lent until the end of the stream. Before each batch they are compared with what was sent last;
     *     one that has changed, refilled in place or exchanged, is sent again and replaces the peer's. That costs a copy
     *     of each dictionary, and reading it once a batch.
     */
    void begin(Schema schema, DictionaryProvider dictionaries);

    /** {@link #begin(Schema, DictionaryProvider)} with app_metadata on the schema message. */
    void begin(Schema schema, DictionaryProvider dictionaries, byte[] metadata);

    /** Sends a batch; the root is the caller's when this returns. */
    void write(VectorSchemaRoot root);

    /** Sends a batch with app_metadata; the root is the caller's when this returns. */
    void write(VectorSchemaRoot root, byte[] metadata);

    /** Sends a batch of this stream's schema; keeps references of its own to the buffers. */
    void write(ArrowRecordBatch batch);

    /** Sends a batch of this stream's schema with app_metadata; keeps references of its own to the buffers. */
    void write(ArrowRecordBatch batch, byte[] metadata);

    /**
     * Sends a dictionary as it is: the first of its id, one that replaces it, or a delta. Keeps references of its own to the
     * buffers. After {@link #begin(Schema)} only.
     */
    void write(ArrowDictionaryBatch dictionary);

    /** {@link #write(ArrowDictionaryBatch)} with app_metadata. */
    void write(ArrowDictionaryBatch dictionary, byte[] metadata);

    /**
     * Sends a batch from the root's own memory, which must not change until the future is done. The future is done in any
     * case, with the call's failure if the batch was not sent; it is completed by an event loop, so what follows it must
     * not block.
     */
    CompletableFuture<Void> lend(VectorSchemaRoot root);

    /** {@link #lend(VectorSchemaRoot)} with app_metadata. */
    CompletableFuture<Void> lend(VectorSchemaRoot root, byte[] metadata);

    /**
     * Whether a write would begin without waiting: less is queued than the peer should be ahead of, or the call is over and it
     * would throw. {@link #lend} and {@link #write(ArrowRecordBatch)} do not wait at all then, {@link
     * #write(VectorSchemaRoot)} with a large batch does.
     */
    boolean isReady();

    /**
     * A future that is done when {@link #isReady}; now, or later on a thread of {@code executor}, never on an event loop.
     */
    CompletableFuture<Void> whenReady(Executor executor);

    /** What was sent so far. */
    StreamStats stats();

    /** Sends app_metadata alone. May come before {@link #begin}. */
    void writeMetadata(byte[] metadata);

    /** Says that nothing follows. Idempotent. On a server this is optional: the end of the handler says it too. */
    void doneWriting();
}
