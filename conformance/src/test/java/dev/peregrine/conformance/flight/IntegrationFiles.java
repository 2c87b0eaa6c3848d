package dev.peregrine.conformance.flight;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.extension.OpaqueType;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Any thread. The cases that Arrow's runner makes files of, as far as Arrow for Java can write them. */
final class IntegrationFiles {
    private static final ArrowType INT16 = new ArrowType.Int(16, true);
    private static final ArrowType INT32 = new ArrowType.Int(32, true);
    private static final ArrowType INT64 = new ArrowType.Int(64, true);
    private static final ArrowType UTF8 = new ArrowType.Utf8();

    private IntegrationFiles() {}

    static List<IntegrationFile> all() {
        OpaqueType.ensureRegistered();
        List<IntegrationFile> all = new ArrayList<>();
        all.add(new IntegrationFile("primitive", new Schema(primitives()), List.of(17, 20)));
        all.add(new IntegrationFile("primitive_no_batches", new Schema(primitives()), List.of()));
        all.add(new IntegrationFile("primitive_zerolength", new Schema(primitives()), List.of(0, 0, 0)));
        add(all, "binary", column(new ArrowType.Binary()), column(UTF8));
        add(all, "large_binary", column(new ArrowType.LargeBinary()), column(new ArrowType.LargeUtf8()));
        add(all, "binary_view", column(new ArrowType.BinaryView()), column(new ArrowType.Utf8View()));
        add(all, "null", column(INT32), column(new ArrowType.Null()), column(UTF8));
        add(all, "null_trivial", column(new ArrowType.Null()));
        add(all, "decimal128", decimals(128, 38));
        add(all, "decimal256", decimals(256, 76));
        add(all, "datetime", times());
        add(all, "duration", units().map(unit -> column(new ArrowType.Duration(unit))));
        add(all, "interval", interval(IntervalUnit.YEAR_MONTH), interval(IntervalUnit.DAY_TIME));
        add(all, "interval_mdn", interval(IntervalUnit.MONTH_DAY_NANO));
        add(all, "map", map());
        add(all, "nested", list(INT32), fixedList(), struct(column(INT32), column(UTF8)));
        add(
                all,
                "recursive_nested",
                nest(new ArrowType.List(), list(INT16)),
                nest(new ArrowType.List(), struct(list(INT32))));
        add(
                all,
                "nested_large_offsets",
                nest(new ArrowType.LargeList(), column(INT32)),
                nest(new ArrowType.LargeList(), nest(new ArrowType.LargeList(), column(UTF8))));
        add(
                all,
                "list_view",
                nest(new ArrowType.ListView(), column(UTF8)),
                nest(new ArrowType.LargeListView(), column(INT64)));
        add(all, "unions", denseUnion(), sparseUnion());
        all.add(new IntegrationFile("custom_metadata", withMetadata(), List.of(3)));
        add(all, "duplicate_fieldnames", named("a", INT32), named("a", UTF8), named("a", new ArrowType.Bool()));
        add(
                all,
                "dictionary",
                encoded("few", 0, 8, true),
                encoded("more", 1, 32, true),
                encoded("most", 2, 64, true),
                encoded("the few again", 0, 8, true));
        add(
                all,
                "dictionary_unsigned",
                encoded("few", 0, 8, false),
                encoded("more", 1, 16, false),
                encoded("most", 2, 32, false));
        add(all, "run_end_encoded", runs(16), runs(32), runs(64));
        add(all, "extension", column(new OpaqueType(UTF8, "geometry", "somebody")), column(INT32));
        return all;
    }

    private static void add(List<IntegrationFile> all, String name, Field... fields) {
        add(all, name, Stream.of(fields));
    }

    /** Of two batches. {@code JsonFileReader} wants fields that differ, in their types if not in their names. */
    private static void add(List<IntegrationFile> all, String name, Stream<Field> fields) {
        all.add(new IntegrationFile(name, new Schema(fields.toList()), List.of(7, 10)));
    }

    private static Field named(String name, ArrowType type, Field... children) {
        return new Field(name, FieldType.nullable(type), List.of(children));
    }

    private static Field column(ArrowType type) {
        return named(type.toString().toLowerCase(java.util.Locale.ROOT), type);
    }

    private static Field required(Field field) {
        FieldType type = new FieldType(false, field.getType(), field.getDictionary(), field.getMetadata());
        return new Field(field.getName() + " not null", type, field.getChildren());
    }

    private static List<Field> primitives() {
        Stream<ArrowType> whole = IntStream.of(8, 16, 32, 64)
                .boxed()
                .flatMap(bits -> Stream.of(new ArrowType.Int(bits, true), new ArrowType.Int(bits, false)));
        Stream<ArrowType> others = Stream.of(
                new ArrowType.Bool(),
                new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
                new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
                new ArrowType.FixedSizeBinary(19));
        return Stream.concat(whole, others)
                .map(IntegrationFiles::column)
                .flatMap(field -> Stream.of(field, required(field)))
                .toList();
    }

    private static Stream<Field> decimals(int bits, int digits) {
        return IntStream.of(3, 19, digits).mapToObj(precision -> column(new ArrowType.Decimal(precision, 2, bits)));
    }

    private static Stream<TimeUnit> units() {
        return Stream.of(TimeUnit.values());
    }

    private static Stream<Field> times() {
        Stream<ArrowType> dates = Stream.of(DateUnit.values()).map(ArrowType.Date::new);
        Stream<ArrowType> times = units().flatMap(unit -> Stream.of(
                new ArrowType.Time(unit, unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? 32 : 64),
                new ArrowType.Timestamp(unit, null),
                new ArrowType.Timestamp(unit, "Europe/Zurich")));
        return Stream.concat(dates, times).map(IntegrationFiles::column);
    }

    private static Field interval(IntervalUnit unit) {
        return column(new ArrowType.Interval(unit));
    }

    private static Field nest(ArrowType type, Field child) {
        return named(type + " of " + child.getName(), type, child);
    }

    private static Field list(ArrowType type) {
        return nest(new ArrowType.List(), named("item", type));
    }

    private static Field fixedList() {
        return nest(new ArrowType.FixedSizeList(4), named("item", INT32));
    }

    private static Field struct(Field... children) {
        return named("struct", new ArrowType.Struct(), children);
    }

    private static Field map() {
        Field entries = new Field(
                "entries",
                FieldType.notNullable(new ArrowType.Struct()),
                List.of(new Field("key", FieldType.notNullable(UTF8), null), named("value", INT32)));
        return named("map", new ArrowType.Map(false), entries);
    }

    private static Field denseUnion() {
        return named("dense", new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}), column(INT32), column(UTF8));
    }

    /** Arrow for Java numbers and names the children of a sparse union by their types. */
    private static Field sparseUnion() {
        int[] ids = {MinorType.INT.ordinal(), MinorType.VARCHAR.ordinal()};
        return named("sparse", new ArrowType.Union(UnionMode.Sparse, ids), named("int", INT32), named("varchar", UTF8));
    }

    private static Schema withMetadata() {
        FieldType described = new FieldType(true, INT32, null, Map.of("unit", "km/h"));
        return new Schema(List.of(new Field("speed", described, null), column(UTF8)), Map.of("made by", "a test"));
    }

    private static Field encoded(String name, long id, int bits, boolean signed) {
        DictionaryEncoding encoding = new DictionaryEncoding(id, false, new ArrowType.Int(bits, signed));
        return new Field(name, new FieldType(true, encoding.getIndexType(), encoding), null);
    }

    private static Field runs(int bits) {
        Field ends = new Field("run_ends", FieldType.notNullable(new ArrowType.Int(bits, true)), null);
        return named("runs of " + bits, new ArrowType.RunEndEncoded(), ends, named("values", UTF8));
    }
}
