package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
class FlightFileWriterTest {

    @TempDir
    Path folder;

    @Test
    void writesAFileThatArrowReads(BufferAllocator allocator) throws IOException {
        try (FlightFileWriter writer = new FlightFileWriter(folder, Samples.SCHEMA);
                ArrowRecordBatch small = Samples.batch(allocator, 0, 3);
                ArrowRecordBatch large = Samples.batch(allocator, 3, 50_000)) {
            writer.write(small);
            writer.write(large);
            writer.finish();

            assertThat(writer.format()).isEqualTo(IpcFile.Format.FILE);
            assertThat(writer.records()).isEqualTo(50_003);
            assertThat(writer.batches()).isEqualTo(2);
            assertThat(writer.bytes()).isEqualTo(Files.size(writer.temp().path()));
            try (SeekableByteChannel channel =
                            Files.newByteChannel(writer.temp().path());
                    ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
                assertThat(reader.getVectorSchemaRoot().getSchema()).isEqualTo(Samples.SCHEMA);
                assertThat(reader.getRecordBlocks()).hasSize(2);
                assertThat(Samples.idsOf(reader)).isEqualTo(Samples.ids(50_003));
            }
        }
        assertThat(files()).isZero();
    }

    @Test
    void keepsDeltasInAFile(BufferAllocator allocator) throws IOException {
        try (FlightFileWriter writer = new FlightFileWriter(folder, Samples.DICTIONARY_SCHEMA);
                ArrowDictionaryBatch first = Samples.cities(allocator, false, "Oslo");
                ArrowDictionaryBatch delta = Samples.cities(allocator, true, "Rome");
                ArrowRecordBatch zero = Samples.indices(allocator, 0);
                ArrowRecordBatch one = Samples.indices(allocator, 0, 1)) {
            writer.write(first);
            writer.write(zero);
            writer.write(delta);
            writer.write(one);
            writer.finish();

            assertThat(writer.format()).isEqualTo(IpcFile.Format.FILE);
            assertThat(logOf(writer, allocator))
                    .containsExactly("schema", "dictionary of 1", "delta of 1", "batch of 1", "batch of 2");
        }
    }

    @Test
    void becomesAStreamWhenADictionaryIsReplaced(BufferAllocator allocator) throws IOException {
        try (FlightFileWriter writer = new FlightFileWriter(folder, Samples.DICTIONARY_SCHEMA);
                ArrowDictionaryBatch first = Samples.cities(allocator, false, "Oslo", "Rome");
                ArrowDictionaryBatch second = Samples.cities(allocator, false, "Lima", "Bonn");
                ArrowRecordBatch batch = Samples.indices(allocator, 0, 1)) {
            writer.write(first);
            writer.write(batch);
            writer.write(second);
            writer.write(batch);
            writer.write(first);
            writer.write(batch);
            writer.finish();

            assertThat(writer.format()).isEqualTo(IpcFile.Format.STREAM);
            assertThat(writer.records()).isEqualTo(6);
            assertThat(files()).as("the file that it was has been deleted").isEqualTo(1);
            assertThat(Samples.citiesOf(
                            allocator, Files.readAllBytes(writer.temp().path())))
                    .containsExactly("Oslo", "Rome", "Lima", "Bonn", "Oslo", "Rome");
        }
        assertThat(files()).isZero();
    }

    @Test
    void becomesAStreamWhenTheFooterWouldGrowTooLarge(BufferAllocator allocator) throws IOException {
        try (FlightFileWriter writer = new FlightFileWriter(folder, Samples.SCHEMA, 2)) {
            for (int i = 0; i < 5; i++) {
                try (ArrowRecordBatch batch = Samples.batch(allocator, i, 1)) {
                    writer.write(batch);
                    assertThat(writer.format()).isEqualTo(i < 2 ? IpcFile.Format.FILE : IpcFile.Format.STREAM);
                }
            }
            writer.finish();

            assertThat(Samples.idsOf(allocator, Files.readAllBytes(writer.temp().path())))
                    .isEqualTo(Samples.ids(5));
        }
    }

    @Test
    void keepsCompressedBodiesAsTheyAre(BufferAllocator allocator) throws IOException {
        try (FlightFileWriter writer = new FlightFileWriter(folder, Samples.DICTIONARY_SCHEMA);
                ArrowRecordBatch batch = Samples.raw(
                        allocator, 9, Samples.ArrowBodyCompressions.ZSTD, new byte[0], Samples.bytes(13, 7))) {
            writer.write(batch);
            writer.finish();

            try (FlightMessages messages = FlightMessages.open(writer.temp().path())) {
                ArrowRecordBatch read = (ArrowRecordBatch) messages.next(allocator);
                byte[] bytes = new byte[13];
                read.getBuffers().get(1).getBytes(0, bytes);
                assertThat(bytes).isEqualTo(Samples.bytes(13, 7));
                assertThat(read.getBuffers().get(1).capacity()).isEqualTo(13);
                assertThat(read.getBodyCompression().getCodec())
                        .isEqualTo(batch.getBodyCompression().getCodec());
            }
        }
    }

    @Test
    void leavesNothingBehindWhenItIsInterrupted(BufferAllocator allocator) throws IOException {
        try (FlightFileWriter writer = new FlightFileWriter(folder, Samples.SCHEMA);
                ArrowRecordBatch batch = Samples.batch(allocator, 0, 50_000)) {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(ClosedByInterruptException.class).isThrownBy(() -> writer.write(batch));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(files()).isZero();
    }

    @Test
    void failsWhereTheFolderIsGone() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> new FlightFileWriter(folder.resolve("gone"), Samples.SCHEMA));
    }

    private List<String> logOf(FlightFileWriter writer, BufferAllocator allocator) throws IOException {
        return IpcFileTest.copy(writer.temp().path(), allocator).log();
    }

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
