package dev.peregrine.protocol.wire;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Any thread. Vectors' values as text, to compare them value by value. */
final class Values {
    private Values() {}

    static List<List<String>> of(VectorSchemaRoot root) {
        List<List<String>> columns = new ArrayList<>();
        for (FieldVector vector : root.getFieldVectors()) {
            columns.add(of(vector));
        }
        return columns;
    }

    static List<String> of(FieldVector vector) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < vector.getValueCount(); i++) {
            Object value = vector.getObject(i);
            values.add(value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value));
        }
        return values;
    }
}
