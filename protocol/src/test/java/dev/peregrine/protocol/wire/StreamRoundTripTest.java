package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.options.BodyCompression;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a writer writes, a reader reads: types, sizes, slices. */
@ExtendWith(LeakCheck.class)
final class StreamRoundTripTest {
    static Stream<String> types() {
        return SampleTypes.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeWithAndWithoutNulls(String type, BufferAllocator allocator) {
        Field field = SampleTypes.all().get(type);
        for (int rows : new int[] {0, 1, 10, 1000}) {
            for (boolean nulls : new boolean[] {false, true}) {
                try (VectorSchemaRoot root = SampleTypes.root(allocator, field, rows, nulls);
                        Pipe pipe = new Pipe(allocator)) {
                    assertArrives(pipe, root);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("types")
    void aSliceOfEveryType(String type, BufferAllocator allocator) {
        // Arrow for Java does not slice these two.
        if (type.startsWith("list view") || type.startsWith("run end")) {
            return;
        }
        Field field = SampleTypes.all().get(type);
        try (VectorSchemaRoot root = SampleTypes.root(allocator, field, 100, true);
                VectorSchemaRoot slice = root.slice(13, 50);
                Pipe pipe = new Pipe(allocator)) {
            assertArrives(pipe, slice);
        }
    }

    /**
     * Vectors that hold no buffers share one without room, and a list without rows claims an offset in it: of the other vector's
     * buffer, then, too.
     */
    @Test
    void columnsWithoutRowsBesideEachOther(BufferAllocator allocator) {
        Field bits = Field.nullable("bits", new ArrowType.Bool());
        Field nulls = Field.nullable("nulls", new ArrowType.Null());
        Field lists = new Field("lists", FieldType.nullable(new ArrowType.List()), List.of(nulls));
        for (BodyCompression compression : BodyCompression.values()) {
            try (FieldVector first = withoutRows(bits, allocator);
                    FieldVector second = withoutRows(lists, allocator);
                    Pipe pipe = new Pipe(allocator)) {
                pipe.writer.use(IpcWriteOptions.DEFAULT.compression(compression));
                assertArrives(pipe, VectorSchemaRoot.of(first, second));
            }
        }
    }

    /** No rows of a vector that has some. */
    private static FieldVector withoutRows(Field field, BufferAllocator allocator) {
        FieldVector none = field.createVector(allocator);
        try (FieldVector rows = field.createVector(allocator)) {
            rows.allocateNew();
            rows.setValueCount(3);
            rows.makeTransferPair(none).splitAndTransfer(1, 0);
        }
        return none;
    }

    private static void assertArrives(Pipe pipe, VectorSchemaRoot root) {
        pipe.writer.begin(root.getSchema());
        pipe.writer.write(root, new byte[] {7});
        pipe.writer.doneWriting();
        assertThat(pipe.reader.schema()).isEqualTo(root.getSchema());
        assertThat(pipe.reader.next()).isTrue();
        assertThat(pipe.reader.hasData()).isTrue();
        assertThat(pipe.reader.root().getRowCount()).isEqualTo(root.getRowCount());
        assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
        assertThat(pipe.reader.metadata()).containsExactly(7);
        assertThat(pipe.reader.next()).isFalse();
        assertThat(pipe.reader.root().getRowCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 4096, 1 << 20})
    void piecesOfEverySizeMakeTheSameBatch(int pieceSize, BufferAllocator allocator) {
        int rows = pieceSize < 100 ? 3_000 : 100_000;
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 3, rows);
                Pipe pipe = new Pipe(allocator)) {
            pipe.client.pieceSize = pieceSize;
            assertArrives(pipe, root);
        }
    }

    @Test
    void aRootThatIsRefilledInPlaceSendsEachBatchAsItWas(BufferAllocator allocator) {
        try (VectorSchemaRoot root = SampleTypes.longs(allocator, 2, 0);
                Pipe pipe = new Pipe(allocator)) {
            pipe.writer.begin(root.getSchema());
            for (int batch = 0; batch < 5; batch++) {
                SampleTypes.refill(root, 100 + batch, batch * 7L);
                pipe.writer.write(root);
            }
            pipe.writer.doneWriting();
            for (int batch = 0; batch < 5; batch++) {
                SampleTypes.refill(root, 100 + batch, batch * 7L);
                assertThat(pipe.reader.next()).isTrue();
                assertThat(Values.of(pipe.reader.root())).isEqualTo(Values.of(root));
            }
            assertThat(pipe.reader.next()).isFalse();
        }
    }

    @Test
    void aSchemaWithoutFieldsAndABatchWithRowsOnly(BufferAllocator allocator) {
        try (VectorSchemaRoot root = new VectorSchemaRoot(List.of());
                Pipe pipe = new Pipe(allocator)) {
            root.setRowCount(42);
            pipe.writer.begin(root.getSchema());
            pipe.writer.write(root);
            pipe.writer.doneWriting();
            assertThat(pipe.reader.schema().getFields()).isEmpty();
            assertThat(pipe.reader.next()).isTrue();
            assertThat(pipe.reader.root().getRowCount()).isEqualTo(42);
            assertThat(pipe.reader.next()).isFalse();
        }
    }
}
