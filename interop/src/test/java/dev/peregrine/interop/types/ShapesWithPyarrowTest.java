package dev.peregrine.interop.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Wide, deep and nested streams to a pyarrow server and back, batch by batch. */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class ShapesWithPyarrowTest {
    private static final FlightDescriptor ECHO = FlightDescriptor.command("echo");
    private static final ArrowType.Int INT8 = new ArrowType.Int(8, true);
    private static final DictionaryEncoding WORDS = new DictionaryEncoding(1, false, INT8);
    private static final DictionaryEncoding LISTS = new DictionaryEncoding(2, false, INT8);

    private ChildProcess peer;

    @BeforeAll
    void start() {
        peer = ChildProcess.pythonPeer("server.py");
    }

    @AfterAll
    void stop() {
        peer.close();
    }

    private FlightClient connect(BufferAllocator allocator) {
        return FlightClient.builder("grpc://127.0.0.1:" + peer.port())
                .allocator(allocator)
                .build();
    }

    private static FieldVector values(FlightExchange exchange, FieldVector indices) {
        long id = indices.getField().getDictionary().getId();
        return exchange.reader().dictionaries().lookup(id).getVector();
    }

    private static List<String> text(FieldVector vector) {
        List<String> text = new ArrayList<>();
        for (int i = 0; i < vector.getValueCount(); i++) {
            text.add(String.valueOf(vector.getObject(i)));
        }
        return text;
    }

    @Test
    void twoThousandColumns(BufferAllocator allocator) {
        List<FieldVector> columns = new ArrayList<>();
        for (int c = 0; c < 2_000; c++) {
            BigIntVector column = new BigIntVector("c" + c, allocator);
            column.allocateNew(3);
            column.set(0, c);
            column.setNull(1);
            column.set(2, -c);
            columns.add(column);
        }
        try (VectorSchemaRoot root = new VectorSchemaRoot(columns);
                FlightClient client = connect(allocator);
                FlightExchange exchange = client.doExchange(ECHO)) {
            root.setRowCount(3);
            exchange.writer().begin(root.getSchema());
            exchange.writer().write(root);
            exchange.writer().doneWriting();
            assertThat(exchange.reader().next()).isTrue();
            assertThat(exchange.reader().schema()).isEqualTo(root.getSchema());
            assertThat(exchange.reader().root().equals(root)).isTrue();
            assertThat(exchange.reader().next()).isFalse();
        }
    }

    /** C++ reads 64 levels. */
    @Test
    void sixtyDeep(BufferAllocator allocator) {
        Field field = Field.nullable("leaf", INT8);
        for (int depth = 1; depth < 60; depth++) {
            field = new Field("level " + depth, FieldType.nullable(new ArrowType.Struct()), List.of(field));
        }
        try (VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator);
                FlightClient client = connect(allocator);
                FlightExchange exchange = client.doExchange(ECHO)) {
            FieldVector vector = root.getVector(0);
            vector.allocateNew();
            for (;
                    !vector.getChildrenFromFields().isEmpty();
                    vector = vector.getChildrenFromFields().get(0)) {
                ((StructVector) vector).setIndexDefined(0);
            }
            ((TinyIntVector) vector).setSafe(0, 42);
            root.setRowCount(2);
            exchange.writer().begin(root.getSchema());
            exchange.writer().write(root);
            assertThat(exchange.reader().next()).isTrue();
            assertThat(exchange.reader().schema()).isEqualTo(root.getSchema());
            assertThat(exchange.reader().root().equals(root)).isTrue();
            exchange.writer().doneWriting();
            assertThat(exchange.reader().next()).isFalse();
        }
    }

    /**
     * A dictionary of lists of indices of words, and a field of the words alone: replaced, grown and left between batches.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nestedAndSharedDictionariesThatChange(boolean deltas, BufferAllocator allocator) {
        Field item = new Field("item", new FieldType(true, INT8, WORDS), null);
        Field list = new Field("lists", FieldType.nullable(new ArrowType.List()), List.of(item));
        Schema schema = new Schema(List.of(
                new Field("word", new FieldType(true, INT8, WORDS), null),
                new Field("list", new FieldType(true, INT8, LISTS), null)));
        CallOptions options = CallOptions.NONE.write(IpcWriteOptions.DEFAULT.deltas(deltas));
        try (VarCharVector words = new VarCharVector("words", allocator);
                ListVector lists = (ListVector) list.createVector(allocator);
                VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
                FlightClient client = connect(allocator);
                FlightExchange exchange = client.doExchange(ECHO, options)) {
            root.getFieldVectors().forEach(vector -> ((TinyIntVector) vector).setSafe(0, 0));
            root.setRowCount(1);
            exchange.writer()
                    .begin(
                            schema,
                            new MapDictionaryProvider(new Dictionary(words, WORDS), new Dictionary(lists, LISTS)));
            String[][] versions = {{"a", "b"}, {"a", "b", "c"}, {"a", "b", "c"}, {"x", "y"}};
            for (int i = 0; i < versions.length; i++) {
                fill(words, versions[i]);
                fill(lists, i < 2 ? 1 : 2);
                exchange.writer().write(root);
                assertThat(exchange.reader().next()).isTrue();
                VectorSchemaRoot read = exchange.reader().root();
                assertThat(text(read.getVector(0))).containsExactly("0");
                assertThat(text(values(exchange, read.getVector(0)))).containsExactly(versions[i]);
                FieldVector readLists = values(exchange, read.getVector(1));
                assertThat(text(readLists)).isEqualTo(text(lists));
                FieldVector items = readLists.getChildrenFromFields().get(0);
                assertThat(text(values(exchange, items))).containsExactly(versions[i]);
            }
            exchange.writer().doneWriting();
            assertThat(exchange.reader().next()).isFalse();
        }
    }

    private static void fill(VarCharVector words, String... values) {
        words.allocateNew();
        for (int i = 0; i < values.length; i++) {
            words.setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
        }
        words.setValueCount(values.length);
    }

    /** So many lists of the indices 0 and 1. */
    private static void fill(ListVector lists, int count) {
        lists.allocateNew();
        TinyIntVector items = (TinyIntVector) lists.getDataVector();
        for (int i = 0; i < count; i++) {
            lists.startNewValue(i);
            items.setSafe(2 * i, 0);
            items.setSafe(2 * i + 1, 1);
            lists.endValue(i, 2);
        }
        lists.setValueCount(count);
    }
}
