package dev.peregrine.cli.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.ipc.message.ArrowMessage;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One thread. Goes through the rows of a stream; holds the batch that it is in, and the dictionaries as of there. */
final class RowStream implements AutoCloseable {
    private final Messages messages;
    private final BufferAllocator allocator;
    private final Schema schema;
    private final List<Field> encoded = new ArrayList<>();
    private final Map<Long, DictionaryValues> dictionaries = new TreeMap<>();
    private @Nullable Batch batch;
    private int row;
    private long batches;
    private long bytes;
    private long shape;

    /** @param messages lent */
    RowStream(Messages messages, BufferAllocator allocator) throws IOException {
        this.messages = messages;
        this.allocator = allocator;
        this.schema = messages.schema();
        addEncoded(schema.getFields());
        for (Field field : encoded) {
            dictionaries.put(field.getDictionary().getId(), new DictionaryValues());
        }
    }

    private void addEncoded(List<Field> fields) {
        for (Field field : fields) {
            if (field.getDictionary() != null) {
                encoded.add(field);
            }
            addEncoded(field.getChildren());
        }
    }

    Schema schema() {
        return schema;
    }

    /** The fields that have dictionaries, depth first. */
    List<Field> encoded() {
        return encoded;
    }

    /** What a field that has one stands for now. */
    DictionaryValues dictionary(Field field) {
        DictionaryValues values = dictionaries.get(field.getDictionary().getId());
        if (values == null) {
            throw new IllegalArgumentException(field + " is not of this stream");
        }
        return values;
    }

    /** Goes to the next batch with rows if there is none left in this; false at the end. */
    boolean hasRows() throws IOException {
        while (left() == 0) {
            ArrowMessage message = messages.next();
            if (message == null) {
                return false;
            }
            if (message instanceof ArrowDictionaryBatch dictionary) {
                take(dictionary);
            } else if (message instanceof ArrowRecordBatch rows) {
                take(rows);
            }
        }
        return true;
    }

    private void take(ArrowRecordBatch rows) throws IOException {
        free();
        batch = Batch.ofRows(schema.getFields(), rows, allocator);
        row = 0;
        batches++;
        bytes += batch.bytes();
        shape = 31 * shape + batch.rows();
    }

    private void take(ArrowDictionaryBatch message) throws IOException {
        long id = message.getDictionaryId();
        DictionaryValues values = dictionaries.get(id);
        if (values == null) {
            throw new IOException("dictionary " + id + " came, which no field of the schema has");
        }
        Field field = encoded.stream()
                .filter(f -> f.getDictionary().getId() == id)
                .findFirst()
                .orElseThrow();
        Batch part = Batch.ofDictionary(field, message.getDictionary(), allocator);
        bytes += part.bytes();
        if (message.isDelta()) {
            values.append(part);
        } else {
            values.replace(part);
        }
    }

    /** Rows of this batch that have not been passed. */
    int left() {
        return batch == null ? 0 : batch.rows() - row;
    }

    /** Where in {@link #columns} the next row is. */
    int row() {
        return row;
    }

    List<Column> columns() {
        return batch == null ? List.of() : batch.columns();
    }

    void pass(int rows) {
        row += rows;
    }

    /** Batches that have come, those without rows too. */
    long batches() {
        return batches;
    }

    /** Of the buffers that have come, in memory. */
    long bytes() {
        return bytes;
    }

    /** The same for two streams whose rows lie in batches alike, and hardly ever for others. */
    long shape() {
        return shape;
    }

    private void free() {
        if (batch != null) {
            batch.close();
            batch = null;
        }
    }

    @Override
    public void close() {
        free();
        dictionaries.values().forEach(DictionaryValues::close);
    }
}
