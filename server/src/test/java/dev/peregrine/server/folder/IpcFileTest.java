package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.peregrine.testing.LeakCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reading files: what is found in good ones, and what is said of broken ones. */
@ExtendWith(LeakCheck.class)
class IpcFileTest {

    @TempDir
    Path folder;

    @Test
    void findsSchemaAndTotalsOfAFile(BufferAllocator allocator) throws IOException {
        Path path = Samples.file(allocator, folder.resolve("a.arrow"), 3, 0, 4);

        FolderFlight flight = FolderFlight.read(path, Instant.EPOCH);

        assertThat(flight)
                .isEqualTo(
                        new FolderFlight(Samples.SCHEMA, IpcFile.Format.FILE, 7, 3, Files.size(path), Instant.EPOCH));
        assertThat(idsIn(path, allocator)).isEqualTo(Samples.ids(3, 0, 4));
    }

    @Test
    void findsSchemaAndTotalsOfAStream(BufferAllocator allocator) throws IOException {
        Path path = Samples.stream(allocator, folder.resolve("a.arrows"), 3, 0, 4);

        FolderFlight flight = FolderFlight.read(path, Instant.EPOCH);

        assertThat(flight)
                .isEqualTo(
                        new FolderFlight(Samples.SCHEMA, IpcFile.Format.STREAM, 7, 3, Files.size(path), Instant.EPOCH));
        assertThat(idsIn(path, allocator)).isEqualTo(Samples.ids(3, 0, 4));
    }

    @Test
    void theFirstBytesSayWhatItIsNotTheEnding(BufferAllocator allocator) throws IOException {
        Path stream = Samples.stream(allocator, folder.resolve("stream.arrow"), 1);
        Path file = Samples.file(allocator, folder.resolve("file.arrows"), 1);

        assertThat(FolderFlight.read(stream, Instant.EPOCH).format()).isEqualTo(IpcFile.Format.STREAM);
        assertThat(FolderFlight.read(file, Instant.EPOCH).format()).isEqualTo(IpcFile.Format.FILE);
    }

    @Test
    void readsFlightsWithoutBatches(BufferAllocator allocator) throws IOException {
        for (Path path : List.of(
                Samples.file(allocator, folder.resolve("a.arrow")),
                Samples.stream(allocator, folder.resolve("a.arrows")))) {
            assertThat(FolderFlight.read(path, Instant.EPOCH).records()).isZero();
            assertThat(idsIn(path, allocator)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsStreamsWithAndWithoutEndMarker(boolean marker, BufferAllocator allocator) throws IOException {
        Path path = Samples.stream(allocator, folder.resolve("a.arrows"), 5);
        byte[] all = Files.readAllBytes(path);
        assertThat(ByteBuffer.wrap(all, all.length - 8, 8).getLong()).isEqualTo(0xFFFFFFFF_00000000L);

        Files.write(path, marker ? concat(all, "trailing garbage") : Arrays.copyOf(all, all.length - 8));

        assertThat(idsIn(path, allocator)).isEqualTo(Samples.ids(5));
    }

    @Test
    void readsStreamsFromBeforeTheContinuationMarker(BufferAllocator allocator) throws IOException {
        IpcOption old = new IpcOption(true, MetadataVersion.V4);
        Path path = folder.resolve("old.arrows");
        try (WriteChannel out = new WriteChannel(Channels.newChannel(Files.newOutputStream(path)));
                ArrowRecordBatch batch = Samples.batch(allocator, 0, 6)) {
            MessageSerializer.serialize(out, Samples.SCHEMA, old);
            MessageSerializer.serialize(out, batch, old);
            out.writeIntLittleEndian(0);
        }

        assertThat(FolderFlight.read(path, Instant.EPOCH).records()).isEqualTo(6);
        assertThat(idsIn(path, allocator)).isEqualTo(Samples.ids(6));
    }

    @Test
    void sendsAFilesDictionariesFirstWhereverTheyLie(BufferAllocator allocator) throws IOException {
        Path path = folder.resolve("a.arrow");
        try (WriteChannel out = new WriteChannel(Channels.newChannel(Files.newOutputStream(path)));
                ArrowRecordBatch batch = Samples.indices(allocator, 1, 0, 2);
                ArrowDictionaryBatch first = Samples.cities(allocator, false, "Oslo", "Rome");
                ArrowDictionaryBatch delta = Samples.cities(allocator, true, "Lima")) {
            out.write("ARROW1\0\0".getBytes(StandardCharsets.US_ASCII));
            MessageSerializer.serialize(out, Samples.DICTIONARY_SCHEMA);
            ArrowBlock record = MessageSerializer.serialize(out, batch);
            ArrowBlock deltaBlock = MessageSerializer.serialize(out, delta);
            ArrowBlock firstBlock = MessageSerializer.serialize(out, first);
            footer(out, Samples.DICTIONARY_SCHEMA, List.of(firstBlock, deltaBlock), List.of(record));
        }

        RecordingWriter writer = copy(path, allocator);

        assertThat(writer.log()).containsExactly("schema", "dictionary of 2", "delta of 1", "batch of 3");
        assertThat(writer.schema()).isEqualTo(Samples.DICTIONARY_SCHEMA);
    }

    @Test
    void passesCompressedBodiesOnAsTheyAre(BufferAllocator allocator) throws IOException {
        Path path = folder.resolve("a.arrows");
        byte[] body = Samples.bytes(100, 42);
        try (WriteChannel out = new WriteChannel(Channels.newChannel(Files.newOutputStream(path)));
                ArrowRecordBatch batch =
                        Samples.raw(allocator, 1_000, Samples.ArrowBodyCompressions.ZSTD, new byte[0], body)) {
            MessageSerializer.serialize(out, Samples.DICTIONARY_SCHEMA);
            MessageSerializer.serialize(out, batch);
        }

        try (FlightMessages messages = FlightMessages.open(path)) {
            ArrowRecordBatch batch = (ArrowRecordBatch) messages.next(allocator);
            byte[] read = new byte[100];
            batch.getBuffers().get(1).getBytes(0, read);

            assertThat(batch.getBodyCompression().getCodec()).isEqualTo(org.apache.arrow.flatbuf.CompressionType.ZSTD);
            assertThat(read).isEqualTo(body);
            assertThat(batch.getLength()).isEqualTo(1_000);
        }
    }

    @Test
    void saysThatGarbageIsNoArrowFile() {
        assertComplaint("hello, world; this is text", "neither with ARROW1 nor with the schema of an IPC stream");
        assertComplaint("", "only 0 bytes");
        assertComplaint("ARROW", "only 5 bytes");
        assertComplaint("FEA1 and so on", "old Feather V1 format");
        assertComplaint("ARROW1\0\0 and so on, with no end", "it has no footer");
        assertComplaint("ARROW1\0\0", "it has no footer");
        assertComplaint("ARROW1\0\0\0\0\0\177ARROW1", "its footer would have 2130706432 bytes");
        assertComplaint("PAR1 and so on, this is parquet PAR1", "no Arrow file");
    }

    @Test
    void saysThatAStreamWithoutSchemaHasNone(BufferAllocator allocator) throws IOException {
        Path path = folder.resolve("a.arrows");
        try (WriteChannel out = new WriteChannel(Channels.newChannel(Files.newOutputStream(path)));
                ArrowRecordBatch batch = Samples.batch(allocator, 0, 6)) {
            MessageSerializer.serialize(out, batch);
        }

        assertThatExceptionOfType(ArrowFormatException.class)
                .isThrownBy(() -> FolderFlight.read(path, Instant.EPOCH))
                .withMessage("the stream begins with a recordbatch, not with a schema");
    }

    @Test
    void refusesBigEndianNumbers(BufferAllocator allocator) throws IOException {
        Path path = Samples.stream(allocator, folder.resolve("a.arrows"), 1);
        byte[] bytes = Files.readAllBytes(path);
        Files.write(path, bigEndian(bytes));

        assertThatExceptionOfType(ArrowFormatException.class)
                .isThrownBy(() -> FolderFlight.read(path, Instant.EPOCH))
                .withMessageContaining("big-endian");
    }

    @Test
    void refusesBuffersOutsideTheBody(BufferAllocator allocator) throws IOException {
        Path path = folder.resolve("a.arrows");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (WriteChannel out = new WriteChannel(Channels.newChannel(bytes));
                ArrowRecordBatch batch =
                        Samples.raw(allocator, 1, Samples.ArrowBodyCompressions.NONE, new byte[0], new byte[0x7654])) {
            MessageSerializer.serialize(out, Samples.DICTIONARY_SCHEMA);
            MessageSerializer.serialize(out, batch);
        }
        byte[] lying = bytes.toByteArray();
        int length = indexOf(lying, 0x7654);
        ByteBuffer.wrap(lying).putInt(length, Integer.reverseBytes(0x10000));
        Files.write(path, lying);

        try (FlightMessages messages = FlightMessages.open(path)) {
            assertThatExceptionOfType(ArrowFormatException.class)
                    .isThrownBy(() -> messages.next(allocator))
                    .withMessageContaining("does not lie inside the body");
        }
    }

    /** Cut anywhere, a file gives a clear error or the batches that are whole; never another exception, never a leak. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void survivesBeingCutAnywhere(boolean file, BufferAllocator allocator) throws IOException {
        Path whole = file
                ? Samples.file(allocator, folder.resolve("whole"), 2, 3)
                : Samples.stream(allocator, folder.resolve("whole"), 2, 3);
        byte[] bytes = Files.readAllBytes(whole);
        Path path = folder.resolve("cut");
        int readable = 0;
        for (int length = 0; length < bytes.length; length++) {
            Files.write(path, Arrays.copyOf(bytes, length));
            try {
                List<Long> ids = idsIn(path, allocator);
                assertThat(ids).isEqualTo(Samples.ids(2, 3).subList(0, ids.size()));
                readable++;
            } catch (ArrowFormatException e) {
                assertThat(e).hasMessageNotContaining(folder.toString());
            }
        }
        // A stream may end after the schema, after either batch, and inside the end marker nowhere.
        assertThat(readable).isEqualTo(file ? 0 : 3);
    }

    /** Any one byte may be wrong: a clear error or other values; never another exception, never a leak. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void survivesAnyWrongByte(boolean file, BufferAllocator allocator) throws IOException {
        Path whole = file
                ? Samples.file(allocator, folder.resolve("whole"), 2)
                : Samples.stream(allocator, folder.resolve("whole"), 2);
        byte[] bytes = Files.readAllBytes(whole);
        Path path = folder.resolve("wrong");
        Files.write(path, bytes);
        int complaints = 0;
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            for (int i = 0; i < bytes.length; i++) {
                for (int wrong : new int[] {0x7F, 0xFF}) {
                    channel.write(ByteBuffer.wrap(new byte[] {(byte) wrong}), i);
                    try {
                        FolderFlight.read(path, Instant.EPOCH);
                        copy(path, allocator);
                    } catch (ArrowFormatException e) {
                        complaints++;
                    } catch (RuntimeException | IOException e) {
                        fail("byte " + i + " set to " + wrong, e);
                    }
                }
                channel.write(ByteBuffer.wrap(bytes, i, 1), i);
            }
        }
        assertThat(complaints).isGreaterThan(100);
    }

    /** The metadata of a file much larger than memory is found without reading the bodies, which here are holes. */
    @Test
    void countsAFileOf10GiBWithoutReadingIt(BufferAllocator allocator) throws IOException {
        Path path = BigFile.write(allocator, folder.resolve("big.arrow"), 160, 64 << 20);

        FolderFlight flight = FolderFlight.read(path, Instant.EPOCH);

        assertThat(flight.bytes()).isGreaterThan(10L << 30);
        assertThat(flight.batches()).isEqualTo(160);
        assertThat(flight.records()).isEqualTo(160L * (8 << 20));
    }

    @Test
    void holdsOneBatchOfALargeFileAtATime(BufferAllocator allocator) throws IOException {
        Path path = BigFile.write(allocator, folder.resolve("big.arrow"), 36, 64 << 20);
        try (BufferAllocator little = allocator.newChildAllocator("one batch", 0, 100 << 20)) {
            RecordingWriter writer = new RecordingWriter(false);
            copy(path, little, writer);

            assertThat(writer.bodyBytes()).isEqualTo(36L * (64 << 20));
        }
    }

    private void assertComplaint(String contents, String complaint) {
        Path path = folder.resolve("garbage.arrow");
        assertThatExceptionOfType(ArrowFormatException.class)
                .isThrownBy(() -> {
                    Files.writeString(path, contents, StandardCharsets.ISO_8859_1);
                    FolderFlight.read(path, Instant.EPOCH);
                })
                .withMessageContaining(complaint);
    }

    private static List<Long> idsIn(Path path, BufferAllocator allocator) throws IOException {
        return Samples.idsOf(allocator, copy(path, allocator).stream());
    }

    static RecordingWriter copy(Path path, BufferAllocator allocator) throws IOException {
        RecordingWriter writer = new RecordingWriter();
        copy(path, allocator, writer);
        return writer;
    }

    private static void copy(Path path, BufferAllocator allocator, RecordingWriter writer) throws IOException {
        try (FlightMessages messages = FlightMessages.open(path)) {
            writer.begin(messages.schema());
            for (Object message; (message = messages.next(allocator)) != null; ) {
                if (message instanceof ArrowRecordBatch batch) {
                    writer.write(batch);
                } else {
                    writer.write((ArrowDictionaryBatch) message);
                }
            }
        }
    }

    static void footer(WriteChannel out, Schema schema, List<ArrowBlock> dictionaries, List<ArrowBlock> batches)
            throws IOException {
        long start = out.getCurrentPosition();
        out.write(new ArrowFooter(schema, dictionaries, batches), false);
        out.writeIntLittleEndian((int) (out.getCurrentPosition() - start));
        out.write("ARROW1".getBytes(StandardCharsets.US_ASCII));
    }

    /** The schema's first field is its endianness, left out while little: this writes a schema that has it. */
    private static byte[] bigEndian(byte[] stream) throws IOException {
        com.google.flatbuffers.FlatBufferBuilder builder = new com.google.flatbuffers.FlatBufferBuilder();
        int fields = org.apache.arrow.flatbuf.Schema.createFieldsVector(builder, new int[0]);
        org.apache.arrow.flatbuf.Schema.startSchema(builder);
        org.apache.arrow.flatbuf.Schema.addEndianness(builder, org.apache.arrow.flatbuf.Endianness.Big);
        org.apache.arrow.flatbuf.Schema.addFields(builder, fields);
        int schema = org.apache.arrow.flatbuf.Schema.endSchema(builder);
        ByteBuffer message = MessageSerializer.serializeMessage(
                builder, org.apache.arrow.flatbuf.MessageHeader.Schema, schema, 0, IpcOption.DEFAULT);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        WriteChannel out = new WriteChannel(Channels.newChannel(bytes));
        MessageSerializer.writeMessageBuffer(out, message.remaining(), message);
        bytes.write(stream);
        return bytes.toByteArray();
    }

    private static int indexOf(byte[] bytes, int littleEndian) {
        for (int i = 0; i < bytes.length - 4; i++) {
            if (ByteBuffer.wrap(bytes).getInt(i) == Integer.reverseBytes(littleEndian)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    private static byte[] concat(byte[] bytes, String text) {
        byte[] all = Arrays.copyOf(bytes, bytes.length + text.length());
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, all, bytes.length, text.length());
        return all;
    }
}
