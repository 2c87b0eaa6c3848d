package dev.peregrine.interop.types;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.arrow.vector.extension.OpaqueType;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** One thread. Fields of all types that Arrow for Java has, in each other; names and metadata of all kinds. */
final class RandomSchemas {
    private static final String[] NAMES = {"a", "a", "b", "", "two words", "Größe", "日本", "x.y", "item", "🙂"};

    private final Random random;
    private final RandomStream.Limits limits;

    RandomSchemas(Random random, RandomStream.Limits limits) {
        OpaqueType.ensureRegistered();
        this.random = random;
        this.limits = limits;
    }

    Schema schema(List<Field> more) {
        List<Field> fields = new ArrayList<>(more);
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            fields.add(random.nextInt(fields.size() + 1), field(3));
        }
        return new Schema(fields, metadata());
    }

    private String name() {
        return NAMES[random.nextInt(NAMES.length)];
    }

    Map<String, String> metadata() {
        Map<String, String> metadata = new HashMap<>();
        for (int i = random.nextInt(6) - 3; i > 0; i--) {
            metadata.put("key " + name(), name());
        }
        return metadata;
    }

    Field field(int depth) {
        return field(name(), depth, random.nextInt(4) > 0);
    }

    /** Arrow for Java cannot make a vector of a fixed-size list of unions: FixedSizeListVector misses their type ids. */
    private Field noUnion(int depth) {
        Field field;
        do {
            field = field(depth);
        } while (field.getType() instanceof ArrowType.Union);
        return field;
    }

    private Field field(String name, int depth, boolean nullable) {
        int kinds = depth == 3 || limits.nestedUnions() ? 40 : 39;
        int kind = random.nextInt(depth > 0 ? kinds : 28);
        List<Field> children = List.of();
        ArrowType type;
        switch (kind) {
            case 28, 29 -> {
                type = new ArrowType.List();
                children = List.of(field(depth - 1));
            }
            case 30 -> {
                type = new ArrowType.LargeList();
                children = List.of(field(depth - 1));
            }
            case 31 -> {
                type = new ArrowType.FixedSizeList(random.nextInt(4));
                children = List.of(noUnion(depth - 1));
            }
            case 32 -> {
                type = new ArrowType.ListView();
                children = List.of(field(depth - 1));
            }
            case 33 -> {
                type = new ArrowType.LargeListView();
                children = List.of(field(depth - 1));
            }
            case 34, 35 -> {
                type = new ArrowType.Struct();
                // Arrow for Java finds the children of a struct by their names.
                children = IntStream.range(0, random.nextInt(4))
                        .mapToObj(i -> field("child " + i, depth - 1, random.nextBoolean()))
                        .toList();
            }
            case 36 -> {
                type = new ArrowType.Map(false);
                children = List.of(new Field(
                        "entries",
                        FieldType.notNullable(new ArrowType.Struct()),
                        List.of(field("key", new ArrowType.Utf8(), false), field("value", depth - 1, true))));
            }
            case 37 -> {
                children = List.of(
                        field("run_ends", new ArrowType.Int(16 << random.nextInt(3), true), false),
                        limits.runMetadata()
                                ? field("values", 0, true)
                                : field("values", leaf(random.nextInt(28)), true));
                type = new ArrowType.RunEndEncoded();
            }
            case 38 -> {
                children = IntStream.range(0, 1 + random.nextInt(3))
                        .mapToObj(i -> field("child " + i, depth - 1, true))
                        .toList();
                type = new ArrowType.Union(
                        UnionMode.Dense, IntStream.range(0, children.size()).toArray());
            }
            case 39 -> {
                // Arrow for Java numbers and names the children of a sparse union by their types.
                List<MinorType> types = List.of(MinorType.INT, MinorType.BIGINT, MinorType.VARCHAR, MinorType.FLOAT8);
                List<MinorType> some = types.subList(random.nextInt(3), 4);
                children = some.stream()
                        .map(t -> field(t.name().toLowerCase(java.util.Locale.ROOT), t.getType(), true))
                        .toList();
                type = new ArrowType.Union(
                        UnionMode.Sparse,
                        some.stream().mapToInt(MinorType::ordinal).toArray());
            }
            default -> type = leaf(kind);
        }
        boolean mayBeNull = type instanceof ArrowType.Null || nullable;
        return new Field(name, new FieldType(mayBeNull, type, null, metadata()), children);
    }

    private static Field field(String name, ArrowType type, boolean nullable) {
        return new Field(name, new FieldType(nullable, type, null), null);
    }

    private ArrowType leaf(int kind) {
        TimeUnit unit = TimeUnit.values()[random.nextInt(4)];
        return switch (kind) {
            case 0 -> new ArrowType.Null();
            case 1 -> new ArrowType.Bool();
            case 2, 3, 4 -> new ArrowType.Int(8 << random.nextInt(4), true);
            case 5, 6 -> new ArrowType.Int(8 << random.nextInt(4), false);
            case 7, 8 -> new ArrowType.FloatingPoint(FloatingPointPrecision.values()[random.nextInt(3)]);
            case 9 -> new ArrowType.Decimal(1 + random.nextInt(38), random.nextInt(5), 128);
            case 10 -> new ArrowType.Decimal(1 + random.nextInt(76), random.nextInt(5), 256);
            case 11 -> new ArrowType.Date(DateUnit.values()[random.nextInt(2)]);
            case 12 -> new ArrowType.Time(unit, unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? 32 : 64);
            case 13 -> new ArrowType.Timestamp(unit, null);
            case 14 -> new ArrowType.Timestamp(unit, "Europe/Zurich");
            case 15 -> new ArrowType.Duration(unit);
            case 16 ->
                limits.intervals()
                        ? new ArrowType.Interval(IntervalUnit.values()[random.nextInt(3)])
                        : new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
            case 17, 18 -> new ArrowType.Utf8();
            case 19 -> new ArrowType.LargeUtf8();
            case 20, 21 -> new ArrowType.Utf8View();
            case 22 -> new ArrowType.Binary();
            case 23 -> new ArrowType.LargeBinary();
            case 24 -> new ArrowType.BinaryView();
            case 25 -> new ArrowType.FixedSizeBinary(1 + random.nextInt(20));
            case 26 -> new OpaqueType(new ArrowType.Utf8(), "geometry", "somebody");
            default -> new ArrowType.Int(32, true);
        };
    }
}
