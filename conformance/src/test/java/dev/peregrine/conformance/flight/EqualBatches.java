package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Any thread. Whether a batch is the same as another, by fields and values; dictionaries may have other ids, and an
 * extension type may be known or not.
 */
final class EqualBatches {
    private EqualBatches() {}

    static void assertEqual(Schema expected, Schema actual) {
        assertThat(withoutIds(actual)).isEqualTo(withoutIds(expected));
    }

    private static Schema withoutIds(Schema schema) {
        List<Field> fields = schema.getFields().stream()
                .map(field -> withoutId(IntegrationFile.stored(field)))
                .toList();
        return new Schema(fields, schema.getCustomMetadata());
    }

    private static Field withoutId(Field field) {
        DictionaryEncoding encoding = field.getDictionary();
        DictionaryEncoding any =
                encoding == null ? null : new DictionaryEncoding(0, encoding.isOrdered(), encoding.getIndexType());
        FieldType type = new FieldType(field.isNullable(), field.getType(), any, field.getMetadata());
        return new Field(
                field.getName(),
                type,
                field.getChildren().stream().map(EqualBatches::withoutId).toList());
    }

    static void assertEqual(
            int batch,
            VectorSchemaRoot expected,
            DictionaryProvider expectedDictionaries,
            VectorSchemaRoot actual,
            DictionaryProvider actualDictionaries) {
        assertThat(actual.getRowCount()).as("rows of batch %d", batch).isEqualTo(expected.getRowCount());
        assertThat(actual.getFieldVectors()).hasSameSizeAs(expected.getFieldVectors());
        for (int i = 0; i < expected.getFieldVectors().size(); i++) {
            try (FieldVector wanted = values(expected.getVector(i), expectedDictionaries);
                    FieldVector got = values(actual.getVector(i), actualDictionaries)) {
                assertThat(VectorEqualsVisitor.vectorEquals(wanted, got, (a, b) -> true))
                        .as("batch %d, %s: expected %s, got %s", batch, wanted.getField(), wanted, got)
                        .isTrue();
            }
        }
    }

    /** The vector as it is stored, with the dictionary's values in place of its indices; its memory is its own. */
    private static FieldVector values(FieldVector vector, DictionaryProvider dictionaries) {
        DictionaryEncoding encoding = vector.getField().getDictionary();
        if (encoding != null) {
            return (FieldVector) DictionaryEncoder.decode(vector, dictionaries.lookup(encoding.getId()));
        }
        FieldVector stored = stored(vector);
        FieldVector same = stored.getField().createVector(stored.getAllocator());
        stored.makeTransferPair(same).transfer();
        return same;
    }

    private static FieldVector stored(FieldVector vector) {
        return vector instanceof ExtensionTypeVector<?> extension
                ? (FieldVector) extension.getUnderlyingVector()
                : vector;
    }
}
