package dev.peregrine.server.folder;

import dev.peregrine.protocol.MessageSchema;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.validate.MetadataV4UnionChecker;
import org.jspecify.annotations.Nullable;

/**
 * An open Arrow IPC file or stream. One thread at a time.
 *
 * <p>Reads what it is asked for and no more: a message's metadata, or one body. Which of the two formats it is, the
 * first bytes say, whatever the file's ending.
 *
 * <pre>
 *   stream:  schema  message*  (FF FF FF FF 00 00 00 00)?
 *   file:    "ARROW1" 00 00  stream  footer  footer length (4 bytes)  "ARROW1"
 * </pre>
 *
 * <p>In a file the footer counts: it may list the messages in another order than they lie in, and leave some out.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format">the formats</a>
 */
final class IpcFile implements Closeable {

    /** What is in the file; the names are what the stat action shows. */
    enum Format {
        FILE,
        STREAM
    }

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FEATHER_V1 = "FEA1".getBytes(StandardCharsets.US_ASCII);
    private static final int START_OF_FILE = 8;
    private static final int END_OF_FILE = 4 + MAGIC.length;
    private static final int CONTINUATION = -1;

    /** In bytes. Metadata grows with columns, not with rows: this is enough for a million of them. */
    private static final int MAX_METADATA = 128 << 20;

    /** In bytes. Longer footers (some 40,000 batches) are mapped, not held on the heap. */
    private static final int MAX_FOOTER_ON_HEAP = 1 << 20;

    /** In bytes. A message carries at most 2 GiB, less what its head needs. */
    private static final long MAX_BODY = Integer.MAX_VALUE - (1L << 20);

    /** In bytes. Several small messages come with one read. */
    private static final int WINDOW = 16 << 10;

    private final FileChannel channel;
    private final long size;
    private ByteBuffer window = ByteBuffer.allocate(0);
    private long windowStart;

    private final Format format;
    private final @Nullable Footer footer;
    private final Schema schema;
    private final long firstMessage;

    private IpcFile(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        this.format = detect();
        if (format == Format.FILE) {
            footer = readFooter();
            schema = schema(footer.schema(), footer.version());
            firstMessage = START_OF_FILE;
        } else {
            footer = null;
            IpcMessage first = messageAt(0);
            if (first == null || !first.isSchema()) {
                throw new ArrowFormatException("the stream begins with a " + (first == null ? "its end" : first.kind())
                        + ", not with a schema");
            }
            schema = schema(
                    (org.apache.arrow.flatbuf.@Nullable Schema)
                            first.metadata().header(new org.apache.arrow.flatbuf.Schema()),
                    first.metadata().version());
            firstMessage = first.next();
        }
    }

    /** Opens a file and reads its schema; nothing stays open if that fails. */
    static IpcFile open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new IpcFile(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        } catch (RuntimeException e) {
            // The accessors of a flatbuffer that lies fail in a dozen ways.
            channel.close();
            throw new ArrowFormatException("its metadata is broken", e);
        }
    }

    Format format() {
        return format;
    }

    /** In bytes. */
    long size() {
        return size;
    }

    /** As it stands in the file: a field with a dictionary has the type of its values. */
    Schema schema() {
        return schema;
    }

    /** Where the messages after the schema begin; for a stream. */
    long firstMessage() {
        return firstMessage;
    }

    /** The footer; for a file. */
    Footer footer() {
        if (footer == null) {
            throw new IllegalStateException("a stream has no footer");
        }
        return footer;
    }

    /** The message that a block of the footer points to. */
    IpcMessage message(Block block) throws IOException {
        IpcMessage message = messageAt(block.offset());
        if (message == null) {
            throw new ArrowFormatException("the footer points to byte " + block.offset() + ", where no message is");
        }
        return message;
    }

    /** The message at a position in bytes, null at the end of the stream. Its body is not read. */
    @Nullable
    IpcMessage messageAt(long position) throws IOException {
        if (position == size) {
            return null;
        }
        if (position < 0 || position > size - 4) {
            throw cutShort(position);
        }
        long start = position + 4;
        int length = bytes(position, 4).getInt(0);
        if (length == CONTINUATION) {
            if (start > size - 4) {
                throw cutShort(position);
            }
            length = bytes(start, 4).getInt(0);
            start += 4;
        }
        if (length == 0) {
            return null;
        }
        if (length < 0 || length > MAX_METADATA) {
            throw new ArrowFormatException(
                    "the message at byte " + position + " is broken: its metadata would have " + length + " bytes");
        }
        if (start > size - length) {
            throw cutShort(position);
        }
        try {
            Message metadata = Message.getRootAsMessage(bytes(start, length));
            IpcMessage message = new IpcMessage(position, metadata, start + length, metadata.bodyLength());
            message.check(size);
            return message;
        } catch (RuntimeException e) {
            throw new ArrowFormatException("the metadata of the message at byte " + position + " is broken", e);
        }
    }

    /** Reads a message's body. The caller owns the result. */
    ArrowMessage read(IpcMessage message, BufferAllocator allocator) throws IOException {
        if (message.bodyLength() > MAX_BODY) {
            throw new ArrowFormatException(
                    "the " + message.kind() + " at byte " + message.position() + " has " + message.bodyLength()
                            + " bytes, more than a message carries (2 GiB); write it in smaller batches");
        }
        ArrowBuf body = allocator.buffer(message.bodyLength());
        boolean taken = false;
        try {
            readBody(message, body);
            ArrowMessage whole = message.with(body);
            taken = true;
            return whole;
        } catch (RuntimeException e) {
            throw new ArrowFormatException("the message at byte " + message.position() + " is broken", e);
        } finally {
            if (!taken) {
                body.close();
            }
        }
    }

    private void readBody(IpcMessage message, ArrowBuf body) throws IOException {
        int length = (int) message.bodyLength();
        ByteBuffer into = body.nioBuffer(0, length);
        long offset = message.bodyPosition() - windowStart;
        if (offset >= 0 && offset + length <= window.limit()) {
            into.put(window.slice((int) offset, length));
        } else {
            readFully(into, message.bodyPosition());
        }
        body.writerIndex(length);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private Format detect() throws IOException {
        if (size < 8) {
            throw new ArrowFormatException("it is no Arrow file: it has only " + size + " bytes");
        }
        byte[] start = new byte[MAGIC.length];
        bytes(0, start.length).get(start);
        if (Arrays.equals(start, MAGIC)) {
            return Format.FILE;
        }
        if (Arrays.equals(start, 0, FEATHER_V1.length, FEATHER_V1, 0, FEATHER_V1.length)) {
            throw new ArrowFormatException(
                    "it is in the old Feather V1 format; write it anew in Feather V2, which is the Arrow IPC file format");
        }
        int length = bytes(0, 4).getInt(0);
        if (length != CONTINUATION && (length <= 0 || length > MAX_METADATA || length > size - 4)) {
            throw new ArrowFormatException(
                    "it is no Arrow file: it begins neither with ARROW1 nor with the schema of an IPC stream");
        }
        return Format.STREAM;
    }

    private Footer readFooter() throws IOException {
        if (size < START_OF_FILE + END_OF_FILE) {
            throw noFooter();
        }
        ByteBuffer end = bytes(size - END_OF_FILE, END_OF_FILE);
        int length = end.getInt();
        byte[] magic = new byte[MAGIC.length];
        end.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw noFooter();
        }
        long start = size - END_OF_FILE - length;
        if (length <= 0 || start < START_OF_FILE) {
            throw new ArrowFormatException("its footer would have " + length + " bytes in a file of " + size);
        }
        ByteBuffer bytes = length <= MAX_FOOTER_ON_HEAP
                ? bytes(start, length)
                : channel.map(FileChannel.MapMode.READ_ONLY, start, length);
        return Footer.getRootAsFooter(bytes.order(ByteOrder.LITTLE_ENDIAN));
    }

    private static Schema schema(org.apache.arrow.flatbuf.@Nullable Schema flat, short version) throws IOException {
        if (flat == null) {
            throw new ArrowFormatException("it has no schema");
        }
        if (flat.endianness() != Endianness.Little) {
            throw new ArrowFormatException("its numbers are big-endian; write it anew on a little-endian machine");
        }
        Schema schema = convert(flat);
        if (version == org.apache.arrow.flatbuf.MetadataVersion.V4) {
            try {
                MetadataV4UnionChecker.checkRead(schema, MetadataVersion.V4);
                if (hasRuns(schema.getFields())) {
                    throw new ArrowFormatException(
                            "it has run-end-encoded fields in the layout of metadata version V4; write it anew with V5");
                }
            } catch (ArrowFormatException e) {
                throw e;
            } catch (IOException e) {
                throw new ArrowFormatException("it has unions in the layout of Arrow before 1.0; write it anew", e);
            }
        }
        return schema;
    }

    private static boolean hasRuns(List<Field> fields) {
        return fields.stream()
                .anyMatch(field -> field.getType() instanceof ArrowType.RunEndEncoded || hasRuns(field.getChildren()));
    }

    private static Schema convert(org.apache.arrow.flatbuf.Schema flat) throws ArrowFormatException {
        try {
            return MessageSchema.of(flat);
        } catch (RuntimeException e) {
            throw new ArrowFormatException(
                    "its schema is broken, or has a type that is not known here: " + e.getMessage(), e);
        }
    }

    private ArrowFormatException noFooter() {
        return new ArrowFormatException("the file is cut short or still being written: it has no footer");
    }

    private ArrowFormatException cutShort(long position) {
        return new ArrowFormatException(
                "the file is cut short: it ends at byte " + size + ", inside or before the message at " + position);
    }

    /** Bytes of the file, little-endian; valid as long as the caller likes. */
    private ByteBuffer bytes(long position, int length) throws IOException {
        if (position < windowStart || position + length > windowStart + window.limit()) {
            // A new array each time: messages keep slices of the old one.
            ByteBuffer fresh = ByteBuffer.allocate((int) Math.min(Math.max(length, WINDOW), size - position));
            readFully(fresh, position);
            window = fresh.flip();
            windowStart = position;
        }
        return window.slice((int) (position - windowStart), length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void readFully(ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int read = channel.read(into, at);
            if (read < 0) {
                throw new ArrowFormatException("the file became shorter while it was read: it ends before byte " + at);
            }
            at += read;
        }
    }
}
