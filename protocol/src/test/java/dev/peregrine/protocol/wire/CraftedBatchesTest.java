package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.peregrine.protocol.options.Alignment;
import dev.peregrine.protocol.options.IpcReadOptions;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.GrpcException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BufferLayout.BufferType;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Batches as the format allows them and as Arrow for Java does not write them. */
@ExtendWith(LeakCheck.class)
final class CraftedBatchesTest {
    private static final byte[] METADATA = {1, 2};

    static Stream<String> types() {
        return SampleTypes.all().keySet().stream();
    }

    /** A batch of the root, of which buffers are left out. */
    private static final class Crafted {
        final List<ArrowFieldNode> nodes = new ArrayList<>();
        final List<ArrowBuf> buffers = new ArrayList<>();
        final List<Long> variadicCounts = new ArrayList<>();
        private final ArrowBuf empty;
        private final boolean onlyValidity;

        Crafted(VectorSchemaRoot root, boolean onlyValidity, BufferAllocator allocator) {
            this.empty = allocator.getEmpty();
            this.onlyValidity = onlyValidity;
            root.getFieldVectors().forEach(this::add);
        }

        private void add(FieldVector vector) {
            nodes.add(new ArrowFieldNode(vector.getValueCount(), 0));
            List<BufferType> kinds = TypeLayout.getTypeLayout(
                            vector.getField().getFieldType().getType())
                    .getBufferTypes();
            List<ArrowBuf> own = vector.getFieldBuffers();
            for (int i = 0; i < own.size(); i++) {
                boolean validity = i < kinds.size() && kinds.get(i) == BufferType.VALIDITY;
                if (validity || !onlyValidity) {
                    buffers.add(empty);
                } else {
                    buffers.add(own.get(i));
                }
            }
            if (vector instanceof BaseVariableWidthViewVector view) {
                variadicCounts.add((long) view.getDataBuffers().size());
            }
            vector.getChildrenFromFields().forEach(this::add);
        }

        ArrowRecordBatch batch(int rows) {
            return new ArrowRecordBatch(
                    rows, nodes, buffers, NoCompressionCodec.DEFAULT_BODY_COMPRESSION, variadicCounts, true, true);
        }
    }

    /** "A null count of 0" may come without a validity buffer; Arrow for Java always writes one. */
    @ParameterizedTest
    @MethodSource("types")
    void withoutAValidityBuffer(String type, BufferAllocator allocator) {
        for (Alignment alignment : List.of(Alignment.ANY, Alignment.BYTES_64)) {
            try (VectorSchemaRoot root =
                            SampleTypes.root(allocator, SampleTypes.all().get(type), 40, false);
                    ArrowRecordBatch batch = new Crafted(root, true, allocator).batch(40);
                    Pipe pipe = new Pipe(allocator);
                    Pipe again = new Pipe(allocator)) {
                pipe.reader.use(IpcReadOptions.DEFAULT.alignment(alignment));
                pipe.writer.begin(root.getSchema());
                pipe.writer.write(batch);
                assertThat(pipe.reader.next()).isTrue();
                assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
                again.writer.begin(root.getSchema());
                again.writer.write(pipe.reader.root());
                assertThat(again.reader.next()).isTrue();
                assertThat(Values.of(again.reader.root())).isEqualTo(Values.of(root));
            }
        }
    }

    /** Of no rows a batch may come without any bytes, offsets included, and goes on from the root that it was read to. */
    @ParameterizedTest
    @MethodSource("types")
    void withoutAnyBytes(String type, BufferAllocator allocator) {
        try (VectorSchemaRoot full =
                        SampleTypes.root(allocator, SampleTypes.all().get(type), 10, true);
                VectorSchemaRoot root =
                        SampleTypes.root(allocator, SampleTypes.all().get(type), 0, false);
                ArrowRecordBatch batch = new Crafted(root, false, allocator).batch(0);
                Pipe pipe = new Pipe(allocator);
                Pipe again = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            again.writer.begin(root.getSchema());
            pipe.writer.write(full);
            pipe.writer.write(batch);
            pipe.writer.write(full);
            for (int i = 0; i < 3; i++) {
                assertThat(pipe.reader.next()).isTrue();
                again.writer.write(pipe.reader.root());
                assertThat(again.reader.next()).isTrue();
                VectorSchemaRoot expected = i == 1 ? root : full;
                assertThat(again.reader.root().getRowCount()).isEqualTo(expected.getRowCount());
                assertThat(Values.of(again.reader.root())).isEqualTo(Values.of(expected));
            }
        }
    }

    @Test
    void aSliceOfTheRowsOfAWideRoot(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 300, 70);
                VectorSchemaRoot slice = root.slice(33, 21);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            pipe.writer.write(slice);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().equals(root)).isTrue();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().equals(slice)).isTrue();
            assertThat(pipe.reader.root().getVector(299).getObject(20)).isEqualTo(299_053L);
        }
    }

    @Test
    void columnsOfOneName(BufferAllocator allocator) {
        try (BigIntVector first = new BigIntVector("", allocator);
                BigIntVector second = new BigIntVector("", allocator);
                VectorSchemaRoot root = new VectorSchemaRoot(List.of(first, second));
                Pipe pipe = new Pipe(allocator)) {
            first.setSafe(0, 1);
            second.setSafe(0, 2);
            root.setRowCount(1);
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(Values.of(pipe.reader.root())).containsExactly(List.of("1"), List.of("2"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHundredDeep(boolean lists, BufferAllocator allocator) {
        Field field = new Field("leaf", FieldType.nullable(new ArrowType.Int(32, true)), null);
        for (int depth = 1; depth < 100; depth++) {
            ArrowType type = lists ? new ArrowType.List() : new ArrowType.Struct();
            field = new Field("level " + depth, FieldType.nullable(type), List.of(field));
        }
        try (VectorSchemaRoot root = SampleTypes.root(allocator, field, 3, true);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.schema()).isEqualTo(root.getSchema());
            assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
        }
    }

    /** Three pieces, for each pair of places to cut at. */
    @Test
    @Tag("slow")
    void aMessageCutInThreeAtEveryPairOfBytes(BufferAllocator allocator) throws Exception {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 1, 2)) {
            byte[] message = FlightDataBytes.batch(root, METADATA);
            FlightDataDecoder decoder = new FlightDataDecoder(allocator);
            ByteBuf whole = Unpooled.directBuffer(message.length).writeBytes(message);
            try {
                for (int first = 0; first <= message.length; first++) {
                    for (int second = first; second <= message.length; second++) {
                        FlightMessage decoded = decode(decoder, whole, first, second);
                        ArrowBuf values = decoded.lendBuffers().get(1);
                        // Assertions that say more would take most of the time.
                        boolean same = values.getLong(0) == 0
                                && values.getLong(8) == 1
                                && Arrays.equals(decoded.metadata(), METADATA);
                        decoded.release();
                        if (!same) {
                            fail("cut at %d and %d", first, second);
                        }
                    }
                }
            } finally {
                whole.release();
            }
        }
    }

    private static FlightMessage decode(FlightDataDecoder decoder, ByteBuf message, int first, int second)
            throws GrpcException {
        decoder.begin(message.readableBytes());
        decoder.bytes(message.slice(0, first));
        decoder.bytes(message.slice(first, second - first));
        decoder.bytes(message.slice(second, message.readableBytes() - second));
        return decoder.end();
    }
}
