package dev.peregrine.cli.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UuidVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.RunEndEncodedVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The values of one vector as text and as JSON. Every form of text output is made of these, so a value reads the same in all.
 *
 * <p>A cell looks at one batch: when the root is filled anew, bind again, for a dictionary may have been replaced. It owns nothing.
 * One thread at a time.
 */
public abstract class Cell {
    static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .build();

    /** A cell for each column of the root, as it is filled now. */
    public static List<Cell> ofColumns(VectorSchemaRoot root, DictionaryProvider dictionaries) {
        List<Field> fields = root.getSchema().getFields();
        List<Cell> cells = new ArrayList<>(fields.size());
        for (int column = 0; column < fields.size(); column++) {
            cells.add(of(fields.get(column), root.getVector(column), dictionaries));
        }
        return cells;
    }

    /**
     * The cell of one vector. The field is the one of the schema, not the vector's own: a union vector forgets which type ids
     * its schema gave it.
     */
    static Cell of(Field field, FieldVector vector, DictionaryProvider dictionaries) {
        DictionaryEncoding encoding = field.getDictionary();
        if (encoding != null) {
            Dictionary dictionary = dictionaries.lookup(encoding.getId());
            if (dictionary == null) {
                throw new IllegalArgumentException("Column '" + field.getName() + "' is encoded with dictionary "
                        + encoding.getId() + ", which has not been sent.");
            }
            FieldVector values = dictionary.getVector();
            return new NestedCells.Encoded(vector, of(values.getField(), values, dictionaries), values.getValueCount());
        }
        if (vector instanceof UuidVector uuids) {
            return new ScalarCells.Text(uuids, i -> uuids.getObject(i).toString());
        }
        if (vector instanceof ExtensionTypeVector<?> extension) {
            FieldVector storage = (FieldVector) extension.getUnderlyingVector();
            return of(storage.getField(), storage, dictionaries);
        }
        if (vector instanceof RunEndEncodedVector runs) {
            FieldVector values = runs.getValuesVector();
            return new NestedCells.Runs(runs, of(field.getChildren().get(1), values, dictionaries));
        }
        if (field.getType() instanceof ArrowType.ComplexType) {
            return NestedCells.of(field, vector, dictionaries);
        }
        return ScalarCells.of(field, vector);
    }

    /** Whether the value at this index is null. */
    public abstract boolean isNull(int index);

    /** Writes the value, which is not null. */
    abstract void json(JsonGenerator out, int index) throws IOException;

    /** The value, which is not null, as text: scalars plainly, nested values as JSON. */
    public String text(int index) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            json(out, index);
        } catch (IOException e) {
            throw new UncheckedIOException("A string took no characters.", e);
        }
        return text.toString();
    }

    /** Whether the values line up at the right, as numbers do. */
    public boolean isNumber() {
        return false;
    }

    /** Writes the value, or JSON's null. */
    final void jsonOrNull(JsonGenerator out, int index) throws IOException {
        if (isNull(index)) {
            out.writeNull();
        } else {
            json(out, index);
        }
    }
}
