package dev.peregrine.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.cli.format.Columns;
import dev.peregrine.cli.verify.ColumnComparison.Difference;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.util.DictionaryUtility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Equal values are equal however they lie in memory, and others are not, in columns of every type. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class ColumnComparisonTest {
    /** One that has no values, or the same in all rows. */
    private static final Set<String> ONE_VALUE = Set.of("null");

    @Test
    void everyTypeEqualsItselfAndNoOtherRow(BufferAllocator allocator) throws IOException {
        try (Columns made = new Columns(allocator);
                VectorSchemaRoot root = made.root();
                ArrowRecordBatch message = new VectorUnloader(root).getRecordBatch();
                Batch batch = Batch.ofRows(messageForm(made, root), message, allocator)) {
            assertThat(batch.rows()).isEqualTo(3);
            for (Column column : batch.columns()) {
                String name = column.field().getName();
                assertThat(ColumnComparison.between(column, 0, column, 0, 3))
                        .as(name)
                        .isNull();
                if (ONE_VALUE.contains(name)) {
                    continue;
                }
                for (int[] rows : new int[][] {{0, 1}, {0, 2}, {1, 2}, {2, 0}}) {
                    Difference found = ColumnComparison.between(column, rows[0], column, rows[1], 1);
                    assertThat(found)
                            .as("%s, rows %d and %d", name, rows[0], rows[1])
                            .isNotNull();
                    assertThat(found.row()).isZero();
                    assertThat(found.what()).contains(" instead of ");
                }
            }
        }
    }

    private static List<Field> messageForm(Columns made, VectorSchemaRoot root) {
        return root.getSchema().getFields().stream()
                .map(field -> DictionaryUtility.toMessageFormat(field, made.dictionaries, new HashSet<>()))
                .toList();
    }

    private static Batch batch(FieldVector vector, BufferAllocator allocator) throws IOException {
        VectorSchemaRoot root = VectorSchemaRoot.of(vector);
        try (ArrowRecordBatch message = new VectorUnloader(root).getRecordBatch()) {
            return Batch.ofRows(root.getSchema().getFields(), message, allocator);
        }
    }

    private static Difference compare(FieldVector wanted, FieldVector got, BufferAllocator allocator)
            throws IOException {
        try (Batch left = batch(wanted, allocator);
                Batch right = batch(got, allocator)) {
            return ColumnComparison.between(
                    left.columns().get(0), 0, right.columns().get(0), 0, left.rows());
        }
    }

    @Test
    void theFirstDifferenceIsNamedWithItsPlaceAndItsValues(BufferAllocator allocator) throws IOException {
        try (ListVector wanted = lists(allocator, 7);
                ListVector got = lists(allocator, 8)) {
            assertThat(compare(wanted, got, allocator)).isEqualTo(new Difference(2, "[1]", "8 instead of 7"));
            assertThat(compare(wanted, wanted, allocator)).isNull();
        }
    }

    /** [0], null, [20, value], [] */
    private static ListVector lists(BufferAllocator allocator, int value) {
        ListVector lists = ListVector.empty("lists", allocator);
        UnionListWriter writer = lists.getWriter();
        writer.setPosition(0);
        writer.startList();
        writer.integer().writeInt(0);
        writer.endList();
        writer.setPosition(2);
        writer.startList();
        writer.integer().writeInt(20);
        writer.integer().writeInt(value);
        writer.endList();
        writer.setPosition(3);
        writer.startList();
        writer.endList();
        lists.setValueCount(4);
        return lists;
    }

    @Test
    void whatLiesUnderANullDoesNotMatter(BufferAllocator allocator) throws IOException {
        try (IntVector wanted = new IntVector("n", allocator);
                IntVector got = new IntVector("n", allocator)) {
            for (int row = 0; row < 20; row++) {
                wanted.setSafe(row, row % 3 == 1 ? 100 : row);
                got.setSafe(row, row % 3 == 1 ? 200 : row);
                if (row % 3 == 1) {
                    wanted.setNull(row);
                    got.setNull(row);
                }
            }
            wanted.setValueCount(20);
            got.setValueCount(20);
            assertThat(compare(wanted, got, allocator)).isNull();

            got.set(17, 5);
            assertThat(compare(wanted, got, allocator)).isEqualTo(new Difference(17, "", "5 instead of 17"));
            got.set(16, 0);
            assertThat(compare(wanted, got, allocator)).isEqualTo(new Difference(16, "", "0 instead of null"));
            got.setNull(0);
            assertThat(compare(wanted, got, allocator)).isEqualTo(new Difference(0, "", "null instead of 0"));
        }
    }

    @Test
    void aPartOfAVectorEqualsThePartThatWasCutOut(BufferAllocator allocator) throws IOException {
        try (VarCharVector whole = new VarCharVector("s", allocator);
                VarCharVector part = new VarCharVector("s", allocator)) {
            for (int row = 0; row < 30; row++) {
                if (row % 7 != 3) {
                    whole.setSafe(row, "value ".repeat(row % 4).getBytes());
                }
            }
            whole.setValueCount(30);
            whole.splitAndTransferTo(5, 13, part);
            try (Batch left = batch(whole, allocator);
                    Batch right = batch(part, allocator)) {
                Column wanted = left.columns().get(0);
                Column got = right.columns().get(0);
                assertThat(ColumnComparison.between(wanted, 5, got, 0, 13)).isNull();
                assertThat(ColumnComparison.between(wanted, 6, got, 0, 13)).isNotNull();
            }
        }
    }

    @Test
    void runsMayBeDividedOtherwise(BufferAllocator allocator) throws IOException {
        try (RunEndEncodedVector wanted = runs(allocator, new int[] {4, 6}, new int[] {1, 2});
                RunEndEncodedVector same = runs(allocator, new int[] {1, 4, 5, 6}, new int[] {1, 1, 2, 2});
                RunEndEncodedVector other = runs(allocator, new int[] {3, 6}, new int[] {1, 2})) {
            assertThat(compare(wanted, same, allocator)).isNull();
            assertThat(compare(same, wanted, allocator)).isNull();
            assertThat(compare(wanted, other, allocator)).isEqualTo(new Difference(3, "", "2 instead of 1"));
        }
    }

    private static RunEndEncodedVector runs(BufferAllocator allocator, int[] ends, int[] values) {
        Field field = new Field(
                "runs",
                FieldType.notNullable(new ArrowType.RunEndEncoded()),
                List.of(
                        new Field("run_ends", FieldType.notNullable(new ArrowType.Int(32, true)), null),
                        new Field("values", FieldType.nullable(new ArrowType.Int(32, true)), null)));
        RunEndEncodedVector runs = (RunEndEncodedVector) field.createVector(allocator);
        for (int i = 0; i < ends.length; i++) {
            ((IntVector) runs.getRunEndsVector()).setSafe(i, ends[i]);
            ((IntVector) runs.getValuesVector()).setSafe(i, values[i]);
        }
        runs.getRunEndsVector().setValueCount(ends.length);
        runs.getValuesVector().setValueCount(ends.length);
        runs.setValueCount(ends[ends.length - 1]);
        return runs;
    }

    /** A dense union says where in the child a value is: in any order. */
    @Test
    void aUnionMayKeepItsValuesInAnotherOrder(BufferAllocator allocator) throws IOException {
        try (DenseUnionVector wanted = union(allocator, 0, 1);
                DenseUnionVector same = union(allocator, 1, 0)) {
            assertThat(compare(wanted, same, allocator)).isNull();
            ((IntVector) same.getChildrenFromFields().get(0)).set(0, 9);
            assertThat(compare(wanted, same, allocator)).isEqualTo(new Difference(1, ".n", "9 instead of 11"));
        }
    }

    /** 10, 11; the first lies at that place of the child, the second at the other. */
    private static DenseUnionVector union(BufferAllocator allocator, int first, int second) {
        Field field = new Field(
                "union",
                FieldType.notNullable(
                        new ArrowType.Union(org.apache.arrow.vector.types.UnionMode.Dense, new int[] {0})),
                List.of(new Field("n", FieldType.nullable(new ArrowType.Int(32, true)), null)));
        DenseUnionVector union = (DenseUnionVector) field.createVector(allocator);
        union.allocateNew();
        IntVector child = (IntVector) union.getChildrenFromFields().get(0);
        child.setSafe(first, 10);
        child.setSafe(second, 11);
        child.setValueCount(2);
        union.setTypeId(0, (byte) 0);
        union.setTypeId(1, (byte) 0);
        union.setOffset(0, first);
        union.setOffset(1, second);
        union.setValueCount(2);
        return union;
    }

    @Test
    void offsetsBeyondTheValuesAreAnErrorAndNoCrash(BufferAllocator allocator) throws IOException {
        Field field = Field.nullable("s", new ArrowType.Utf8());
        try (ArrowBuf validity = allocator.buffer(0);
                ArrowBuf offsets = allocator.buffer(12);
                ArrowBuf data = allocator.buffer(4)) {
            offsets.writeInt(0);
            offsets.writeInt(1 << 20);
            offsets.writeInt(-1);
            data.writeInt(1);
            List<ArrowFieldNode> nodes = List.of(new ArrowFieldNode(2, 0));
            try (ArrowRecordBatch message = new ArrowRecordBatch(2, nodes, List.of(validity, offsets, data));
                    Batch batch = Batch.ofRows(List.of(field), message, allocator)) {
                Column column = batch.columns().get(0);
                assertThatThrownBy(() -> ColumnComparison.between(column, 0, column, 0, 1))
                        .isInstanceOf(IOException.class)
                        .hasMessage("'s' is broken: 1048576 bytes at 0 are asked for, and there are 4 bytes");
                assertThatThrownBy(() -> ColumnComparison.between(column, 1, column, 1, 1))
                        .isInstanceOf(IOException.class);
            }
            List<ArrowFieldNode> tooMany = List.of(new ArrowFieldNode(3, 0));
            try (ArrowRecordBatch message = new ArrowRecordBatch(3, tooMany, List.of(validity, offsets, data))) {
                assertThatThrownBy(() -> Batch.ofRows(List.of(field), message, allocator))
                        .hasMessage("'s' is broken: buffer 1 has 12 bytes, and 3 values need 16");
            }
        }
    }
}
