package dev.peregrine.interop.types;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compare.VectorEqualsVisitor;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Any thread. Whether what came back is what was sent: value, field and metadata. */
final class SameValues {
    private SameValues() {}

    static void assertSame(RandomStream stream, int batch, VectorSchemaRoot actual, DictionaryProvider dictionaries) {
        VectorSchemaRoot expected = stream.batches().get(batch);
        assertSame(stream, actual.getSchema());
        assertThat(actual.getRowCount()).as("seed %d", stream.seed()).isEqualTo(expected.getRowCount());
        DictionaryProvider own = stream.provider();
        for (int i = 0; i < expected.getFieldVectors().size(); i++) {
            FieldVector sent = expected.getVector(i);
            FieldVector came = actual.getVector(i);
            assertSame(sent, came, stream.seed());
            if (sent.getField().getDictionary() != null) {
                assertSame(values(sent, own), values(came, dictionaries), stream.seed());
            }
        }
    }

    private static FieldVector values(FieldVector indices, DictionaryProvider dictionaries) {
        return dictionaries.lookup(indices.getField().getDictionary().getId()).getVector();
    }

    static void assertSame(RandomStream stream, Schema actual) {
        boolean ids = stream.limits().dictionaryIds();
        assertThat(comparable(actual, ids))
                .as("schema, seed %d", stream.seed())
                .isEqualTo(comparable(stream.schema(), ids));
    }

    /** The schema, without the ids of its dictionaries if the peer chooses its own. */
    private static Schema comparable(Schema schema, boolean ids) {
        if (ids) {
            return schema;
        }
        List<Field> fields = schema.getFields().stream()
                .map(field -> {
                    DictionaryEncoding encoding = field.getDictionary();
                    if (encoding == null) {
                        return field;
                    }
                    DictionaryEncoding any = new DictionaryEncoding(0, encoding.isOrdered(), encoding.getIndexType());
                    return new Field(
                            field.getName(),
                            new FieldType(field.isNullable(), field.getType(), any, field.getMetadata()),
                            field.getChildren());
                })
                .toList();
        return new Schema(fields, schema.getCustomMetadata());
    }

    private static void assertSame(FieldVector expected, FieldVector actual, long seed) {
        assertThat(actual.getField().getType()).isEqualTo(expected.getField().getType());
        assertThat(actual.getValueCount()).isEqualTo(expected.getValueCount());
        assertThat(VectorEqualsVisitor.vectorEquals(storage(expected), storage(actual), (a, b) -> true))
                .as("seed %d, %s: expected %s, got %s", seed, expected.getField(), expected, actual)
                .isTrue();
    }

    /** What compares extension types compares the names of their storage, too. */
    private static ValueVector storage(FieldVector vector) {
        return vector instanceof ExtensionTypeVector<?> extension ? extension.getUnderlyingVector() : vector;
    }
}
