package dev.peregrine.protocol.wire;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.MessageSchema;
import dev.peregrine.protocol.ipc.IpcHeader;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.wire.memory.ArrivingBody;
import dev.peregrine.protocol.wire.memory.BodyPlan;
import dev.peregrine.protocol.wire.memory.Placements;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.MessageDecoder;
import io.netty.buffer.ByteBuf;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Event loop only. Decodes FlightData as it streams in: the body's bytes go straight to where they stay.
 *
 * <pre>
 * FlightData        = *field                     ; in any order; of a repeated field the last one counts
 * field             = tag value
 * tag               = varint                     ; field number * 8 + wire type
 * value             = varint                     ; wire type 0: skipped
 *                   / 8OCTET                     ; wire type 1: skipped
 *                   / varint *OCTET              ; wire type 2: a length and so many bytes
 *                   / 4OCTET                     ; wire type 5: skipped
 *                                                ; wire types 3 and 4, groups, are refused: proto3 has none
 * varint            = 1*10OCTET                  ; 7 bits each, the lowest first; the highest bit: more follows
 *
 * flight_descriptor = 0x0A length FlightDescriptor  ; field 1
 * data_header       = 0x12 length Message           ; field 2, Arrow IPC, a bare flatbuffer
 * app_metadata      = 0x1A length *OCTET            ; field 3
 * data_body         = 0xC2 0x3E length *OCTET       ; field 1000
 * </pre>
 *
 * <p>Every length is checked against what is left of the message before anything is allocated for it. All complaints are
 * {@link GrpcException}s, which fail this call and no other: INTERNAL for bytes that are no FlightData,
 * RESOURCE_EXHAUSTED when the allocator has no room. After one, nothing is held.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers, Encoding</a>
 * @see <a href="https://arrow.apache.org/docs/format/Flight.html">Flight RPC</a>
 */
public final class FlightDataDecoder implements MessageDecoder<FlightMessage> {
    private static final int DESCRIPTOR = 1;
    private static final int HEADER = 2;
    private static final int METADATA = 3;
    private static final int BODY = 1000;

    private static final long MAX_TAG = 0xFFFFFFFFL;
    private static final byte[] NO_BYTES = {};

    /** What the next byte belongs to. */
    private enum Part {
        TAG,
        LENGTH,
        SKIPPED_VARINT,
        SKIPPED_BYTES,
        KEPT_BYTES,
        BODY_BYTES
    }

    private final BufferAllocator allocator;
    private final Placements placements = new Placements();

    private Part part = Part.TAG;

    /** Bytes of the message that have not arrived. */
    private int remaining;

    /** The field whose value is arriving. */
    private int field;

    private long varint;
    private int varintBits;
    private int toSkip;
    private final ArrivingBytes kept = new ArrivingBytes();

    private byte @Nullable [] descriptor;
    private byte[] header = NO_BYTES;
    private byte[] metadata = NO_BYTES;
    private @Nullable ArrivingBody body;

    /** What {@link #header} says, once it has been asked. */
    private @Nullable IpcHeader ipc;

    private @Nullable BodyPlan plan;

    /** What the reader asks for; null for all. */
    private volatile @Nullable IpcReadOptions reading;

    /** The stream's schema, once it has come, and which fields of it are read; null for all. */
    private @Nullable IpcHeader schema;

    private @Nullable FieldSelection selection;

    /** @param allocator lent; the bodies come from it, and are the messages' */
    public FlightDataDecoder(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Any thread. From now on, buffers of fields that {@code options} leave out are passed over as they arrive. What is
     * decoded already has them.
     */
    public void read(IpcReadOptions options) {
        reading = options.includesAll() ? null : options;
    }

    @Override
    public void begin(int length) {
        abandon();
        remaining = length;
    }

    @Override
    public void bytes(ByteBuf piece) throws GrpcException {
        if (piece.readableBytes() > remaining) {
            throw failed("it goes on after its announced end");
        }
        try {
            while (piece.isReadable()) {
                switch (part) {
                    case TAG -> {
                        if (readVarint(piece)) {
                            tag(takeVarint());
                        }
                    }
                    case LENGTH -> {
                        if (readVarint(piece)) {
                            length(takeVarint());
                        }
                    }
                    case SKIPPED_VARINT -> {
                        if (readVarint(piece)) {
                            takeVarint();
                            part = Part.TAG;
                        }
                    }
                    case SKIPPED_BYTES -> skipBytes(piece);
                    case KEPT_BYTES -> keepBytes(piece);
                    case BODY_BYTES -> bodyBytes(piece);
                }
            }
        } catch (OutOfMemoryException | OutOfMemoryError e) {
            abandon();
            throw new GrpcException(
                    GrpcCode.RESOURCE_EXHAUSTED,
                    "no memory for the rest of a FlightData message, " + remaining
                            + " bytes; raise the allocator's limit or send smaller batches: " + e.getMessage());
        }
    }

    @Override
    public @Nullable ByteBuf placement(int most) {
        ArrivingBody arriving = body;
        return part != Part.BODY_BYTES || arriving == null ? null : arriving.placement(most);
    }

    /** Adds to the varint; true when it is complete. */
    private boolean readVarint(ByteBuf piece) throws GrpcException {
        while (piece.isReadable()) {
            byte b = piece.readByte();
            remaining--;
            varint |= (b & 0x7fL) << varintBits;
            varintBits += 7;
            if (b >= 0) {
                return true;
            }
            if (varintBits == 70) {
                throw failed("a varint is longer than 10 bytes");
            }
        }
        return false;
    }

    private long takeVarint() {
        long value = varint;
        varint = 0;
        varintBits = 0;
        return value;
    }

    private void tag(long tag) throws GrpcException {
        if (tag < 8 || tag > MAX_TAG) {
            throw failed("it has the impossible tag " + Long.toUnsignedString(tag));
        }
        field = (int) (tag >>> 3);
        switch ((int) tag & 7) {
            case 0 -> part = Part.SKIPPED_VARINT;
            case 1 -> skip(8);
            case 2 -> part = Part.LENGTH;
            case 5 -> skip(4);
            default -> throw failed("field " + field + " has the wire type " + (tag & 7) + ", which proto3 has not");
        }
    }

    private void skip(int n) throws GrpcException {
        if (n > remaining) {
            throw failed("it ends within field " + field);
        }
        toSkip = n;
        part = n == 0 ? Part.TAG : Part.SKIPPED_BYTES;
    }

    private void length(long length) throws GrpcException {
        if (length < 0 || length > remaining) {
            throw failed("field " + field + " claims " + Long.toUnsignedString(length) + " bytes where " + remaining
                    + " are left");
        }
        int n = (int) length;
        switch (field) {
            case DESCRIPTOR, HEADER, METADATA -> {
                kept.begin(n);
                part = Part.KEPT_BYTES;
                if (n == 0) {
                    keep();
                }
            }
            case BODY -> {
                releaseBody();
                try {
                    body = new ArrivingBody(allocator, placements, n, plan(n));
                } catch (IpcHeader.Malformed e) {
                    throw failed(String.valueOf(e.getMessage()));
                }
                part = n == 0 ? Part.TAG : Part.BODY_BYTES;
            }
            default -> skip(n);
        }
    }

    private void skipBytes(ByteBuf piece) {
        int n = Math.min(toSkip, piece.readableBytes());
        piece.skipBytes(n);
        remaining -= n;
        toSkip -= n;
        if (toSkip == 0) {
            part = Part.TAG;
        }
    }

    private void keepBytes(ByteBuf piece) {
        int n = Math.min(kept.missing(), piece.readableBytes());
        kept.add(piece, n);
        remaining -= n;
        if (kept.missing() == 0) {
            keep();
        }
    }

    private void keep() {
        byte[] bytes = kept.take();
        switch (field) {
            case DESCRIPTOR -> descriptor = bytes;
            case HEADER -> {
                header = bytes;
                ipc = null;
                plan = null;
            }
            case METADATA -> metadata = bytes;
            default -> throw new AssertionError("field " + field + " is not kept");
        }
        part = Part.TAG;
    }

    private void bodyBytes(ByteBuf piece) {
        ArrivingBody arriving = body;
        if (arriving == null) {
            throw new AssertionError("body bytes without a body");
        }
        int n = Math.min(arriving.missing(), piece.readableBytes());
        arriving.add(piece, n);
        remaining -= n;
        if (arriving.missing() == 0) {
            part = Part.TAG;
        }
    }

    /** The IPC header as far as it has come; null if it has not. */
    private @Nullable IpcHeader ipc() throws IpcHeader.Malformed {
        if (ipc == null && header.length > 0) {
            ipc = IpcHeader.of(header);
        }
        return ipc;
    }

    /** Where the buffers of a body of {@code n} bytes lie; null if there is no header, or not that of a batch. */
    private @Nullable BodyPlan plan(int n) throws IpcHeader.Malformed {
        if (plan != null && plan.bodyLength == n) {
            return plan;
        }
        IpcHeader read = ipc();
        RecordBatch batch = read == null ? null : read.recordBatch();
        if (read == null || batch == null) {
            return null;
        }
        // A longer body is harmless, and the rest of it nobody's.
        long announced = read.bodyLength();
        if (announced < 0 || announced > n) {
            throw new IpcHeader.Malformed(
                    "the Arrow IPC header announces a body of " + announced + " bytes, but the message has " + n);
        }
        plan = BodyPlan.of(batch, n, reading == null ? null : wanted(read, batch));
        return plan;
    }

    /** Of each buffer of a batch whether it is read; null for all. */
    private boolean @Nullable [] wanted(IpcHeader read, RecordBatch batch) throws IpcHeader.Malformed {
        FieldSelection chosen = selection();
        if (chosen == null) {
            return null;
        }
        if (read.type() != MessageHeader.DictionaryBatch) {
            return chosen.buffers(batch, read.version());
        }
        DictionaryBatch dictionary = read.dictionaryBatch();
        boolean used = chosen.hasDictionary(IpcHeader.reading(dictionary::id));
        return used ? null : new boolean[IpcHeader.reading(() -> BodyPlan.count(batch))];
    }

    private @Nullable FieldSelection selection() throws IpcHeader.Malformed {
        IpcReadOptions options = reading;
        if (selection == null && options != null && schema != null) {
            var flat = schema.schema();
            Schema came = IpcHeader.reading(() -> MessageSchema.of(flat));
            try {
                selection = FieldSelection.of(came, options);
            } catch (IllegalArgumentException e) {
                // The reader will say so. Nothing is passed over.
                reading = null;
            }
        }
        return selection;
    }

    @Override
    public FlightMessage end() throws GrpcException {
        if (remaining != 0 || part != Part.TAG || varintBits != 0) {
            throw failed(part == Part.TAG ? "it ends within a tag" : "it ends within field " + field);
        }
        try {
            FlightDescriptor named = descriptor == null ? null : FlightDescriptor.deserialize(descriptor);
            ArrivingBody arrived = body == null ? new ArrivingBody(allocator, placements, 0, null) : body;
            // The header may have come after the body, or once more.
            BodyPlan layout = plan(arrived.length());
            if (arrived.isSeparate() && (layout == null || !arrived.isFor(layout))) {
                throw failed("its Arrow IPC header changes after the body");
            }
            IpcHeader read = ipc();
            if (schema == null && read != null && read.type() == MessageHeader.Schema) {
                schema = read;
            }
            FlightMessage message =
                    new FlightMessage(named, read, metadata, arrived.isSeparate(), arrived.take(), layout);
            abandon();
            return message;
        } catch (IpcHeader.Malformed | IllegalArgumentException e) {
            throw failed(String.valueOf(e.getMessage()));
        }
    }

    private GrpcException failed(String why) {
        abandon();
        return new GrpcException(GrpcCode.INTERNAL, "a FlightData message is malformed: " + why);
    }

    @Override
    public void abandon() {
        releaseBody();
        part = Part.TAG;
        remaining = 0;
        takeVarint();
        kept.begin(0);
        descriptor = null;
        header = NO_BYTES;
        metadata = NO_BYTES;
        ipc = null;
        plan = null;
    }

    private void releaseBody() {
        if (body != null) {
            body.release();
            body = null;
        }
    }

    @Override
    public void release(FlightMessage message) {
        message.release();
    }
}
