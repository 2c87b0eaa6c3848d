package dev.peregrine.cli.format;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.LargeListViewVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.ListViewVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.NonNullableStructVector;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.complex.UnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The cells of types made of others: lists are arrays in JSON, structs and maps are objects, a union is the value it holds, a
 * dictionary's index is the value it names.
 */
final class NestedCells {
    private NestedCells() {}

    static Cell of(Field field, FieldVector vector, DictionaryProvider dictionaries) {
        List<Field> fields = field.getChildren();
        List<FieldVector> vectors = vector.getChildrenFromFields();
        List<Cell> children = new ArrayList<>(fields.size());
        for (int i = 0; i < fields.size(); i++) {
            children.add(Cell.of(fields.get(i), vectors.get(i), dictionaries));
        }
        if (vector instanceof MapVector maps) {
            Struct entry = (Struct) children.get(0);
            return new Map(maps, entry.children.get(0), entry.children.get(1));
        }
        if (vector instanceof UnionVector || vector instanceof DenseUnionVector) {
            return new Union(vector, (ArrowType.Union) field.getType(), children);
        }
        if (vector instanceof NonNullableStructVector) {
            return new Struct(vector, fields, children);
        }
        return new Array(vector, ranges(field, vector), children.get(0));
    }

    /** Where the elements of each list lie in the child vector. */
    private interface Ranges {
        int start(int index);

        int end(int index);
    }

    private static Ranges ranges(Field field, FieldVector vector) {
        if (vector instanceof ListVector lists) {
            return range(lists::getElementStartIndex, lists::getElementEndIndex);
        }
        if (vector instanceof LargeListVector lists) {
            return range(
                    i -> Math.toIntExact(lists.getElementStartIndex(i)),
                    i -> Math.toIntExact(lists.getElementEndIndex(i)));
        }
        if (vector instanceof FixedSizeListVector lists) {
            int size = lists.getListSize();
            return range(i -> i * size, i -> (i + 1) * size);
        }
        if (vector instanceof ListViewVector lists) {
            ArrowBuf offsets = lists.getOffsetBuffer();
            ArrowBuf sizes = lists.getSizeBuffer();
            return range(i -> offsets.getInt(4L * i), i -> offsets.getInt(4L * i) + sizes.getInt(4L * i));
        }
        if (vector instanceof LargeListViewVector lists) {
            ArrowBuf offsets = lists.getOffsetBuffer();
            ArrowBuf sizes = lists.getSizeBuffer();
            return range(
                    i -> Math.toIntExact(offsets.getLong(8L * i)),
                    i -> Math.toIntExact(offsets.getLong(8L * i) + sizes.getLong(8L * i)));
        }
        throw new IllegalArgumentException(
                "Column '" + field.getName() + "' has the type " + field.getType() + ", which has no text form here.");
    }

    private static Ranges range(IntUnaryOperator start, IntUnaryOperator end) {
        return new Ranges() {
            @Override
            public int start(int index) {
                return start.applyAsInt(index);
            }

            @Override
            public int end(int index) {
                return end.applyAsInt(index);
            }
        };
    }

    private static final class Array extends Cell {
        private final FieldVector vector;
        private final Ranges ranges;
        private final Cell element;

        Array(FieldVector vector, Ranges ranges, Cell element) {
            this.vector = vector;
            this.ranges = ranges;
            this.element = element;
        }

        @Override
        public boolean isNull(int index) {
            return vector.isNull(index);
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            out.writeStartArray();
            for (int i = ranges.start(index), end = ranges.end(index); i < end; i++) {
                element.jsonOrNull(out, i);
            }
            out.writeEndArray();
        }
    }

    /** An object whose names are the keys as text, in their order; a key that comes twice is written twice. */
    private static final class Map extends Cell {
        private final MapVector vector;
        private final Cell key;
        private final Cell value;

        Map(MapVector vector, Cell key, Cell value) {
            this.vector = vector;
            this.key = key;
            this.value = value;
        }

        @Override
        public boolean isNull(int index) {
            return vector.isNull(index);
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            out.writeStartObject();
            for (int i = vector.getElementStartIndex(index), end = vector.getElementEndIndex(index); i < end; i++) {
                out.writeFieldName(key.isNull(i) ? "null" : key.text(i));
                value.jsonOrNull(out, i);
            }
            out.writeEndObject();
        }
    }

    private static final class Struct extends Cell {
        private final FieldVector vector;
        private final List<Field> fields;
        private final List<Cell> children;

        Struct(FieldVector vector, List<Field> fields, List<Cell> children) {
            this.vector = vector;
            this.fields = fields;
            this.children = children;
        }

        @Override
        public boolean isNull(int index) {
            return vector.isNull(index);
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            out.writeStartObject();
            for (int i = 0; i < children.size(); i++) {
                out.writeFieldName(fields.get(i).getName());
                children.get(i).jsonOrNull(out, index);
            }
            out.writeEndObject();
        }
    }

    /** A union has no validity of its own: it is null where the child it points at is. */
    private static final class Union extends Cell {
        private final FieldVector vector;
        private final Cell[] byTypeId = new Cell[128];

        Union(FieldVector vector, ArrowType.Union type, List<Cell> children) {
            this.vector = vector;
            int[] ids = type.getTypeIds();
            for (int i = 0; i < children.size(); i++) {
                byTypeId[ids == null ? i : ids[i]] = children.get(i);
            }
        }

        private Cell child(int index) {
            int id = vector instanceof DenseUnionVector dense
                    ? dense.getTypeId(index)
                    : ((UnionVector) vector).getTypeValue(index);
            Cell child = id < 0 ? null : byTypeId[id];
            if (child == null) {
                throw new IllegalArgumentException(
                        "Row " + index + " of a union has the type id " + id + ", which its schema does not know.");
            }
            return child;
        }

        private int at(int index) {
            return vector instanceof DenseUnionVector dense ? dense.getOffset(index) : index;
        }

        @Override
        public boolean isNull(int index) {
            return child(index).isNull(at(index));
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            child(index).json(out, at(index));
        }

        @Override
        public String text(int index) {
            return child(index).text(at(index));
        }
    }

    /** Run-end encoding: each run's value stands once. */
    static final class Runs extends Cell {
        private final RunEndEncodedVector vector;
        private final Cell values;

        Runs(RunEndEncodedVector vector, Cell values) {
            this.vector = vector;
            this.values = values;
        }

        @Override
        public boolean isNull(int index) {
            return values.isNull(vector.getPhysicalIndex(index));
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            values.json(out, vector.getPhysicalIndex(index));
        }

        @Override
        public String text(int index) {
            return values.text(vector.getPhysicalIndex(index));
        }

        @Override
        public boolean isNumber() {
            return values.isNumber();
        }
    }

    /** An index into a dictionary. Either the index or the entry it names may be null. */
    static final class Encoded extends Cell {
        private final FieldVector indices;
        private final Cell values;
        private final int size;

        Encoded(FieldVector indices, Cell values, int size) {
            this.indices = indices;
            this.values = values;
            this.size = size;
        }

        private int entry(int index) {
            long entry = ((BaseIntVector) indices).getValueAsLong(index);
            if (entry < 0 || entry >= size) {
                throw new IllegalArgumentException("Row " + index + " of column '" + indices.getName()
                        + "' names entry " + entry + " of a dictionary that has " + size + ".");
            }
            return (int) entry;
        }

        @Override
        public boolean isNull(int index) {
            return indices.isNull(index) || values.isNull(entry(index));
        }

        @Override
        void json(JsonGenerator out, int index) throws IOException {
            values.json(out, entry(index));
        }

        @Override
        public String text(int index) {
            return values.text(entry(index));
        }

        @Override
        public boolean isNumber() {
            return values.isNumber();
        }
    }
}
