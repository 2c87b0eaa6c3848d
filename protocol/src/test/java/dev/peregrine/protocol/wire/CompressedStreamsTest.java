package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.options.Alignment;
import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowBodyCompression;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.MetadataVersion;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Batches written and read with options: compressed, in V4, aligned, and all of it in each way to write. */
@ExtendWith(LeakCheck.class)
final class CompressedStreamsTest {
    private static final IpcWriteOptions LZ4 = IpcWriteOptions.DEFAULT.compression(BodyCompression.LZ4_FRAME);

    static Stream<String> types() {
        return SampleTypes.all().keySet().stream();
    }

    private static Map<String, IpcWriteOptions> options() {
        return Map.of(
                "lz4", LZ4,
                "zstd",
                        IpcWriteOptions.DEFAULT
                                .compression(BodyCompression.ZSTD)
                                .level(3),
                "zstd aligned",
                        IpcWriteOptions.DEFAULT
                                .compression(BodyCompression.ZSTD)
                                .alignment(64),
                "aligned", IpcWriteOptions.DEFAULT.alignment(64),
                "V4", IpcWriteOptions.DEFAULT.version(MetadataVersion.V4));
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyType(String type, BufferAllocator allocator) {
        Field field = SampleTypes.all().get(type);
        options().forEach((name, options) -> {
            for (int rows : new int[] {0, 1, 1000}) {
                try (VectorSchemaRoot root = SampleTypes.root(allocator, field, rows, true);
                        Pipe pipe = new Pipe(allocator)) {
                    pipe.writer.use(options);
                    pipe.writer.begin(root.getSchema());
                    pipe.writer.write(root);
                    pipe.writer.doneWriting();
                    assertThat(pipe.reader.next()).isTrue();
                    assertThat(pipe.reader.root().equals(root))
                            .as(
                                    "%d rows, %s: %s",
                                    rows, name, pipe.reader.root().contentToTSVString())
                            .isTrue();
                    assertThat(pipe.reader.next()).isFalse();
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LZ4_FRAME", "ZSTD"})
    void inEachWayToWriteAndToRead(BodyCompression compression, BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, 100_000);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.use(IpcWriteOptions.DEFAULT.compression(compression));
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
                pipe.writer.write(batch);
            }
            CompletableFuture<Void> lent = pipe.writer.lend(root);
            assertThat(lent).as("what is compressed is a copy").isDone();
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().equals(root)).isTrue();
            try (ArrowRecordBatch batch = pipe.reader.nextBatch();
                    VectorSchemaRoot loaded = VectorSchemaRoot.create(root.getSchema(), allocator)) {
                assertThat(batch.getBodyCompression().getCodec()).isEqualTo((byte) -1);
                new VectorLoader(loaded).load(batch);
                assertThat(loaded.equals(root)).isTrue();
            }
            assertThat(pipe.reader.next()).isTrue();
            try (VectorSchemaRoot taken = pipe.reader.takeRoot()) {
                assertThat(pipe.reader.root().getRowCount()).isZero();
                assertThat(pipe.reader.next()).isTrue();
                assertThat(taken.equals(root)).isTrue();
                assertThat(pipe.reader.root().equals(root)).isTrue();
            }
        }
    }

    /** A store or a proxy passes on what is compressed as it is. */
    @Test
    void whatIsPassedOnStaysCompressed(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, 1000);
                Pipe first = new Pipe(allocator);
                Pipe second = new Pipe(allocator)) {
            first.writer.use(LZ4);
            first.writer.begin(root.getSchema());
            first.writer.write(root);
            second.writer.use(IpcWriteOptions.DEFAULT.compression(BodyCompression.ZSTD));
            second.writer.begin(first.reader.messageSchema());
            assertThat(first.reader.nextMessage()).isTrue();
            ArrowRecordBatch batch = (ArrowRecordBatch) first.reader.message();
            assertThat(batch.getBodyCompression().getCodec()).isEqualTo(BodyCompression.LZ4_FRAME.code());
            second.writer.write(batch);
            assertThat(second.reader.messageSchema()).isEqualTo(root.getSchema());
            assertThat(second.reader.nextMessage()).isTrue();
            ArrowRecordBatch passed = (ArrowRecordBatch) second.reader.message();
            assertThat(passed.getBodyCompression().getCodec()).isEqualTo(BodyCompression.LZ4_FRAME.code());
        }
    }

    @Test
    void aBombIsRefusedBeforeMemoryIsReserved(BufferAllocator allocator) {
        try (VectorSchemaRoot root =
                        SampleTypes.root(allocator, SampleTypes.all().get("binary"), 1, false);
                Pipe pipe = new Pipe(allocator)) {
            root.getVector(0).setNull(0);
            ((VarBinaryVector) root.getVector(0)).setSafe(0, new byte[3 << 20]);
            pipe.reader.use(IpcReadOptions.DEFAULT.maxDecompressedSize(1 << 20));
            pipe.writer.use(LZ4);
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            root.clear();
            pipe.reader.schema();
            long before = allocator.getPeakMemoryAllocation();
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightResourceExhaustedException.class)
                    .hasMessageContaining("a record batch is refused")
                    .hasMessageContaining("larger than 1048576 bytes")
                    .hasMessageContaining("raise maxDecompressedSize");
            assertThat(allocator.getPeakMemoryAllocation()).isEqualTo(before);
        }
    }

    @Test
    void brokenCompressionFailsTheCallOnly(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1000);
                Pipe pipe = new Pipe(allocator)) {
            SampleTypes.refill(root, 1000, 500);
            pipe.writer.begin(root.getSchema());
            // Says that it is compressed, and is not.
            try (ArrowRecordBatch plain = new VectorUnloader(root).getRecordBatch();
                    ArrowRecordBatch lie = new ArrowRecordBatch(
                            plain.getLength(),
                            plain.getNodes(),
                            plain.getBuffers(),
                            new ArrowBodyCompression(BodyCompression.LZ4_FRAME.code(), (byte) 0))) {
                pipe.writer.write(lie);
            }
            assertThatThrownBy(pipe.reader::next)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("a record batch does not fit the schema or cannot be read");
        }
    }

    @ParameterizedTest
    @EnumSource
    void buffersLieAsAskedFor(Alignment alignment, BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 7, 100);
                Pipe pipe = new Pipe(allocator)) {
            pipe.reader.use(IpcReadOptions.DEFAULT.alignment(alignment));
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().equals(root)).isTrue();
            pipe.reader.root().getFieldVectors().forEach(vector -> {
                for (ArrowBuf buffer : vector.getFieldBuffers()) {
                    assertThat(buffer.memoryAddress() % alignment.bytes()).isZero();
                }
            });
        }
    }

    @Test
    void optionsComeBeforeTheSchema(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 1);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            assertThatThrownBy(() -> pipe.writer.use(LZ4)).isInstanceOf(IllegalStateException.class);
            pipe.reader.schema();
            assertThatThrownBy(() -> pipe.reader.use(IpcReadOptions.DEFAULT)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void wrongOptionsAreRefused() {
        assertThatThrownBy(() -> LZ4.version(MetadataVersion.V4)).hasMessageContaining("V4 has no compressed bodies");
        assertThatThrownBy(() -> LZ4.alignment(16)).hasMessageContaining("8 or 64");
        assertThatThrownBy(() -> LZ4.level(23)).hasMessageContaining("22");
        assertThatThrownBy(() -> IpcReadOptions.DEFAULT.includedFields(-1)).hasMessageContaining("begin at 0");
        assertThatThrownBy(() -> IpcReadOptions.DEFAULT.maxRecursionDepth(0)).hasMessageContaining("from 1 to 128");
        assertThat(LZ4).isEqualTo(new IpcWriteOptions(BodyCompression.LZ4_FRAME, 1, MetadataVersion.V5, 8, false));
    }
}
