package dev.peregrine.bench.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Any thread. Which columns a batch has. All values follow from the row's number. */
public enum Columns {
    /** The convention: four int64 without nulls; row i holds i, 2i, 3i, 4i. */
    INTS(plain("a"), plain("b"), plain("c"), plain("d")),

    /** Four utf8 of 4 to 28 bytes. */
    STRINGS(text("a"), text("b"), text("c"), text("d")),

    /** Four int32 into dictionaries of 1,000 utf8 each. */
    DICTIONARY(encoded("a", 1), encoded("b", 2), encoded("c", 3), encoded("d", 4)),

    /** A list of int64, a struct of an int64 and a utf8, and a list of structs. */
    NESTED(
            new Field("numbers", nullable(new ArrowType.List()), List.of(plain("item"))),
            struct("pair"),
            new Field("pairs", nullable(new ArrowType.List()), List.of(struct("item")))),

    /** 200 int64. */
    WIDE(wide()),

    /** Ten columns as a row of measurements has them, two of them with nulls. */
    MIXED(
            plain("id"),
            text("sensor"),
            field("at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            field("value", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            field("count", new ArrowType.Int(32, true)),
            field("ok", ArrowType.Bool.INSTANCE),
            field("code", new ArrowType.Int(16, true)),
            new Field("note", nullable(ArrowType.Utf8.INSTANCE), null),
            new Field("ratio", nullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)), null),
            field("day", new ArrowType.Date(DateUnit.DAY)));

    /** Bytes of values in a row of {@link #INTS}. */
    public static final int INTS_ROW = 32;

    static final int WIDTH = 200;

    private final Schema schema;

    Columns(Field... fields) {
        schema = new Schema(List.of(fields));
    }

    /** By the name that is typed, in small letters. */
    public static Columns named(String name) {
        try {
            return valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "there are no columns '" + name + "'; there are ints, strings, dictionary, nested, wide, mixed", e);
        }
    }

    /** As vectors have it: a dictionary-encoded field with the type of its indices. */
    public Schema schema() {
        return schema;
    }

    /** The path to put them to: {@code first}, and their name if a server that verifies cannot expect them. */
    public List<String> path(String first) {
        return this == INTS ? List.of(first) : List.of(first, name().toLowerCase(Locale.ROOT));
    }

    /** The columns that are put to {@code path}. */
    public static Columns of(List<String> path) {
        return path.size() < 2 ? INTS : named(path.get(1));
    }

    /** A new batch; the caller closes it. */
    public Batch batch(BufferAllocator allocator, int rows) {
        return Values.fill(Batch.empty(this, allocator), rows, allocator);
    }

    private static Field field(String name, ArrowType type) {
        return new Field(name, FieldType.notNullable(type), null);
    }

    private static Field plain(String name) {
        return field(name, new ArrowType.Int(64, true));
    }

    private static Field text(String name) {
        return field(name, ArrowType.Utf8.INSTANCE);
    }

    private static Field encoded(String name, long dictionary) {
        ArrowType.Int index = new ArrowType.Int(32, true);
        return new Field(
                name, new FieldType(false, index, new DictionaryEncoding(dictionary, false, index), null), null);
    }

    private static Field struct(String name) {
        return new Field(
                name,
                FieldType.notNullable(ArrowType.Struct.INSTANCE),
                List.of(plain("number"), new Field("text", nullable(ArrowType.Utf8.INSTANCE), null)));
    }

    private static FieldType nullable(ArrowType type) {
        return FieldType.nullable(type);
    }

    private static Field[] wide() {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < WIDTH; i++) {
            fields.add(plain("c" + i));
        }
        return fields.toArray(Field[]::new);
    }
}
