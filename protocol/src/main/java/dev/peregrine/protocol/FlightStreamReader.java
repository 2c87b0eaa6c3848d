package dev.peregrine.protocol;

import dev.peregrine.protocol.options.IpcReadOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time, but {@link #cancel} from any. A stream of record batches as it comes in: the result of a DoGet, the
 * answer of a DoExchange, or, on the server, what a client puts.
 *
 * <pre>{@code
 * try (FlightStreamReader reader = client.doGet(ticket)) {
 *     VectorSchemaRoot root = reader.root();
 *     while (reader.next()) {
 *         rows += root.getRowCount();
 *     }
 * }
 * }</pre>
 *
 * <p>Methods that wait throw the call's failure as a {@link dev.peregrine.protocol.error.FlightException}. A thread that
 * is interrupted while it waits cancels the call, keeps its interrupt flag and gets a {@link
 * dev.peregrine.protocol.error.FlightCancelledException}.
 */
public interface FlightStreamReader extends AutoCloseable {
    /**
     * How the batches of this stream are read: which columns, aligned how, within which limits. Before anything but {@link
     * #descriptor} is asked for; on a client better with the call's options, so that it counts from the first message on.
     * The schema and the root are then those of the fields that are read.
     */
    void use(IpcReadOptions options);

    /**
     * Waits for the schema. Dictionary-encoded fields have the type of their indices here, as in {@link #root}.
     *
     * @throws dev.peregrine.protocol.error.FlightInternalException the peer ended the stream without a schema
     */
    Schema schema();

    /**
     * Waits for the schema and returns the one root of this stream, which {@link #next} fills anew. It is this reader's:
     * {@link #close} frees it. Its vectors may be transferred away; the next batch brings new buffers.
     */
    VectorSchemaRoot root();

    /**
     * Hands over the batch that {@link #next} took last, as a root of its own: the caller's to close, and as it is however
     * the stream goes on. {@link #root} is empty then, until the next batch. Costs no copy. Dictionaries stay this
     * reader's.
     */
    VectorSchemaRoot takeRoot();

    /**
     * Waits for the next message and loads it into {@link #root}. After a message of app_metadata alone, {@link #hasData}
     * is false and the root has no rows. Dictionaries are loaded on the way; app_metadata on their messages is passed over,
     * since some peers repeat there what the batch has. {@link #nextMessage} has it.
     *
     * @return false at the end of the stream
     */
    boolean next();

    /**
     * Whether {@link #next} would return, or throw, without waiting. Together with {@link #whenReady} this reads a stream
     * without a thread that waits:
     *
     * <pre>{@code
     * void read(FlightStreamReader reader) {
     *     while (reader.isReady()) {
     *         if (!reader.next()) {
     *             reader.close();
     *             return;
     *         }
     *         use(reader.root());
     *     }
     *     reader.whenReady(executor).thenRun(() -> read(reader));
     * }
     * }</pre>
     */
    boolean isReady();

    /**
     * A future that is done when {@link #isReady}; now, or later on a thread of {@code executor}, never on an event loop. Until
     * then this reader may only be cancelled. The peer stops sending when what nobody has taken fills the call's window.
     */
    CompletableFuture<Void> whenReady(Executor executor);

    /** Whether the message that {@link #next} took last had a record batch. */
    boolean hasData();

    /** The app_metadata of the message that was taken last; empty if it had none. */
    byte[] metadata();

    /** Waits for the schema and returns the app_metadata that came with it; empty if there was none. */
    byte[] schemaMetadata();

    /**
     * Waits for the first message and returns the descriptor in it; null if it had none. Only clients send them. A client
     * may send its descriptor before any schema, so this may return before {@link #schema} would.
     */
    @Nullable
    FlightDescriptor descriptor();

    /** The dictionaries as of the batch that was taken last, by their ids. They are this reader's. */
    DictionaryProvider dictionaries();

    /**
     * Waits for the next record batch without loading it into the root; messages of app_metadata alone are passed over.
     * Dictionaries are loaded as with {@link #next}, and compressed buffers are decompressed.
     *
     * @return the batch, which is the caller's to close; null at the end of the stream
     */
    @Nullable
    ArrowRecordBatch nextBatch();

    /**
     * Waits for the schema. In the form it has on the wire: a dictionary-encoded field has the type of its values.
     *
     * @throws dev.peregrine.protocol.error.FlightInternalException the peer ended the stream without a schema
     */
    Schema messageSchema();

    /**
     * Waits for the next message and loads nothing: neither the root nor the dictionaries change, and compressed buffers
     * stay compressed. For proxies and stores, which pass on what comes in. Use either this or {@link #next} and {@link
     * #nextBatch} on one stream.
     *
     * <p>The schema counts as a message here, unless {@link #messageSchema} has waited for it before: whoever passes on
     * must know when it comes, and app_metadata alone may come before it.
     *
     * @return false at the end of the stream, also of one that has no message at all
     */
    boolean nextMessage();

    /**
     * What {@link #nextMessage} took last: an {@link ArrowRecordBatch} or an {@link
     * org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch}; null after the schema and after app_metadata alone. Lent
     * until the next message or {@link #close}.
     */
    @Nullable
    ArrowMessage message();

    /** What was taken so far. Does not wait. */
    StreamStats stats();

    /** Whether the schema has come. Does not wait. */
    boolean hasSchema();

    /** Any thread. Tells the peer to stop and makes every wait end. {@link #close} is still to be called. */
    void cancel();

    /**
     * Frees the root, the dictionaries and what still waits. On a client it cancels the call unless it is over; on a
     * server it only drops what the client still sends, since the method's end is the call's end. Idempotent.
     */
    @Override
    void close();
}
