package dev.peregrine.conformance.flight;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.MappingJsonFactory;
import dev.peregrine.testing.vectors.RandomVectors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.DictionaryUtility;

/**
 * One thread. A file in the JSON format of Arrow's integration tests, with values made at random, always the same ones.
 *
 * @param rows of each batch
 */
record IntegrationFile(String name, Schema schema, List<Integer> rows) {
    private static final int WORDS = 10;
    private static final double NULLS = 0.3;

    /** Writes it into {@code folder}; {@code memory} is lent. */
    Path write(Path folder, BufferAllocator memory) throws IOException {
        Path file = folder.resolve(name + ".json");
        Random random = new Random(name.hashCode());
        Map<Long, Dictionary> dictionaries = new TreeMap<>();
        try (JsonGenerator json = new MappingJsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            for (Field field : schema.getFields()) {
                DictionaryEncoding encoding = field.getDictionary();
                if (encoding != null && !dictionaries.containsKey(encoding.getId())) {
                    FieldVector words = filled(Field.nullable("words", new ArrowType.Utf8()), WORDS, 0, random, memory);
                    dictionaries.put(encoding.getId(), new Dictionary(words, encoding));
                }
            }
            json.writeStartObject();
            json.writeObjectField("schema", inMessages(dictionaries));
            if (!dictionaries.isEmpty()) {
                write(json, dictionaries);
            }
            json.writeArrayFieldStart("batches");
            for (int count : rows) {
                try (VectorSchemaRoot batch = batch(count, random, memory)) {
                    write(json, schema.getFields(), batch.getFieldVectors(), count);
                }
            }
            json.writeEndArray();
            json.writeEndObject();
        } finally {
            dictionaries.values().forEach(dictionary -> dictionary.getVector().close());
        }
        return file;
    }

    /** The schema, in which an encoded field has the type of its values. */
    private Schema inMessages(Map<Long, Dictionary> dictionaries) {
        DictionaryProvider provider = new DictionaryProvider.MapDictionaryProvider(
                dictionaries.values().toArray(Dictionary[]::new));
        List<Field> fields = schema.getFields().stream()
                .map(field -> stored(DictionaryUtility.toMessageFormat(field, provider, new HashSet<>())))
                .toList();
        return new Schema(fields, schema.getCustomMetadata());
    }

    /** The field with what an extension type is stored as, and with its name in the metadata, as the wire has it. */
    static Field stored(Field field) {
        List<Field> children =
                field.getChildren().stream().map(IntegrationFile::stored).toList();
        ArrowType type = field.getType();
        Map<String, String> metadata = new HashMap<>(field.getMetadata());
        if (type instanceof ArrowType.ExtensionType extension) {
            type = extension.storageType();
            metadata.put(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME, extension.extensionName());
            metadata.put(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_METADATA, extension.serialize());
        }
        return new Field(
                field.getName(), new FieldType(field.isNullable(), type, field.getDictionary(), metadata), children);
    }

    private static void write(JsonGenerator json, Map<Long, Dictionary> dictionaries) throws IOException {
        json.writeArrayFieldStart("dictionaries");
        for (Map.Entry<Long, Dictionary> dictionary : dictionaries.entrySet()) {
            json.writeStartObject();
            json.writeNumberField("id", dictionary.getKey());
            json.writeFieldName("data");
            FieldVector words = dictionary.getValue().getVector();
            write(json, List.of(words.getField()), List.of(words), WORDS);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, List<Field> fields, List<FieldVector> columns, int count)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("count", count);
        json.writeArrayFieldStart("columns");
        for (int i = 0; i < columns.size(); i++) {
            new JsonColumns(json).write(fields.get(i), columns.get(i));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private VectorSchemaRoot batch(int count, Random random, BufferAllocator memory) {
        List<FieldVector> vectors = schema.getFields().stream()
                .map(field -> filled(field, count, NULLS, random, memory))
                .toList();
        return new VectorSchemaRoot(schema, vectors, count);
    }

    private static FieldVector filled(Field field, int count, double nulls, Random random, BufferAllocator memory) {
        FieldVector vector = field.createVector(memory);
        new RandomVectors(random, nulls).fill(vector, count);
        if (field.getDictionary() != null) {
            BaseIntVector indices = (BaseIntVector) vector;
            for (int i = 0; i < count; i++) {
                if (!vector.isNull(i)) {
                    indices.setWithPossibleTruncate(i, random.nextInt(WORDS));
                }
            }
        }
        return vector;
    }

    @Override
    public String toString() {
        return name;
    }
}
