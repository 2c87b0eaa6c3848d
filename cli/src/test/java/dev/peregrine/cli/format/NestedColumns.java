package dev.peregrine.cli.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.*;
import org.apache.arrow.vector.complex.*;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** The columns of types that are made of others, see {@link Columns}. */
final class NestedColumns {
    private final Columns columns;
    private final BufferAllocator allocator;

    NestedColumns(Columns columns, BufferAllocator allocator) {
        this.columns = columns;
        this.allocator = allocator;
    }

    void add() {
        lists();
        nested();
        encoded();
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
        columns.add(list, List.of("[1,null,3]", "[]"), List.of("[1,null,3]", "[]"));

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
        columns.add(large, List.of("[10,11]", "[12]"), List.of("[10,11]", "[12]"));

        FixedSizeListVector fixed = FixedSizeListVector.empty("fixed list", 2, allocator);
        fixed.addOrGetVector(FieldType.nullable(new ArrowType.Int(32, true)));
        fixed.allocateNew();
        fixed.setNotNull(0);
        fixed.setNotNull(2);
        ints(fixed.getDataVector());
        fixed.setValueCount(3);
        columns.add(fixed, List.of("[10,11]", "[14,15]"), List.of("[10,11]", "[14,15]"));

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
        columns.add(view, List.of("[13,14]", "[10,11,12,13]"), List.of("[13,14]", "[10,11,12,13]"));

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
        columns.add(largeView, List.of("[13]", "[]"), List.of("[13]", "[]"));
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
        columns.add(map, List.of(both, "{}"), List.of(both, "{}"));

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
        columns.add(struct, List.of(full, empty), List.of(full, empty));
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
        columns.add(
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
        columns.add(
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
        columns.closeables.add(words);
        DictionaryEncoding encoding = new DictionaryEncoding(11, false, new ArrowType.Int(8, false));
        columns.dictionaries.put(new Dictionary(words, encoding));
        UInt1Vector indices =
                new UInt1Vector("dictionary", new FieldType(true, encoding.getIndexType(), encoding), allocator);
        indices.setSafe(0, 1);
        indices.setSafe(1, 2); // the entry is null, the index is not
        indices.setSafe(2, 0);
        indices.setValueCount(3);
        columns.add(indices, List.of("green", "red"), List.of("\"green\"", "\"red\""));

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
        columns.add(runs, List.of("once", "again"), List.of("\"once\"", "\"again\""));

        UUID uuid = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        UuidVector uuids =
                (UuidVector) new Field("uuid", FieldType.nullable(UuidType.INSTANCE), null).createVector(allocator);
        uuids.setSafe(0, uuid);
        uuids.setSafe(2, new UUID(0, 0));
        uuids.setValueCount(3);
        List<String> texts = List.of(uuid.toString(), "00000000-0000-0000-0000-000000000000");
        columns.add(uuids, texts, texts.stream().map(text -> '"' + text + '"').toList());
    }
}
