package dev.peregrine.cli.demo;

import dev.peregrine.cli.demo.Columns.Words;
import dev.peregrine.cli.demo.GeneratedFlight.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The four flights of the demo: what tables, measurements, logs and models look like. */
final class Flights {
    private static final ArrowType INT8 = new ArrowType.Int(8, true);
    private static final ArrowType INT16 = new ArrowType.Int(16, true);
    private static final ArrowType INT32 = new ArrowType.Int(32, true);
    private static final ArrowType INT64 = new ArrowType.Int(64, true);
    private static final ArrowType FLOAT = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType UTF8 = new ArrowType.Utf8();

    private static final int SYMBOLS = 4_096;
    private static final int VENUES = 8;
    private static final int EMBEDDING = 128;
    private static final int MOST_WORDS = 7;
    private static final int MOST_ELEMENTS = 7;

    private Flights() {}

    static List<GeneratedFlight> all(long seed) {
        return List.of(trades(seed), sensors(seed), events(seed), embeddings(seed));
    }

    private static GeneratedFlight trades(long seed) {
        DictionaryEncoding symbols = new DictionaryEncoding(1, false, (ArrowType.Int) INT16);
        DictionaryEncoding venues = new DictionaryEncoding(2, false, (ArrowType.Int) INT8);
        Schema schema = new Schema(List.of(
                new Field("id", FieldType.notNullable(INT64), null),
                Field.nullable("at", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
                new Field("symbol", new FieldType(true, INT16, symbols), null),
                new Field("venue", new FieldType(true, INT8, venues), null),
                Field.nullable("price", DOUBLE),
                Field.nullable("quantity", INT32),
                Field.nullable("amount", new ArrowType.Decimal(18, 4, 128)),
                Field.nullable("buy", new ArrowType.Bool())));
        int rows = 65_536;
        return new GeneratedFlight(
                "trades",
                rows,
                seed,
                allocator -> {
                    MapDictionaryProvider dictionaries = new MapDictionaryProvider(
                            dictionary("SYM", SYMBOLS, symbols, allocator),
                            dictionary("venue ", VENUES, venues, allocator));
                    return new Vectors(root(schema, rows, allocator), dictionaries);
                },
                (root, columns) -> {
                    columns.full(root.getVector(0)).longs(fixed(root, 0), (row, bits) -> bits >>> 1);
                    columns.full(root.getVector(1))
                            .longs(
                                    fixed(root, 1),
                                    (row, bits) -> 1_700_000_000_000_000L + row * 1_000L + (bits & 1023));
                    columns.nulls(root.getVector(2)).shorts(fixed(root, 2), 0x0fff_0fff_0fff_0fffL);
                    columns.full(root.getVector(3)).bytes(fixed(root, 3), 0x0707_0707_0707_0707L);
                    columns.nulls(root.getVector(4)).longs(fixed(root, 4), Flights::unit);
                    columns.nulls(root.getVector(5)).ints(fixed(root, 5), (row, bits) -> (int) bits & 0xffff);
                    columns.nulls(root.getVector(6))
                            .decimals(fixed(root, 6), (row, bits) -> bits % 1_000_000_000_000_000_000L);
                    columns.full(root.getVector(7)).bits(fixed(root, 7));
                });
    }

    private static GeneratedFlight sensors(long seed) {
        Schema schema = new Schema(List.of(
                new Field("device", FieldType.notNullable(INT32), null),
                new Field("at", FieldType.notNullable(new ArrowType.Timestamp(TimeUnit.NANOSECOND, null)), null),
                Field.nullable("x", DOUBLE),
                Field.nullable("y", DOUBLE),
                Field.nullable("z", DOUBLE),
                Field.nullable("pressure", DOUBLE),
                Field.nullable("counter", new ArrowType.Int(64, false)),
                Field.nullable("temperature", FLOAT),
                Field.nullable("quality", new ArrowType.Int(8, false))));
        int rows = 32_768;
        return new GeneratedFlight(
                "sensors",
                rows,
                seed,
                allocator -> new Vectors(root(schema, rows, allocator), new MapDictionaryProvider()),
                (root, columns) -> {
                    columns.full(root.getVector(0)).ints(fixed(root, 0), (row, bits) -> (int) bits & 0xfff);
                    columns.full(root.getVector(1))
                            .longs(fixed(root, 1), (row, bits) -> 1_700_000_000_000_000_000L + row);
                    for (int column = 2; column < 6; column++) {
                        columns.nulls(root.getVector(column)).longs(fixed(root, column), Flights::unit);
                    }
                    columns.nulls(root.getVector(6)).longs(fixed(root, 6), (row, bits) -> bits);
                    columns.nulls(root.getVector(7))
                            .ints(fixed(root, 7), (row, bits) -> Float.floatToRawIntBits((bits >>> 40) * 0x1p-20f));
                    columns.nulls(root.getVector(8)).bytes(fixed(root, 8), -1);
                });
    }

    private static GeneratedFlight events(long seed) {
        Field place = new Field(
                "place",
                FieldType.nullable(new ArrowType.Struct()),
                List.of(
                        Field.nullable("city", UTF8),
                        Field.nullable("latitude", DOUBLE),
                        Field.nullable("longitude", DOUBLE)));
        Field tags =
                new Field("tags", FieldType.nullable(new ArrowType.List()), List.of(Field.nullable("item", INT32)));
        Schema schema = new Schema(List.of(
                new Field("day", FieldType.notNullable(new ArrowType.Date(DateUnit.DAY)), null),
                Field.nullable("user", UTF8),
                Field.nullable("message", UTF8),
                place,
                tags));
        int rows = 32_768;
        return new GeneratedFlight(
                "logs/events",
                rows,
                seed,
                allocator -> new Vectors(root(schema, rows, allocator), new MapDictionaryProvider()),
                (root, columns) -> {
                    columns.full(root.getVector(0)).ints(fixed(root, 0), (row, bits) -> 19_000 + (row >> 10));
                    columns.nulls(root.getVector(1)).words((VarCharVector) root.getVector(1), 1);
                    columns.nulls(root.getVector(2)).words((VarCharVector) root.getVector(2), MOST_WORDS);
                    StructVector struct = (StructVector) root.getVector(3);
                    VarCharVector city = (VarCharVector) struct.getChildByOrdinal(0);
                    columns.nulls(city).words(city, 1);
                    for (int child = 1; child < 3; child++) {
                        BaseFixedWidthVector degrees = (BaseFixedWidthVector) struct.getChildByOrdinal(child);
                        columns.nulls(degrees).longs(degrees, Flights::unit);
                    }
                    columns.struct(struct);
                    ListVector list = (ListVector) root.getVector(4);
                    columns.intLists(list, (BaseFixedWidthVector) list.getDataVector());
                });
    }

    private static GeneratedFlight embeddings(long seed) {
        Field vector = new Field(
                "embedding",
                FieldType.notNullable(new ArrowType.FixedSizeList(EMBEDDING)),
                List.of(new Field("item", FieldType.nullable(FLOAT), null)));
        Field label = new Field(
                "item",
                FieldType.nullable(new ArrowType.Struct()),
                List.of(Field.nullable("name", UTF8), Field.nullable("score", DOUBLE)));
        Field labels = new Field("labels", FieldType.nullable(new ArrowType.List()), List.of(label));
        Schema schema = new Schema(List.of(new Field("id", FieldType.notNullable(INT64), null), vector, labels));
        int rows = 4_096;
        return new GeneratedFlight(
                "models/embeddings",
                rows,
                seed,
                allocator -> new Vectors(root(schema, rows, allocator), new MapDictionaryProvider()),
                (root, columns) -> {
                    columns.full(root.getVector(0)).longs(fixed(root, 0), (row, bits) -> bits);
                    FixedSizeListVector lists = (FixedSizeListVector) root.getVector(1);
                    columns.embeddings(lists, (BaseFixedWidthVector) lists.getDataVector());
                    ListVector list = (ListVector) root.getVector(2);
                    StructVector struct = (StructVector) list.getDataVector();
                    columns.structLists(list, (VarCharVector) struct.getChildByOrdinal(0), (BaseFixedWidthVector)
                            struct.getChildByOrdinal(1));
                });
    }

    /** A number between 0 and 1 in as many steps as a double has there. */
    private static long unit(int row, long bits) {
        return Double.doubleToRawLongBits((bits >>> 11) * 0x1p-53);
    }

    private static BaseFixedWidthVector fixed(VectorSchemaRoot root, int column) {
        return (BaseFixedWidthVector) root.getVector(column);
    }

    private static VectorSchemaRoot root(Schema schema, int rows, BufferAllocator allocator) {
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        for (FieldVector vector : root.getFieldVectors()) {
            allocate(vector, rows);
        }
        return root;
    }

    private static void allocate(FieldVector vector, int rows) {
        vector.setInitialCapacity(rows);
        if (vector instanceof VarCharVector strings) {
            // The last word is written in eight bytes, however short it is.
            strings.allocateNew((long) rows * 2 * MOST_WORDS * Words.MAX_BYTES + Words.MAX_BYTES, rows);
            return;
        }
        vector.allocateNew();
        int each = vector instanceof ListVector
                ? MOST_ELEMENTS
                : vector instanceof FixedSizeListVector lists ? lists.getListSize() : 1;
        for (FieldVector child : vector.getChildrenFromFields()) {
            allocate(child, rows * each);
        }
    }

    private static Dictionary dictionary(
            String prefix, int size, DictionaryEncoding encoding, BufferAllocator allocator) {
        VarCharVector values = new VarCharVector(prefix.strip(), allocator);
        for (int i = 0; i < size; i++) {
            values.setSafe(i, (prefix + i).getBytes(StandardCharsets.UTF_8));
        }
        values.setValueCount(size);
        return new Dictionary(values, encoding);
    }
}
