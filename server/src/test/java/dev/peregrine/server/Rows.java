package dev.peregrine.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Any thread. Made-up rows: a number and a text, which is null in every fifth row. */
final class Rows {
    static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("id", new ArrowType.Int(64, true)), Field.nullable("name", ArrowType.Utf8.INSTANCE)));

    private Rows() {}

    static VectorSchemaRoot root(BufferAllocator allocator) {
        return VectorSchemaRoot.create(SCHEMA, allocator);
    }

    /** Fills the root with rows from {@code first} on. */
    static void fill(VectorSchemaRoot root, int first, int count) {
        BigIntVector ids = (BigIntVector) root.getVector("id");
        VarCharVector names = (VarCharVector) root.getVector("name");
        ids.reset();
        names.reset();
        for (int i = 0; i < count; i++) {
            ids.setSafe(i, first + i);
            if ((first + i) % 5 == 0) {
                names.setNull(i);
            } else {
                names.setSafe(i, name(first + i).getBytes(StandardCharsets.UTF_8));
            }
        }
        root.setRowCount(count);
    }

    /** What is in the root, for comparison with {@link #expected}. */
    static List<String> read(VectorSchemaRoot root) {
        return read(root, root.getRowCount());
    }

    /** The first rows of the root, for comparison with {@link #expected}. */
    static List<String> read(VectorSchemaRoot root, int count) {
        BigIntVector ids = (BigIntVector) root.getVector("id");
        VarCharVector names = (VarCharVector) root.getVector("name");
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(ids.get(i) + "=" + names.getObject(i));
        }
        return rows;
    }

    /** The rows that {@link #fill} makes, as {@link #read} gives them. */
    static List<String> expected(int first, int count) {
        List<String> rows = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            rows.add(i + "=" + (i % 5 == 0 ? "null" : name(i)));
        }
        return rows;
    }

    private static String name(int i) {
        return "row " + i + " \u00e4\u20ac";
    }
}
