package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.transport.MessagePrefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
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
    /** Below this, copying a buffer costs less than handling it as a slice of its own, bytes. */
    static final int COPIED_BUFFER = 1 << 10;

    /** Bodies up to this are copied whole, bytes: a slice more costs what copying so much does. */
    static final int COPIED_BODY = 4 << 10;

    private static final int DESCRIPTOR_TAG = 0x0A;
    private static final int HEADER_TAG = 0x12;
    private static final int METADATA_TAG = 0x1A;
    private static final int BODY_TAG_1 = 0xC2;
    private static final int BODY_TAG_2 = 0x3E;

    private final byte[] descriptor;
    private final ByteBuffer header;
    private final byte[] metadata;
    private final @Nullable ArrowRecordBatch body;
    private final long bodyLength;

    /**
     * @param descriptor as protobuf; empty for none
     * @param header empty for none
     * @param metadata empty for none
     * @param body lent, until {@link #encode} returns; null in a message without a batch. Its buffers have to be aligned.
     */
    FlightDataEncoder(byte[] descriptor, ByteBuffer header, byte[] metadata, @Nullable ArrowRecordBatch body) {
        this.descriptor = descriptor;
        this.header = header;
        this.metadata = metadata;
        this.body = body;
        this.bodyLength = body == null ? 0 : body.computeBodyLength();
    }

    /** What a limit on writes counts, in bytes: body, header, descriptor and metadata. */
    long payloadSize() {
        return bodyLength + header.remaining() + descriptor.length + metadata.length;
    }

    /** Bytes of the body, with its padding. */
    long bodyLength() {
        return bodyLength;
    }

    /**
     * The message for {@code Call.send}.
     *
     * @param copyUpTo bodies up to this many bytes are copied; nothing of them is lent
     * @param loan counts the buffers that are lent
     */
    ByteBuf[] encode(long copyUpTo, Loan loan) {
        long length = fieldLength(descriptor.length)
                + fieldLength(header.remaining())
                + fieldLength(metadata.length)
                + (body == null ? 0 : 2 + varintLength(bodyLength) + bodyLength);
        if (length > Integer.MAX_VALUE - MessagePrefix.LENGTH) {
            throw FlightInvalidArgumentException.of(
                    "a batch of " + length
                            + " bytes is larger than one message may be, which is 2 GiB; nothing was sent, write smaller batches");
        }
        long lentLength = body == null || bodyLength <= copyUpTo ? 0 : lentLength(body);
        ByteBuf head = PooledByteBufAllocator.DEFAULT.directBuffer((int) (MessagePrefix.LENGTH + length - lentLength));
        MessagePrefix.write(head, (int) length);
        writeField(head, DESCRIPTOR_TAG, descriptor);
        writeHeader(head);
        writeField(head, METADATA_TAG, metadata);
        if (body == null) {
            return new ByteBuf[] {head};
        }
        head.writeByte(BODY_TAG_1).writeByte(BODY_TAG_2);
        writeVarint(head, bodyLength);
        List<ByteBuf> slices = new ArrayList<>();
        List<ArrowBuf> buffers = body.getBuffers();
        List<ArrowBuffer> layout = body.getBuffersLayout();
        long position = 0;
        for (int i = 0; i < buffers.size(); i++) {
            ArrowBuf buffer = buffers.get(i);
            pad(head, layout.get(i).getOffset() - position);
            if (lentLength > 0 && isLent(buffer)) {
                if (head.isReadable()) {
                    slices.add(head.readRetainedSlice(head.readableBytes()));
                }
                slices.add(loan.lend(buffer));
            } else {
                copy(buffer, head);
            }
            position = layout.get(i).getOffset() + buffer.readableBytes();
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

    private static long lentLength(ArrowRecordBatch body) {
        long length = 0;
        for (ArrowBuf buffer : body.getBuffers()) {
            if (isLent(buffer)) {
                length += buffer.readableBytes();
            }
        }
        return length;
    }

    private static void copy(ArrowBuf from, ByteBuf to) {
        int n = (int) from.readableBytes();
        if (n > 0) {
            to.writeBytes(from.nioBuffer(from.readerIndex(), n));
        }
    }

    private static void pad(ByteBuf out, long n) {
        for (long left = n; left > 0; left--) {
            out.writeByte(0);
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
        if (header.hasRemaining()) {
            out.writeByte(HEADER_TAG);
            writeVarint(out, header.remaining());
            out.writeBytes(header.duplicate());
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
