package dev.peregrine.protocol.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.holders.NullableIntHolder;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Any thread. A field of each type that Arrow for Java has vectors for, and values for it. */
final class SampleTypes {
    private SampleTypes() {}

    static Map<String, Field> all() {
        Map<String, Field> fields = new TreeMap<>();
        for (int bits : new int[] {8, 16, 32, 64}) {
            add(fields, "int" + bits, new ArrowType.Int(bits, true));
            add(fields, "uint" + bits, new ArrowType.Int(bits, false));
        }
        for (FloatingPointPrecision precision : FloatingPointPrecision.values()) {
            add(fields, "float " + precision, new ArrowType.FloatingPoint(precision));
        }
        for (TimeUnit unit : TimeUnit.values()) {
            int bits = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? 32 : 64;
            add(fields, "time " + unit, new ArrowType.Time(unit, bits));
            add(fields, "timestamp " + unit, new ArrowType.Timestamp(unit, null));
            add(fields, "timestamptz " + unit, new ArrowType.Timestamp(unit, "Europe/Zurich"));
            add(fields, "duration " + unit, new ArrowType.Duration(unit));
        }
        for (IntervalUnit unit : IntervalUnit.values()) {
            add(fields, "interval " + unit, new ArrowType.Interval(unit));
        }
        for (DateUnit unit : DateUnit.values()) {
            add(fields, "date " + unit, new ArrowType.Date(unit));
        }
        add(fields, "null", new ArrowType.Null());
        add(fields, "bool", new ArrowType.Bool());
        add(fields, "decimal128", new ArrowType.Decimal(38, 4, 128));
        add(fields, "decimal256", new ArrowType.Decimal(70, 10, 256));
        add(fields, "utf8", new ArrowType.Utf8());
        add(fields, "utf8 large", new ArrowType.LargeUtf8());
        add(fields, "utf8 view", new ArrowType.Utf8View());
        add(fields, "binary", new ArrowType.Binary());
        add(fields, "binary large", new ArrowType.LargeBinary());
        add(fields, "binary view", new ArrowType.BinaryView());
        add(fields, "binary fixed", new ArrowType.FixedSizeBinary(5));
        Field item = new Field("item", FieldType.nullable(new ArrowType.Int(32, true)), null);
        add(fields, "list", new ArrowType.List(), item);
        add(fields, "list large", new ArrowType.LargeList(), item);
        add(fields, "list fixed", new ArrowType.FixedSizeList(3), item);
        add(fields, "list view", new ArrowType.ListView(), item);
        add(fields, "list view large", new ArrowType.LargeListView(), item);
        Field words = new Field("words", FieldType.nullable(new ArrowType.Utf8()), null);
        Field inner = new Field("inner", FieldType.nullable(new ArrowType.List()), List.of(words));
        add(fields, "struct", new ArrowType.Struct(), item, inner);
        add(
                fields,
                "map",
                new ArrowType.Map(false),
                new Field(
                        "entries",
                        FieldType.notNullable(new ArrowType.Struct()),
                        List.of(
                                new Field("key", FieldType.notNullable(new ArrowType.Int(32, true)), null),
                                new Field("value", FieldType.nullable(new ArrowType.Int(32, true)), null))));
        Field runEnds = new Field("run_ends", FieldType.notNullable(new ArrowType.Int(32, true)), null);
        add(fields, "run end encoded", new ArrowType.RunEndEncoded(), runEnds, item);
        fields.put(
                "union sparse",
                new Field(
                        "union sparse",
                        FieldType.nullable(
                                new ArrowType.Union(UnionMode.Sparse, new int[] {Types.MinorType.INT.ordinal()})),
                        List.of(new Field("int", FieldType.nullable(new ArrowType.Int(32, true)), null))));
        fields.put(
                "union dense",
                new Field(
                        "union dense",
                        FieldType.notNullable(new ArrowType.Union(UnionMode.Dense, new int[] {0, 1})),
                        List.of(
                                new Field("int", FieldType.nullable(new ArrowType.Int(32, true)), null),
                                new Field("word", FieldType.nullable(new ArrowType.Utf8()), null))));
        return fields;
    }

    private static void add(Map<String, Field> fields, String name, ArrowType type, Field... children) {
        fields.put(name, new Field(name, FieldType.nullable(type), List.of(children)));
    }

    /** A root with one field and so many rows; every third is null, if there are to be nulls. */
    static VectorSchemaRoot root(BufferAllocator allocator, Field field, int rows, boolean nulls) {
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator);
        fill(root.getVector(0), rows, nulls);
        root.setRowCount(rows);
        return root;
    }

    static void fill(FieldVector vector, int rows, boolean nulls) {
        vector.setInitialCapacity(Math.max(rows, 1));
        vector.allocateNew();
        for (int i = 0; i < rows; i++) {
            if (nulls && i % 3 == 1) {
                if (!(vector instanceof DenseUnionVector)
                        && !(vector instanceof UnionVector)
                        && !(vector instanceof RunEndEncodedVector)) {
                    vector.setNull(i);
                }
            } else {
                set(vector, i);
            }
        }
        if (vector instanceof RunEndEncodedVector runs) {
            fillRuns(runs, rows);
        }
        vector.setValueCount(rows);
    }

    private static void set(FieldVector vector, int i) {
        byte[] text = ("value " + i + (i % 5 == 0 ? " that is long enough not to be inlined" : ""))
                .getBytes(StandardCharsets.UTF_8);
        if (vector instanceof BaseVariableWidthVector variable) {
            variable.setSafe(i, text);
        } else if (vector instanceof BaseLargeVariableWidthVector variable) {
            variable.setSafe(i, text);
        } else if (vector instanceof BaseVariableWidthViewVector view) {
            view.setSafe(i, text);
        } else if (vector instanceof BitVector bits) {
            bits.setSafe(i, i % 2);
        } else if (vector instanceof BaseFixedWidthVector fixed) {
            setFixed(fixed, i);
        } else if (vector instanceof ListVector list) {
            // MapVector, too.
            int start = list.startNewValue(i);
            fillChild(list.getDataVector(), start, i % 4);
            list.endValue(i, i % 4);
        } else if (vector instanceof LargeListVector list) {
            long start = list.startNewValue(i);
            fillChild(list.getDataVector(), (int) start, i % 4);
            list.endValue(i, i % 4);
        } else if (vector instanceof ListViewVector list) {
            int start = list.startNewValue(i);
            fillChild(list.getDataVector(), start, 2);
            list.endValue(i, 2);
        } else if (vector instanceof LargeListViewVector list) {
            int start = list.startNewValue(i);
            fillChild(list.getDataVector(), start, 2);
            list.endValue(i, 2);
        } else if (vector instanceof FixedSizeListVector list) {
            int start = list.startNewValue(i);
            fillChild(list.getDataVector(), start, list.getListSize());
        } else if (vector instanceof StructVector struct) {
            struct.setIndexDefined(i);
            struct.getChildrenFromFields().forEach(child -> set(child, i));
        } else if (vector instanceof UnionVector union) {
            NullableIntHolder holder = new NullableIntHolder();
            holder.isSet = 1;
            holder.value = i;
            union.setSafe(i, holder);
        } else if (vector instanceof DenseUnionVector union) {
            NullableIntHolder holder = new NullableIntHolder();
            holder.isSet = 1;
            holder.value = i;
            union.setTypeId(i, (byte) 0);
            union.setSafe(i, holder);
        }
    }

    private static void fillChild(FieldVector child, int start, int count) {
        while (child.getValueCapacity() < start + count) {
            child.reAlloc();
        }
        for (int i = start; i < start + count; i++) {
            set(child, i);
        }
    }

    /** Bytes that are valid for every fixed-width type. */
    private static void setFixed(BaseFixedWidthVector vector, int i) {
        while (vector.getValueCapacity() <= i) {
            vector.reAlloc();
        }
        vector.setIndexDefined(i);
        ArrowBuf data = vector.getDataBuffer();
        int width = vector.getTypeWidth();
        for (int b = 0; b < width; b++) {
            data.setByte((long) i * width + b, b == 0 ? i & 0x3f : 0);
        }
    }

    private static void fillRuns(RunEndEncodedVector runs, int rows) {
        IntVector ends = (IntVector) runs.getRunEndsVector();
        IntVector values = (IntVector) runs.getValuesVector();
        int count = 0;
        for (int end = 2; end < rows + 2; end += 2) {
            ends.setSafe(count, Math.min(end, rows));
            values.setSafe(count, end * 10);
            count++;
        }
        ends.setValueCount(count);
        values.setValueCount(count);
    }

    /** A root of {@code columns} columns of longs. */
    static VectorSchemaRoot longs(BufferAllocator allocator, int columns, int rows) {
        List<Field> fields = new ArrayList<>();
        for (int c = 0; c < columns; c++) {
            fields.add(new Field("c" + c, FieldType.nullable(new ArrowType.Int(64, true)), null));
        }
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(fields), allocator);
        refill(root, rows, 0);
        return root;
    }

    /** Fills a root of longs in place. */
    static void refill(VectorSchemaRoot root, int rows, long seed) {
        for (int c = 0; c < root.getFieldVectors().size(); c++) {
            BigIntVector vector = (BigIntVector) root.getVector(c);
            vector.allocateNew(Math.max(rows, 1));
            for (int i = 0; i < rows; i++) {
                vector.set(i, seed + 1000L * c + i);
            }
        }
        root.setRowCount(rows);
    }
}
