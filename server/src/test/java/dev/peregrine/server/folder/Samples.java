package dev.peregrine.server.folder;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.message.ArrowBodyCompression;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Flights to put into files, and what is in them. Test thread. */
final class Samples {

    /** One column of numbers, one of text. */
    static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("id", new ArrowType.Int(64, true)), Field.nullable("name", ArrowType.Utf8.INSTANCE)));

    /** One column of text with a dictionary, in message form. */
    static final Schema DICTIONARY_SCHEMA = new Schema(List.of(new Field(
            "city",
            new FieldType(true, ArrowType.Utf8.INSTANCE, new DictionaryEncoding(7, false, new ArrowType.Int(8, true))),
            null)));

    private Samples() {}

    /** Writes an IPC file of batches with so many rows each; the ids count from 0. */
    static Path file(BufferAllocator allocator, Path path, int... rows) throws IOException {
        return write(allocator, path, true, rows);
    }

    /** Writes an IPC stream of batches with so many rows each; the ids count from 0. */
    static Path stream(BufferAllocator allocator, Path path, int... rows) throws IOException {
        return write(allocator, path, false, rows);
    }

    /** The ids of the file that {@link #file} and {@link #stream} write. */
    static List<Long> ids(int... rows) {
        List<Long> ids = new ArrayList<>();
        for (int count : rows) {
            for (int i = 0; i < count; i++) {
                ids.add((long) ids.size());
            }
        }
        return ids;
    }

    /** The ids in an IPC stream; the names are checked against them. */
    static List<Long> idsOf(BufferAllocator allocator, byte[] stream) throws IOException {
        try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            return idsOf(reader);
        }
    }

    static List<Long> idsOf(ArrowReader reader) throws IOException {
        List<Long> ids = new ArrayList<>();
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        while (reader.loadNextBatch()) {
            for (int i = 0; i < root.getRowCount(); i++) {
                Object id = root.getVector("id").getObject(i);
                if (!("row " + id).equals(String.valueOf(root.getVector("name").getObject(i)))) {
                    throw new AssertionError("row " + id + " has the name "
                            + root.getVector("name").getObject(i));
                }
                ids.add((Long) id);
            }
        }
        return ids;
    }

    /** The values of {@link #DICTIONARY_SCHEMA} in an IPC stream without deltas. */
    static List<String> citiesOf(BufferAllocator allocator, byte[] stream) throws IOException {
        List<String> cities = new ArrayList<>();
        try (ArrowStreamReader reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            VectorSchemaRoot root = reader.getVectorSchemaRoot();
            while (reader.loadNextBatch()) {
                FieldVector values = reader.lookup(7).getVector();
                for (int i = 0; i < root.getRowCount(); i++) {
                    Number index = (Number) root.getVector("city").getObject(i);
                    cities.add(String.valueOf(values.getObject(index.intValue())));
                }
            }
        }
        return cities;
    }

    /** A record batch of {@link #SCHEMA}. */
    static ArrowRecordBatch batch(BufferAllocator allocator, long firstId, int rows) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator)) {
            fill(root, firstId, rows);
            return new org.apache.arrow.vector.VectorUnloader(root).getRecordBatch();
        }
    }

    /** A record batch of {@link #DICTIONARY_SCHEMA}. */
    static ArrowRecordBatch indices(BufferAllocator allocator, int... indices) {
        byte[] bytes = new byte[indices.length];
        for (int i = 0; i < indices.length; i++) {
            bytes[i] = (byte) indices[i];
        }
        return raw(allocator, indices.length, ArrowBodyCompressions.NONE, new byte[0], bytes);
    }

    /** A dictionary for {@link #DICTIONARY_SCHEMA}. */
    static ArrowDictionaryBatch cities(BufferAllocator allocator, boolean delta, String... cities) {
        try (VarCharVector vector = new VarCharVector("", allocator)) {
            for (int i = 0; i < cities.length; i++) {
                vector.setSafe(i, cities[i].getBytes(StandardCharsets.UTF_8));
            }
            vector.setValueCount(cities.length);
            ArrowRecordBatch values = new ArrowRecordBatch(
                    cities.length, List.of(new ArrowFieldNode(cities.length, 0)), vector.getFieldBuffers());
            return new ArrowDictionaryBatch(7, values, delta);
        }
    }

    /** A batch of one column whose buffers have these bytes, whatever they mean. */
    static ArrowRecordBatch raw(
            BufferAllocator allocator, int rows, ArrowBodyCompression compression, byte[]... contents) {
        List<ArrowBuf> buffers = new ArrayList<>();
        for (byte[] content : contents) {
            ArrowBuf buffer = allocator.buffer(content.length);
            buffer.writeBytes(content);
            buffers.add(buffer);
        }
        ArrowRecordBatch batch = new ArrowRecordBatch(rows, List.of(new ArrowFieldNode(rows, 0)), buffers, compression);
        buffers.forEach(ArrowBuf::close);
        return batch;
    }

    private static Path write(BufferAllocator allocator, Path path, boolean file, int... rows) throws IOException {
        Files.createDirectories(path.getParent());
        try (OutputStream out = Files.newOutputStream(path);
                VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
                ArrowWriter writer = file
                        ? new ArrowFileWriter(root, null, Channels.newChannel(out))
                        : new ArrowStreamWriter(root, null, Channels.newChannel(out))) {
            long id = 0;
            writer.start();
            for (int count : rows) {
                fill(root, id, count);
                writer.writeBatch();
                id += count;
            }
            writer.end();
        }
        return path;
    }

    private static void fill(VectorSchemaRoot root, long firstId, int rows) {
        BigIntVector ids = (BigIntVector) root.getVector("id");
        VarCharVector names = (VarCharVector) root.getVector("name");
        ids.reset();
        names.reset();
        for (int i = 0; i < rows; i++) {
            ids.setSafe(i, firstId + i);
            names.setSafe(i, ("row " + (firstId + i)).getBytes(StandardCharsets.UTF_8));
        }
        root.setRowCount(rows);
    }

    /** Kinds of body compression. */
    static final class ArrowBodyCompressions {

        static final ArrowBodyCompression NONE =
                org.apache.arrow.vector.compression.NoCompressionCodec.DEFAULT_BODY_COMPRESSION;

        static final ArrowBodyCompression ZSTD = new ArrowBodyCompression(
                org.apache.arrow.flatbuf.CompressionType.ZSTD, org.apache.arrow.flatbuf.BodyCompressionMethod.BUFFER);

        private ArrowBodyCompressions() {}
    }

    static byte[] bytes(int length, int value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < length; i++) {
            bytes.write(value);
        }
        return bytes.toByteArray();
    }
}
