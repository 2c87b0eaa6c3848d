package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.transport.MessagePrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.MemoryUtil;
import org.jspecify.annotations.Nullable;

/**
 * One thread at a time. One FlightData message on its way out: a head, and then the Arrow buffers themselves.
 *
 * <pre>
 * prefix                     5 bytes, gRPC's
 * 0x0A length descriptor     field 1, on a client's first message
 * 0x12 length header         field 2, Arrow IPC's flatbuffer; not in a message of app_metadata alone
 * 0x1A length metadata       field 3, unless empty
 * 0xC2 0x3E length body      field 1000, with every batch, even if it has no bytes
 * </pre>
 *
 * <p>Buffers that are small, and the padding between buffers, are copied behind the head; so the slices of a message are
 * pieces of that one allocation and lent ArrowBufs in turn.
 *
 * @see FlightDataDecoder
 */
final class FlightDataEncoder {
    /** Below this, copying a buffer costs less than handling it as a slice of its own, bytes: a microsecond or so. */
    static final int COPIED_BUFFER = 16 << 10;

    private static final ByteBuffer NO_HEADER = ByteBuffer.allocate(0);

    private static final int DESCRIPTOR_TAG = 0x0A;
    private static final int HEADER_TAG = 0x12;
    private static final int METADATA_TAG = 0x1A;
    private static final int BODY_TAG_1 = 0xC2;
    private static final int BODY_TAG_2 = 0x3E;

    private final byte[] descriptor;
    private final ByteBuffer header;
    private final @Nullable OutgoingBatch batch;
    private final byte[] metadata;
    private final int headerLength;
    private final long bodyLength;

    private FlightDataEncoder(byte[] descriptor, ByteBuffer header, @Nullable OutgoingBatch batch, byte[] metadata) {
        this.descriptor = descriptor;
        this.header = header;
        this.batch = batch;
        this.metadata = metadata;
        this.headerLength = batch == null ? header.remaining() : BatchHeader.length(batch);
        this.bodyLength = batch == null ? 0 : batch.bodyLength();
    }

    /**
     * A message without a body.
     *
     * @param descriptor as protobuf; empty for none
     * @param header empty for none
     * @param metadata empty for none
     */
    static FlightDataEncoder of(byte[] descriptor, ByteBuffer header, byte[] metadata) {
        return new FlightDataEncoder(descriptor, header, null, metadata);
    }

    /** A message with a batch, which is lent until {@link #encode} returns. */
    static FlightDataEncoder of(byte[] descriptor, OutgoingBatch batch, byte[] metadata) {
        return new FlightDataEncoder(descriptor, NO_HEADER, batch, metadata);
    }

    /** What a limit on writes counts, in bytes: body, header, descriptor and metadata. */
    long payloadSize() {
        return bodyLength + headerLength + descriptor.length + metadata.length;
    }

    /** The message for {@code Call.send}, all of it copied. */
    ByteBuf encode() {
        int length = length();
        ByteBuf out = begin(length, length);
        if (batch != null) {
            long position = 0;
            for (int i = 0; i < batch.bufferCount(); i++) {
                pad(out, batch.offset(i) - position);
                copy(batch.buffer(i), out);
                position = batch.offset(i) + batch.buffer(i).readableBytes();
            }
            pad(out, bodyLength - position);
        }
        return out;
    }

    /**
     * The message for {@code Call.send}, of whose body all is lent that is worth it.
     *
     * @param loan counts the buffers that are lent
     */
    ByteBuf[] encode(Loan loan) {
        OutgoingBatch body = batch;
        if (body == null || bodyLength < COPIED_BUFFER) {
            return new ByteBuf[] {encode()};
        }
        int length = length();
        long lentLength = 0;
        for (int i = 0; i < body.bufferCount(); i++) {
            lentLength += isLent(body.buffer(i)) ? body.buffer(i).readableBytes() : 0;
        }
        ByteBuf head = begin(length, (int) (length - lentLength));
        List<ByteBuf> slices = new ArrayList<>(2 * body.bufferCount());
        long position = 0;
        for (int i = 0; i < body.bufferCount(); i++) {
            ArrowBuf buffer = body.buffer(i);
            pad(head, body.offset(i) - position);
            if (isLent(buffer)) {
                if (head.isReadable()) {
                    slices.add(head.readRetainedSlice(head.readableBytes()));
                }
                slices.add(loan.lend(buffer));
            } else {
                copy(buffer, head);
            }
            position = body.offset(i) + buffer.readableBytes();
        }
        pad(head, bodyLength - position);
        if (head.isReadable()) {
            slices.add(head);
        } else {
            head.release();
        }
        return slices.toArray(ByteBuf[]::new);
    }

    private static boolean isLent(ArrowBuf buffer) {
        return buffer.readableBytes() >= COPIED_BUFFER;
    }

    /** Bytes of the message without its prefix. */
    private int length() {
        long length = fieldLength(descriptor.length)
                + fieldLength(headerLength)
                + fieldLength(metadata.length)
                + (batch == null ? 0 : 2 + varintLength(bodyLength) + bodyLength);
        if (length > Integer.MAX_VALUE - MessagePrefix.LENGTH) {
            throw FlightInvalidArgumentException.of(
                    "a batch of " + length
                            + " bytes is larger than one message may be, which is 2 GiB; nothing was sent, write smaller batches");
        }
        return (int) length;
    }

    /** All before the body, in a buffer with room for {@code capacity} bytes behind the prefix. */
    private ByteBuf begin(int length, int capacity) {
        ByteBuf head = PooledByteBufAllocator.DEFAULT.directBuffer(MessagePrefix.LENGTH + capacity);
        MessagePrefix.write(head, length);
        writeField(head, DESCRIPTOR_TAG, descriptor);
        writeHeader(head);
        writeField(head, METADATA_TAG, metadata);
        if (batch != null) {
            head.writeByte(BODY_TAG_1).writeByte(BODY_TAG_2);
            writeVarint(head, bodyLength);
        }
        return head;
    }

    private static void copy(ArrowBuf from, ByteBuf to) {
        int n = (int) from.readableBytes();
        if (to.hasMemoryAddress()) {
            MemoryUtil.copyMemory(from.memoryAddress() + from.readerIndex(), to.memoryAddress() + to.writerIndex(), n);
            to.writerIndex(to.writerIndex() + n);
        } else {
            to.writeBytes(from.nioBuffer(from.readerIndex(), n));
        }
    }

    private static void pad(ByteBuf out, long n) {
        if (n > 0) {
            out.writeZero((int) n);
        }
    }

    private static long fieldLength(int n) {
        return n == 0 ? 0 : 1 + varintLength(n) + n;
    }

    private static void writeField(ByteBuf out, int tag, byte[] value) {
        if (value.length > 0) {
            out.writeByte(tag);
            writeVarint(out, value.length);
            out.writeBytes(value);
        }
    }

    private void writeHeader(ByteBuf out) {
        if (headerLength > 0) {
            out.writeByte(HEADER_TAG);
            writeVarint(out, headerLength);
            if (batch == null) {
                out.writeBytes(header.duplicate());
            } else {
                BatchHeader.write(batch, out);
            }
        }
    }

    private static int varintLength(long value) {
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }

    private static void writeVarint(ByteBuf out, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }
}
