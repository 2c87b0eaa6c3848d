package dev.peregrine.protocol;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.Decimal;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.KeyValue;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Schemas as they stand in IPC messages and files, also those with decimals of 32 and 64 bits.
 *
 * <p>Arrow for Java has no vectors for these and refuses such schemas altogether. Who lists flights or passes batches on
 * needs no vectors, and must not fail because of one column.
 */
public final class MessageSchema {
    private MessageSchema() {}

    /**
     * The schema in a flatbuffer; a dictionary-encoded field has the type of its values.
     *
     * @throws RuntimeException of one kind or another: the flatbuffer is broken
     */
    public static Schema of(org.apache.arrow.flatbuf.Schema flat) {
        List<Field> fields = new ArrayList<>();
        boolean small = false;
        for (int i = 0; i < flat.fieldsLength(); i++) {
            small |= hasSmallDecimal(flat.fields(i));
        }
        if (!small) {
            return Schema.convertSchema(flat);
        }
        for (int i = 0; i < flat.fieldsLength(); i++) {
            fields.add(field(flat.fields(i)));
        }
        Map<String, String> metadata = new HashMap<>();
        for (int i = 0; i < flat.customMetadataLength(); i++) {
            put(metadata, flat.customMetadata(i));
        }
        return new Schema(fields, metadata);
    }

    /** The first field, however deep inside others, whose type Arrow for Java has no vector for; null if there is none. */
    public static @Nullable Field withoutVector(List<Field> fields) {
        for (Field field : fields) {
            if (field.getType() instanceof ArrowType.Decimal decimal && decimal.getBitWidth() < 128) {
                return field;
            }
            Field inner = withoutVector(field.getChildren());
            if (inner != null) {
                return inner;
            }
        }
        return null;
    }

    private static Field field(org.apache.arrow.flatbuf.Field flat) {
        if (!hasSmallDecimal(flat)) {
            return Field.convertField(flat);
        }
        List<Field> children = new ArrayList<>();
        for (int i = 0; i < flat.childrenLength(); i++) {
            children.add(field(flat.children(i)));
        }
        Map<String, String> metadata = new HashMap<>();
        for (int i = 0; i < flat.customMetadataLength(); i++) {
            put(metadata, flat.customMetadata(i));
        }
        Decimal small = smallDecimal(flat);
        ArrowType type = small == null
                ? ArrowType.getTypeForField(flat)
                : new ArrowType.Decimal(small.precision(), small.scale(), small.bitWidth());
        return new Field(
                flat.name(), new FieldType(flat.nullable(), type, dictionary(flat.dictionary()), metadata), children);
    }

    private static @Nullable DictionaryEncoding dictionary(org.apache.arrow.flatbuf.@Nullable DictionaryEncoding flat) {
        if (flat == null) {
            return null;
        }
        Int index = flat.indexType();
        return new DictionaryEncoding(
                flat.id(),
                flat.isOrdered(),
                index == null ? null : new ArrowType.Int(index.bitWidth(), index.isSigned()));
    }

    private static boolean hasSmallDecimal(org.apache.arrow.flatbuf.Field flat) {
        boolean small = smallDecimal(flat) != null;
        for (int i = 0; i < flat.childrenLength() && !small; i++) {
            small = hasSmallDecimal(flat.children(i));
        }
        return small;
    }

    private static @Nullable Decimal smallDecimal(org.apache.arrow.flatbuf.Field flat) {
        if (flat.typeType() == Type.Decimal
                && flat.type(new Decimal()) instanceof Decimal decimal
                && (decimal.bitWidth() == 32 || decimal.bitWidth() == 64)) {
            return decimal;
        }
        return null;
    }

    private static void put(Map<String, String> metadata, KeyValue pair) {
        String key = pair.key();
        String value = pair.value();
        metadata.put(key == null ? "" : key, value == null ? "" : value);
    }
}
