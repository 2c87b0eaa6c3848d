package dev.peregrine.cli.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.complex.*;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** One column of every type, with three rows of which the second is null, and the texts they ought to have. */
final class Columns implements AutoCloseable {
    /** What a column ought to read like: as text, and as JSON. */
    record Column(FieldVector vector, List<String> texts, List<String> json) {}

    final List<Column> columns = new ArrayList<>();
    final List<Field> fields = new ArrayList<>();
    final MapDictionaryProvider dictionaries = new MapDictionaryProvider();
    private final List<FieldVector> closeables = new ArrayList<>();
    private final BufferAllocator allocator;

    Columns(BufferAllocator allocator) {
        this.allocator = allocator;
        numbers();
        characters();
        times();
        lists();
        nested();
        encoded();
    }

    /** All of them side by side; closing it closes nothing more than closing this does. */
    VectorSchemaRoot root() {
        return new VectorSchemaRoot(fields, columns.stream().map(Column::vector).toList(), 3);
    }

    @Override
    public void close() {
        columns.forEach(column -> column.vector.close());
        closeables.forEach(FieldVector::close);
    }

    private void numbers() {
        this.<TinyIntVector>number("int8", new ArrowType.Int(8, true), "-128", "127", v -> {
            v.setSafe(0, -128);
            v.setSafe(2, 127);
        });
        this.<SmallIntVector>number("int16", new ArrowType.Int(16, true), "-32768", "32767", v -> {
            v.setSafe(0, -32768);
            v.setSafe(2, 32767);
        });
        this.<IntVector>number("int32", new ArrowType.Int(32, true), "-2147483648", "2147483647", v -> {
            v.setSafe(0, Integer.MIN_VALUE);
            v.setSafe(2, Integer.MAX_VALUE);
        });
        this.<BigIntVector>number(
                "int64", new ArrowType.Int(64, true), "-9223372036854775808", "9007199254740993", v -> {
                    v.setSafe(0, Long.MIN_VALUE);
                    v.setSafe(2, 9007199254740993L);
                });
        this.<UInt1Vector>number("uint8", new ArrowType.Int(8, false), "0", "255", v -> {
            v.setSafe(0, 0);
            v.setSafe(2, 255);
        });
        this.<UInt2Vector>number("uint16", new ArrowType.Int(16, false), "0", "65535", v -> {
            v.setSafe(0, 0);
            v.setSafe(2, 65535);
        });
        this.<UInt4Vector>number("uint32", new ArrowType.Int(32, false), "0", "4294967295", v -> {
            v.setSafe(0, 0);
            v.setSafe(2, -1);
        });
        this.<UInt8Vector>number("uint64", new ArrowType.Int(64, false), "1", "18446744073709551615", v -> {
            v.setSafe(0, 1);
            v.setSafe(2, -1L);
        });
        this.<Float2Vector>number("half", floating(FloatingPointPrecision.HALF), "0.5", "-65504.0", v -> {
            v.setSafeWithPossibleTruncate(0, 0.5f);
            v.setSafeWithPossibleTruncate(2, -65504f);
        });
        this.<Float4Vector>number("float", floating(FloatingPointPrecision.SINGLE), "0.1", "3.4028235E38", v -> {
            v.setSafe(0, 0.1f);
            v.setSafe(2, Float.MAX_VALUE);
        });
        this.<Float8Vector>number("double", floating(FloatingPointPrecision.DOUBLE), "0.1", "-4.9E-324", v -> {
            v.setSafe(0, 0.1);
            v.setSafe(2, -Double.MIN_VALUE);
        });
        this.<Float8Vector>text("not a number", floating(FloatingPointPrecision.DOUBLE), "NaN", "-Infinity", v -> {
            v.setSafe(0, Double.NaN);
            v.setSafe(2, Double.NEGATIVE_INFINITY);
        });
        this.<DecimalVector>number(
                "decimal128",
                new ArrowType.Decimal(38, 4, 128),
                "0.0001",
                "-9999999999999999999999999999999999.9999",
                v -> {
                    v.setSafe(0, new BigDecimal("0.0001"));
                    v.setSafe(2, new BigDecimal("-9999999999999999999999999999999999.9999"));
                });
        this.<DecimalVector>number("decimal128 scaled up", new ArrowType.Decimal(10, -2, 128), "1200", "-100", v -> {
            v.setSafe(0, new BigDecimal("12E2"));
            v.setSafe(2, new BigDecimal("-1E2"));
        });
        this.<Decimal256Vector>number(
                "decimal256",
                new ArrowType.Decimal(76, 1, 256),
                "0.0",
                "123456789012345678901234567890123456789012345.6",
                v -> {
                    v.setSafe(0, new BigDecimal("0.0"));
                    v.setSafe(2, new BigDecimal("123456789012345678901234567890123456789012345.6"));
                });
        this.<BitVector>number("bool", new ArrowType.Bool(), "true", "false", v -> {
            v.setSafe(0, 1);
            v.setSafe(2, 0);
        });
    }

    private void characters() {
        this.<VarCharVector>text("utf8", new ArrowType.Utf8(), "plain", "grün, \"日本\"\n\tend", v -> {
            v.setSafe(0, "plain".getBytes(UTF_8));
            v.setSafe(2, "grün, \"日本\"\n\tend".getBytes(UTF_8));
        });
        this.<LargeVarCharVector>text("large utf8", new ArrowType.LargeUtf8(), "", "x", v -> {
            v.setSafe(0, new byte[0]);
            v.setSafe(2, "x".getBytes(UTF_8));
        });
        this.<ViewVarCharVector>text(
                "utf8 view", ArrowType.Utf8View.INSTANCE, "short", "longer than twelve bytes", v -> {
                    v.setSafe(0, "short".getBytes(UTF_8));
                    v.setSafe(2, "longer than twelve bytes".getBytes(UTF_8));
                });
        byte[] bytes = {0, -1, 16};
        this.<VarBinaryVector>text("binary", new ArrowType.Binary(), "AP8Q", "", v -> {
            v.setSafe(0, bytes);
            v.setSafe(2, new byte[0]);
        });
        this.<LargeVarBinaryVector>text("large binary", new ArrowType.LargeBinary(), "AP8Q", "AA==", v -> {
            v.setSafe(0, bytes);
            v.setSafe(2, new byte[1]);
        });
        this.<ViewVarBinaryVector>text(
                "binary view", ArrowType.BinaryView.INSTANCE, "AP8Q", "AAAAAAAAAAAAAAAAAAAAAA==", v -> {
                    v.setSafe(0, bytes);
                    v.setSafe(2, new byte[16]);
                });
        this.<FixedSizeBinaryVector>text("fixed binary", new ArrowType.FixedSizeBinary(3), "AP8Q", "AAAA", v -> {
            v.setSafe(0, bytes);
            v.setSafe(2, new byte[3]);
        });
    }

    private void times() {
        this.<DateDayVector>text("date32", new ArrowType.Date(DateUnit.DAY), "2024-02-29", "1969-12-31", v -> {
            v.setSafe(0, 19782);
            v.setSafe(2, -1);
        });
        this.<DateMilliVector>text(
                "date64", new ArrowType.Date(DateUnit.MILLISECOND), "2024-02-29", "1970-01-01T00:00:00.001", v -> {
                    v.setSafe(0, 19782 * 86_400_000L);
                    v.setSafe(2, 1);
                });
        this.<TimeSecVector>text("time s", new ArrowType.Time(TimeUnit.SECOND, 32), "00:00:00", "23:59:59", v -> {
            v.setSafe(0, 0);
            v.setSafe(2, 86399);
        });
        this.<TimeMilliVector>text(
                "time ms", new ArrowType.Time(TimeUnit.MILLISECOND, 32), "00:00:00.001", "90000000", v -> {
                    v.setSafe(0, 1);
                    v.setSafe(2, 90_000_000);
                });
        this.<TimeMicroVector>text(
                "time us", new ArrowType.Time(TimeUnit.MICROSECOND, 64), "12:34:56.000007", "00:00:00.000000", v -> {
                    v.setSafe(0, 45_296_000_007L);
                    v.setSafe(2, 0);
                });
        this.<TimeNanoVector>text(
                "time ns", new ArrowType.Time(TimeUnit.NANOSECOND, 64), "00:00:00.000000001", "-1", v -> {
                    v.setSafe(0, 1);
                    v.setSafe(2, -1);
                });
        stamp(TimeUnit.SECOND, null, "2024-02-29T12:34:56", 1709210096L, "1969-12-31T23:59:59", -1);
        stamp(TimeUnit.MILLISECOND, null, "1970-01-01T00:00:00.001", 1, "1969-12-31T23:59:59.999", -1);
        stamp(TimeUnit.MICROSECOND, null, "1970-01-01T00:00:00.000001", 1, "1969-12-31T23:59:59.999999", -1);
        stamp(
                TimeUnit.NANOSECOND,
                null,
                "1970-01-01T00:00:00.000000001",
                1,
                "1677-09-21T00:12:43.145224193",
                -Long.MAX_VALUE);
        stamp(TimeUnit.SECOND, "UTC", "1970-01-01T00:00:00Z", 0, "9223372036854775807", Long.MAX_VALUE);
        stamp(
                TimeUnit.MILLISECOND,
                "Europe/Berlin",
                "1970-01-01T01:00:00.000+01:00",
                0,
                "2024-07-01T02:00:00.000+02:00",
                1719792000000L);
        stamp(
                TimeUnit.MICROSECOND,
                "-03:30",
                "1969-12-31T20:30:00.000000-03:30",
                0,
                "1969-12-31T20:30:00.000001-03:30",
                1);
        stamp(
                TimeUnit.NANOSECOND,
                "Nowhere/City",
                "1970-01-01T00:00:00.000000000Z",
                0,
                "1970-01-01T00:00:00.000000001Z",
                1);
        this.<DurationVector>text(
                "duration s", new ArrowType.Duration(TimeUnit.SECOND), "PT1M1S", "PT-2562047788015215H-30M-7S", v -> {
                    v.setSafe(0, 61);
                    v.setSafe(2, -Long.MAX_VALUE);
                });
        this.<DurationVector>text(
                "duration us", new ArrowType.Duration(TimeUnit.MICROSECOND), "PT0.000001S", "PT-1.5S", v -> {
                    v.setSafe(0, 1);
                    v.setSafe(2, -1_500_000);
                });
        this.<IntervalYearVector>text("months", new ArrowType.Interval(IntervalUnit.YEAR_MONTH), "P1Y2M", "P-1M", v -> {
            v.setSafe(0, 14);
            v.setSafe(2, -1);
        });
        this.<IntervalDayVector>text("days", new ArrowType.Interval(IntervalUnit.DAY_TIME), "P3DT0.5S", "P0D", v -> {
            v.setSafe(0, 3, 500);
            v.setSafe(2, 0, 0);
        });
        this.<IntervalMonthDayNanoVector>text(
                "months days nanos",
                new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
                "P1M-2DT3S",
                "PT0.000000001S",
                v -> {
                    v.setSafe(0, 1, -2, 3_000_000_000L);
                    v.setSafe(2, 0, 0, 1);
                });
    }

    private void stamp(TimeUnit unit, String zone, String first, long one, String third, long three) {
        this.<TimeStampVector>text(
                "timestamp " + unit + " " + zone, new ArrowType.Timestamp(unit, zone), first, third, v -> {
                    v.setSafe(0, one);
                    v.setSafe(2, three);
                });
    }

    private void lists() {
        ListVector list = ListVector.empty("list", allocator);
        UnionListWriter writer = list.getWriter();
        writer.setPosition(0);
        writer.startList();
        writer.bigInt().writeBigInt(1);
        writer.bigInt().writeNull();
        writer.bigInt().writeBigInt(3);
        writer.endList();
        writer.setPosition(2);
        writer.startList();
        writer.endList();
        writer.setValueCount(3);
        add(list, List.of("[1,null,3]", "[]"), List.of("[1,null,3]", "[]"));

        LargeListVector large = LargeListVector.empty("large list", allocator);
        ints(large.addOrGetVector(FieldType.nullable(new ArrowType.Int(32, true)))
                .getVector());
        large.allocateNewSafe();
        large.startNewValue(0);
        large.endValue(0, 2);
        large.startNewValue(2);
        large.endValue(2, 1);
        large.setValueCount(3);
        ints(large.getDataVector());
        add(large, List.of("[10,11]", "[12]"), List.of("[10,11]", "[12]"));

        FixedSizeListVector fixed = FixedSizeListVector.empty("fixed list", 2, allocator);
        fixed.addOrGetVector(FieldType.nullable(new ArrowType.Int(32, true)));
        fixed.allocateNew();
        fixed.setNotNull(0);
        fixed.setNotNull(2);
        ints(fixed.getDataVector());
        fixed.setValueCount(3);
        add(fixed, List.of("[10,11]", "[14,15]"), List.of("[10,11]", "[14,15]"));

        ListViewVector view = ListViewVector.empty("list view", allocator);
        view.addOrGetVector(FieldType.nullable(new ArrowType.Int(32, true)));
        view.allocateNew();
        ints(view.getDataVector());
        view.setOffset(0, 3);
        view.setSize(0, 2);
        BitVectorHelper.setBit(view.getValidityBuffer(), 0);
        view.setOffset(2, 0);
        view.setSize(2, 4);
        BitVectorHelper.setBit(view.getValidityBuffer(), 2);
        view.setValueCount(3);
        add(view, List.of("[13,14]", "[10,11,12,13]"), List.of("[13,14]", "[10,11,12,13]"));

        LargeListViewVector largeView = LargeListViewVector.empty("large list view", allocator);
        largeView.addOrGetVector(FieldType.nullable(new ArrowType.Int(32, true)));
        largeView.allocateNew();
        ints(largeView.getDataVector());
        largeView.setOffset(0, 3);
        largeView.setSize(0, 1);
        BitVectorHelper.setBit(largeView.getValidityBuffer(), 0);
        largeView.setOffset(2, 5);
        largeView.setSize(2, 0);
        BitVectorHelper.setBit(largeView.getValidityBuffer(), 2);
        largeView.setValueCount(3);
        add(largeView, List.of("[13]", "[]"), List.of("[13]", "[]"));
    }

    private static void ints(ValueVector vector) {
        IntVector ints = (IntVector) vector;
        for (int i = 0; i < 6; i++) {
            ints.setSafe(i, 10 + i);
        }
        ints.setValueCount(6);
    }

    private void nested() {
        Field key = new Field("key", FieldType.notNullable(new ArrowType.Utf8()), null);
        Field value = Field.nullable("value", new ArrowType.Int(32, true));
        Field entries = new Field("entries", FieldType.notNullable(new ArrowType.Struct()), List.of(key, value));
        MapVector map = (MapVector) new Field("map", FieldType.nullable(new ArrowType.Map(false)), List.of(entries))
                .createVector(allocator);
        map.allocateNew();
        StructVector entry = (StructVector) map.getDataVector();
        map.startNewValue(0);
        for (int i = 0; i < 2; i++) {
            entry.setIndexDefined(i);
            ((VarCharVector) entry.getChild("key")).setSafe(i, ("k\"" + i).getBytes(UTF_8));
        }
        ((IntVector) entry.getChild("value")).setSafe(1, 5);
        map.endValue(0, 2);
        map.startNewValue(2);
        map.endValue(2, 0);
        entry.setValueCount(2);
        map.setValueCount(3);
        String both = "{\"k\\\"0\":null,\"k\\\"1\":5}";
        add(map, List.of(both, "{}"), List.of(both, "{}"));

        Field deep = new Field(
                "deep",
                FieldType.nullable(new ArrowType.List()),
                List.of(Field.nullable("item", new ArrowType.Utf8())));
        Field decimal = Field.nullable("amount", new ArrowType.Decimal(5, 2, 128));
        Field time = Field.nullable("at", new ArrowType.Timestamp(TimeUnit.SECOND, "UTC"));
        Field bin = Field.nullable("raw", new ArrowType.Binary());
        StructVector struct = (StructVector)
                new Field("struct", FieldType.nullable(new ArrowType.Struct()), List.of(deep, decimal, time, bin))
                        .createVector(allocator);
        struct.setIndexDefined(0);
        struct.setIndexDefined(2);
        UnionListWriter strings = ((ListVector) struct.getChild("deep")).getWriter();
        strings.setPosition(0);
        strings.startList();
        strings.varChar().writeVarChar("a\nb");
        strings.endList();
        strings.setValueCount(3);
        ((DecimalVector) struct.getChild("amount")).setSafe(0, new BigDecimal("1.50"));
        ((TimeStampVector) struct.getChild("at")).setSafe(0, 0);
        ((VarBinaryVector) struct.getChild("raw")).setSafe(0, new byte[] {1});
        struct.setValueCount(3);
        String full = "{\"deep\":[\"a\\nb\"],\"amount\":1.50,\"at\":\"1970-01-01T00:00:00Z\",\"raw\":\"AQ==\"}";
        String empty = "{\"deep\":null,\"amount\":null,\"at\":null,\"raw\":null}";
        add(struct, List.of(full, empty), List.of(full, empty));
        unions();
    }

    private void unions() {
        Field number = Field.nullable("number", new ArrowType.Int(32, true));
        Field word = Field.nullable("word", new ArrowType.Utf8());
        FieldType sparseType = FieldType.nullable(new ArrowType.Union(UnionMode.Sparse, new int[] {7, 3}));
        UnionVector sparse =
                (UnionVector) new Field("sparse union", sparseType, List.of(number, word)).createVector(allocator);
        sparse.allocateNew();
        ArrowBuf ids = sparse.getTypeBuffer();
        ids.setByte(0, 7);
        ids.setByte(1, 7);
        ids.setByte(2, 3);
        ((IntVector) sparse.getChildrenFromFields().get(0)).setSafe(0, 42);
        ((IntVector) sparse.getChildrenFromFields().get(0)).setNull(1);
        ((VarCharVector) sparse.getChildrenFromFields().get(1)).setSafe(2, "w".getBytes(UTF_8));
        sparse.setValueCount(3);
        add(
                new Field("sparse union", sparseType, List.of(number, word)),
                sparse,
                List.of("42", "w"),
                List.of("42", "\"w\""));

        FieldType denseType = FieldType.nullable(new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}));
        DenseUnionVector dense =
                (DenseUnionVector) new Field("dense union", denseType, List.of(number, word)).createVector(allocator);
        dense.allocateNew();
        for (int row = 0; row < 3; row++) {
            dense.getTypeBuffer().setByte(row, row == 2 ? 0 : 1);
        }
        dense.getOffsetBuffer().setInt(0, 0);
        dense.getOffsetBuffer().setInt(4, 1);
        dense.getOffsetBuffer().setInt(8, 0);
        IntVector ints = (IntVector) dense.getChildrenFromFields().get(0);
        ints.setSafe(0, -1);
        ints.setValueCount(1);
        VarCharVector words = (VarCharVector) dense.getChildrenFromFields().get(1);
        words.setSafe(0, "first".getBytes(UTF_8));
        words.setValueCount(2);
        dense.setValueCount(3);
        add(
                new Field("dense union", denseType, List.of(number, word)),
                dense,
                List.of("first", "-1"),
                List.of("\"first\"", "-1"));
    }

    private void encoded() {
        VarCharVector words = new VarCharVector("words", allocator);
        words.setSafe(0, "red".getBytes(UTF_8));
        words.setSafe(1, "green".getBytes(UTF_8));
        words.setNull(2);
        words.setValueCount(3);
        closeables.add(words);
        DictionaryEncoding encoding = new DictionaryEncoding(11, false, new ArrowType.Int(8, false));
        dictionaries.put(new Dictionary(words, encoding));
        UInt1Vector indices =
                new UInt1Vector("dictionary", new FieldType(true, encoding.getIndexType(), encoding), allocator);
        indices.setSafe(0, 1);
        indices.setSafe(1, 2); // the entry is null, the index is not
        indices.setSafe(2, 0);
        indices.setValueCount(3);
        add(indices, List.of("green", "red"), List.of("\"green\"", "\"red\""));

        RunEndEncodedVector runs = (RunEndEncodedVector) new Field(
                        "runs",
                        FieldType.notNullable(ArrowType.RunEndEncoded.INSTANCE),
                        List.of(
                                new Field("run_ends", FieldType.notNullable(new ArrowType.Int(32, true)), null),
                                Field.nullable("values", new ArrowType.Utf8())))
                .createVector(allocator);
        IntVector ends = (IntVector) runs.getRunEndsVector();
        VarCharVector values = (VarCharVector) runs.getValuesVector();
        for (int run = 0; run < 3; run++) {
            ends.setSafe(run, run + 1);
        }
        values.setSafe(0, "once".getBytes(UTF_8));
        values.setNull(1);
        values.setSafe(2, "again".getBytes(UTF_8));
        ends.setValueCount(3);
        values.setValueCount(3);
        runs.setValueCount(3);
        add(runs, List.of("once", "again"), List.of("\"once\"", "\"again\""));

        UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        UuidVector uuids =
                (UuidVector) new Field("uuid", FieldType.nullable(UuidType.INSTANCE), null).createVector(allocator);
        uuids.setSafe(0, uuid);
        uuids.setSafe(2, new UUID(0, 0));
        uuids.setValueCount(3);
        List<String> texts = List.of(uuid.toString(), "00000000-0000-0000-0000-000000000000");
        add(uuids, texts, texts.stream().map(text -> '"' + text + '"').toList());
    }

    private static ArrowType floating(FloatingPointPrecision precision) {
        return new ArrowType.FloatingPoint(precision);
    }

    /** A column whose JSON is its text as it is. */
    private <V extends FieldVector> void number(
            String name, ArrowType type, String first, String third, Consumer<V> fill) {
        add(filled(name, type, fill), List.of(first, third), List.of(first, third));
    }

    /** A column whose JSON is a string. */
    private <V extends FieldVector> void text(
            String name, ArrowType type, String first, String third, Consumer<V> fill) {
        add(filled(name, type, fill), List.of(first, third), List.of(quoted(first), quoted(third)));
    }

    @SuppressWarnings("unchecked")
    private <V extends FieldVector> FieldVector filled(String name, ArrowType type, Consumer<V> fill) {
        FieldVector vector = Field.nullable(name, type).createVector(allocator);
        fill.accept((V) vector);
        vector.setValueCount(3);
        return vector;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t") + '"';
    }

    private void add(FieldVector vector, List<String> texts, List<String> json) {
        add(vector.getField(), vector, texts, json);
    }

    private void add(Field field, FieldVector vector, List<String> texts, List<String> json) {
        fields.add(field);
        columns.add(new Column(vector, texts, json));
    }
}
