package dev.peregrine.cli.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.complex.*;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** One column of every type, with three rows of which the second is null, and the texts they ought to have. */
public final class Columns implements AutoCloseable {
    /** What a column ought to read like: as text, and as JSON. */
    public record Column(FieldVector vector, List<String> texts, List<String> json) {}

    public final List<Column> columns = new ArrayList<>();
    final List<Field> fields = new ArrayList<>();
    public final MapDictionaryProvider dictionaries = new MapDictionaryProvider();
    final List<FieldVector> closeables = new ArrayList<>();
    private final BufferAllocator allocator;

    public Columns(BufferAllocator allocator) {
        this.allocator = allocator;
        numbers();
        characters();
        times();
        new NestedColumns(this, allocator).add();
    }

    /** All of them side by side; closing it closes nothing more than closing this does. */
    public VectorSchemaRoot root() {
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

    void add(FieldVector vector, List<String> texts, List<String> json) {
        add(vector.getField(), vector, texts, json);
    }

    void add(Field field, FieldVector vector, List<String> texts, List<String> json) {
        fields.add(field);
        columns.add(new Column(vector, texts, json));
    }
}
