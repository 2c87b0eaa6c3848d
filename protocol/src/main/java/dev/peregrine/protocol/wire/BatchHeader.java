package dev.peregrine.protocol.wire;

import io.netty.buffer.ByteBuf;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;

/**
 * Any thread. The flatbuffer before a body: a Message of Message.fbs with a RecordBatch, which in a dictionary's is inside of
 * a DictionaryBatch. All tables have a fixed place but for what is left out, so it is written from front to back without
 * a builder.
 *
 * <pre>
 * u32 root           where the Message is
 * Message            vtable; header, bodyLength, version, header_type
 * [DictionaryBatch]  vtable; id, data, isDelta
 * RecordBatch        vtable; length, nodes, buffers, compression, variadicBufferCounts
 * [BodyCompression]  vtable; codec, method
 * nodes              u32 count, then each node's length and null_count
 * buffers            u32 count, then each buffer's offset and length
 * [variadicBufferCounts]  u32 count, then the counts
 * </pre>
 *
 * <p>A table begins with the distance back to its vtable, which has its own length, the table's, and for each field where
 * in the table it is. All offsets to other things point forward from where they stand. Everything little endian, longs at
 * multiples of 8.
 *
 * @see <a href="https://flatbuffers.dev/internals/">FlatBuffers, internals</a>
 * @see <a href="https://github.com/apache/arrow/blob/main/format/Message.fbs">Message.fbs</a>
 */
final class BatchHeader {
    private static final int PAIR = 16;

    /** With its vtable, and room before or behind it so that what follows is at a multiple of 8. */
    private static final int MESSAGE = 40;

    private static final int DICTIONARY = 40;
    private static final int RECORD_BATCH = 48;
    private static final int COMPRESSION = 16;

    /** Where the table stands in its part. */
    private static final int DICTIONARY_TABLE = 12;

    private static final int RECORD_BATCH_TABLE = 20;

    private BatchHeader() {}

    /** Bytes that {@link #write} will write; a multiple of 8. */
    static int length(OutgoingBatch batch) {
        return MESSAGE
                + (batch.isDictionary() ? DICTIONARY : 0)
                + RECORD_BATCH
                + (batch.isCompressed() ? COMPRESSION : 0)
                + pairs(batch.nodeCount())
                + pairs(batch.bufferCount())
                + longs(batch.variadicCountCount());
    }

    /** A vector of structs of two longs, with 4 bytes before its count. */
    private static int pairs(int count) {
        return 8 + PAIR * count;
    }

    /** A vector of longs, likewise; none if it is empty. */
    private static int longs(int count) {
        return count == 0 ? 0 : 8 + Long.BYTES * count;
    }

    /** Appends the header to {@code out}, which has room for it. */
    static void write(OutgoingBatch batch, ByteBuf out) {
        message(batch, out);
        if (batch.isDictionary()) {
            dictionary(batch, out);
        }
        recordBatch(batch, out);
        if (batch.isCompressed()) {
            compression(batch, out);
        }
        out.writeIntLE(0).writeIntLE(batch.nodeCount());
        for (int i = 0; i < batch.nodeCount(); i++) {
            out.writeLongLE(batch.nodeLength(i)).writeLongLE(batch.nullCount(i));
        }
        out.writeIntLE(0).writeIntLE(batch.bufferCount());
        for (int i = 0; i < batch.bufferCount(); i++) {
            out.writeLongLE(batch.offset(i)).writeLongLE(batch.buffer(i).readableBytes());
        }
        if (batch.variadicCountCount() > 0) {
            out.writeIntLE(0).writeIntLE(batch.variadicCountCount());
            for (int i = 0; i < batch.variadicCountCount(); i++) {
                out.writeLongLE(batch.variadicCount(i));
            }
        }
    }

    private static void message(OutgoingBatch batch, ByteBuf out) {
        out.writeIntLE(16);
        vtable(out, 20, 16, 18, 4, 8);
        out.writeIntLE(12)
                .writeIntLE(MESSAGE - 20 + (batch.isDictionary() ? DICTIONARY_TABLE : RECORD_BATCH_TABLE))
                .writeLongLE(batch.bodyLength())
                .writeShortLE(batch.isV4() ? MetadataVersion.V4 : MetadataVersion.V5)
                .writeByte(batch.isDictionary() ? MessageHeader.DictionaryBatch : MessageHeader.RecordBatch)
                .writeByte(0)
                .writeIntLE(0);
    }

    private static void dictionary(OutgoingBatch batch, ByteBuf out) {
        vtable(out, 20, 4, 12, 16);
        out.writeShortLE(0);
        out.writeIntLE(DICTIONARY_TABLE)
                .writeLongLE(batch.dictionaryId())
                .writeIntLE(DICTIONARY - DICTIONARY_TABLE - 12 + RECORD_BATCH_TABLE)
                .writeByte(batch.isDelta() ? 1 : 0)
                .writeZero(DICTIONARY - DICTIONARY_TABLE - 17);
    }

    private static void recordBatch(OutgoingBatch batch, ByteBuf out) {
        boolean variadic = batch.variadicCountCount() > 0;
        vtable(out, 28, 4, 12, 16, batch.isCompressed() ? 20 : 0, variadic ? 24 : 0);
        out.writeZero(RECORD_BATCH_TABLE - 14);
        int behind = RECORD_BATCH - RECORD_BATCH_TABLE;
        int nodes = behind + (batch.isCompressed() ? COMPRESSION : 0) + 4;
        int buffers = nodes + pairs(batch.nodeCount());
        out.writeIntLE(RECORD_BATCH_TABLE)
                .writeLongLE(batch.rows())
                .writeIntLE(nodes - 12)
                .writeIntLE(buffers - 16)
                .writeIntLE(batch.isCompressed() ? behind + 8 - 20 : 0)
                .writeIntLE(variadic ? buffers + pairs(batch.bufferCount()) - 24 : 0);
    }

    private static void compression(OutgoingBatch batch, ByteBuf out) {
        vtable(out, 6, 4, 5);
        out.writeIntLE(8)
                .writeByte(batch.codec())
                .writeByte(batch.compressionMethod())
                .writeShortLE(0);
    }

    /** {@code table} is the table's length, {@code fields} where in it the fields are; 0 for one that is left out. */
    private static void vtable(ByteBuf out, int table, int... fields) {
        out.writeShortLE(4 + 2 * fields.length).writeShortLE(table);
        for (int field : fields) {
            out.writeShortLE(field);
        }
    }
}
