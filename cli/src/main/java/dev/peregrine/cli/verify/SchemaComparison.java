package dev.peregrine.cli.verify;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What differs first between two schemas in the form of messages: names, types, nullability, dictionaries, metadata. The ids of dictionaries
 * may differ: they say which dictionary belongs to which field within one stream. Pure function.
 */
final class SchemaComparison {
    private SchemaComparison() {}

    /** Null if they are equal. */
    static @Nullable String difference(Schema wanted, Schema got) {
        String found = fields("the schema", "", wanted.getFields(), got.getFields());
        return found != null ? found : metadata("the schema", wanted.getCustomMetadata(), got.getCustomMetadata());
    }

    private static @Nullable String fields(String where, String path, List<Field> wanted, List<Field> got) {
        if (wanted.size() != got.size()) {
            return where + " has " + got.size() + " fields instead of " + wanted.size();
        }
        for (int i = 0; i < wanted.size(); i++) {
            String found = field(path + wanted.get(i).getName(), wanted.get(i), got.get(i));
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable String field(String path, Field wanted, Field got) {
        String where = "field '" + path + "'";
        if (!Objects.equals(wanted.getName(), got.getName())) {
            return where + " has the name '" + got.getName() + "'";
        }
        if (!wanted.getType().equals(got.getType())) {
            return where + " has the type " + got.getType() + " instead of " + wanted.getType();
        }
        if (wanted.isNullable() != got.isNullable()) {
            return where + (got.isNullable() ? " may be null, and may not" : " may not be null, and may");
        }
        String encoding = encoding(wanted.getDictionary());
        String otherEncoding = encoding(got.getDictionary());
        if (!encoding.equals(otherEncoding)) {
            return where + " has " + otherEncoding + " instead of " + encoding;
        }
        String found = metadata(where, wanted.getMetadata(), got.getMetadata());
        return found != null ? found : fields(where, path + ".", wanted.getChildren(), got.getChildren());
    }

    private static String encoding(@Nullable DictionaryEncoding encoding) {
        return encoding == null
                ? "no dictionary"
                : (encoding.isOrdered() ? "an ordered" : "a") + " dictionary with indices " + encoding.getIndexType();
    }

    private static @Nullable String metadata(String where, Map<String, String> wanted, Map<String, String> got) {
        TreeSet<String> keys = new TreeSet<>(wanted.keySet());
        keys.addAll(got.keySet());
        for (String key : keys) {
            if (!Objects.equals(wanted.get(key), got.get(key))) {
                return "metadata '" + key + "' of " + where + " is " + shown(got.get(key)) + " instead of "
                        + shown(wanted.get(key));
            }
        }
        return null;
    }

    private static String shown(@Nullable String value) {
        return value == null ? "missing" : '"' + value + '"';
    }
}
