package dev.peregrine.protocol.ipc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. An Arrow IPC message's flatbuffer, read with care: flatbuffers trust their offsets, so broken ones end in
 * all kinds of runtime exceptions. All that is read of a peer's flatbuffer is read through here or inside {@link #reading}.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc">Arrow
 *     IPC</a>
 */
public final class IpcHeader {
    /** Reads something out of a flatbuffer. */
    @FunctionalInterface
    public interface Reading<T> {
        T read();
    }

    /** The peer sent a flatbuffer that is none, or that says what cannot be. */
    public static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        public Malformed(String message) {
            super(message);
        }

        public Malformed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Bytes: the offset in its parent's vector, the offset of its vtable, and those of its name and type. */
    private static final int SMALLEST_FIELD = 16;

    private static final String OLD_COMPRESSION = "ARROW:experimental_compression";

    /** Fields within fields; what C++ accepts by default is 64. */
    private static final int DEEPEST_FIELD = 128;

    private final Message message;

    /** Once somebody has asked for it. */
    private @Nullable RecordBatch batch;

    /** What {@link #unreadable()} says. */
    private @Nullable String unreadable;

    private IpcHeader(Message message) {
        this.message = message;
    }

    public static IpcHeader of(byte[] flatbuffer) throws Malformed {
        ByteBuffer bytes = ByteBuffer.wrap(flatbuffer).order(ByteOrder.LITTLE_ENDIAN);
        IpcHeader header = new IpcHeader(reading(() -> Message.getRootAsMessage(bytes)));
        reading(header.message::headerType);
        reading(header.message::version);
        try {
            header.unreadable = header.whyUnreadable();
        } catch (RuntimeException | AssertionError e) {
            throw broken(e);
        }
        return header;
    }

    /** Turns what a broken flatbuffer throws into one exception. */
    public static <T> T reading(Reading<T> reading) throws Malformed {
        try {
            return reading.read();
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            throw broken(e);
        }
    }

    /** What {@link #reading} throws, for a {@code cause} that was caught elsewhere. */
    public static Malformed broken(Throwable cause) {
        return new Malformed("the Arrow IPC header is broken: " + cause, cause);
    }

    public Message message() {
        return message;
    }

    /** One of {@link org.apache.arrow.flatbuf.MetadataVersion}'s numbers. */
    public short version() {
        return message.version();
    }

    /**
     * Why a message of this version cannot be read; null if it can. Each message has a version of its own, and a stream's
     * need not all be the same.
     */
    public @Nullable String unreadable() {
        return unreadable;
    }

    private @Nullable String whyUnreadable() {
        short version = version();
        if (version == MetadataVersion.V5) {
            return null;
        }
        if (version != MetadataVersion.V4) {
            String name = version >= 0 && version < MetadataVersion.names.length
                    ? MetadataVersion.name(version)
                    : "number " + version;
            return "a message has the metadata version " + name + " of Arrow; V4 and V5 can be read here";
        }
        // V4 has no compression. Arrow 0.17 tried one out, and said so here alone.
        for (int i = 0; i < message.customMetadataLength(); i++) {
            KeyValue pair = message.customMetadata(i);
            if (pair != null && OLD_COMPRESSION.equals(pair.key())) {
                return "a message is compressed as Arrow 0.17 did, with " + pair.value()
                        + "; only the compression of metadata version V5 can be read here";
            }
        }
        return null;
    }

    /** One of {@link MessageHeader}'s numbers. */
    public byte type() {
        return message.headerType();
    }

    /** The type's name, also for numbers that Arrow does not define. */
    public String typeName() {
        byte type = type();
        return type >= 0 && type < MessageHeader.names.length ? MessageHeader.name(type) : "type " + type;
    }

    public long bodyLength() throws Malformed {
        return reading(message::bodyLength);
    }

    /** The dictionary batch; the header must be one. */
    public DictionaryBatch dictionaryBatch() throws Malformed {
        return reading(() -> present((DictionaryBatch) message.header(new DictionaryBatch())));
    }

    /** The id of the dictionary; the header must be that of one. */
    public long dictionaryId() throws Malformed {
        return reading(dictionaryBatch()::id);
    }

    /** The record batch, be it a dictionary's; null in a header of another type. */
    public @Nullable RecordBatch recordBatch() throws Malformed {
        if (batch == null) {
            batch = readRecordBatch();
        }
        return batch;
    }

    private @Nullable RecordBatch readRecordBatch() throws Malformed {
        return switch (type()) {
            case MessageHeader.RecordBatch -> reading(() -> present((RecordBatch) message.header(new RecordBatch())));
            case MessageHeader.DictionaryBatch -> {
                DictionaryBatch dictionary = dictionaryBatch();
                yield reading(() -> present(dictionary.data()));
            }
            default -> null;
        };
    }

    /**
     * The schema; the header must be that of one. What is read of it is read inside {@link #reading}.
     *
     * <p>Offsets may point to the same table many times, so that few bytes make a tree without end. A field takes more
     * than {@value #SMALLEST_FIELD} bytes; a schema with more fields than could lie side by side is refused.
     */
    public Schema schema() throws Malformed {
        return reading(() -> {
            Schema schema = present((Schema) message.header(new Schema()));
            int left = 1 + message.getByteBuffer().capacity() / SMALLEST_FIELD;
            for (int i = 0; i < schema.fieldsLength(); i++) {
                left = countDown(present(schema.fields(i)), left, 0);
            }
            return schema;
        });
    }

    private static int countDown(Field field, int most, int depth) {
        if (most == 0 || depth == DEEPEST_FIELD) {
            throw new IllegalStateException("the schema has more fields, or deeper ones, than its bytes can hold");
        }
        int left = most - 1;
        for (int i = 0; i < field.childrenLength(); i++) {
            left = countDown(present(field.children(i)), left, depth + 1);
        }
        return left;
    }

    private static <T> T present(@Nullable T table) {
        if (table == null) {
            throw new IllegalStateException("a table is missing");
        }
        return table;
    }
}
