package dev.peregrine.cli.format;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;

/** JSON lines: one object a row, its columns in the order of the schema, nulls written as <code>null</code>. */
final class JsonSink implements BatchSink {
    private final JsonGenerator json;

    JsonSink(OutputStream out) {
        try {
            json = Cell.JSON.createGenerator(out, JsonEncoding.UTF8);
        } catch (IOException e) {
            throw new AssertionError("making a generator writes nothing", e);
        }
        json.setRootValueSeparator(null);
    }

    @Override
    public void begin(VectorSchemaRoot root, DictionaryProvider dictionaries) {}

    @Override
    public void write(VectorSchemaRoot root, DictionaryProvider dictionaries, int rows) throws IOException {
        List<Field> fields = root.getSchema().getFields();
        List<Cell> cells = Cell.ofColumns(root, dictionaries);
        for (int row = 0; row < rows; row++) {
            json.writeStartObject();
            for (int column = 0; column < cells.size(); column++) {
                json.writeFieldName(fields.get(column).getName());
                cells.get(column).jsonOrNull(json, row);
            }
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    @Override
    public void finish() throws IOException {
        json.flush();
    }

    /** Nothing to free: closing the generator would write out what is left of a failed row. */
    @Override
    public void close() {}
}
