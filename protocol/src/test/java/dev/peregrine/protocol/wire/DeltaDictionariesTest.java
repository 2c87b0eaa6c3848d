package dev.peregrine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.protocol.StreamStats;
import dev.peregrine.protocol.options.IpcWriteOptions;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.message.ArrowDictionaryBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dictionaries that grow, sent as what was added, if that is asked for. */
@ExtendWith(LeakCheck.class)
final class DeltaDictionariesTest {
    private static final DictionaryEncoding ENCODING = new DictionaryEncoding(1, false, new ArrowType.Int(8, true));

    private static void set(VarCharVector words, String... values) {
        words.reset();
        for (int i = 0; i < values.length; i++) {
            words.setSafe(i, values[i].getBytes(StandardCharsets.UTF_8));
        }
        words.setValueCount(values.length);
    }

    private static TinyIntVector index(BufferAllocator allocator) {
        TinyIntVector index =
                new TinyIntVector("index", new FieldType(true, new ArrowType.Int(8, true), ENCODING), allocator);
        index.setSafe(0, 0);
        index.setValueCount(1);
        return index;
    }

    /** Grows, stays, grows, changes, shrinks: only what has grown is a delta. */
    private static void write(Pipe pipe, BufferAllocator allocator, boolean deltas) {
        try (VarCharVector words = new VarCharVector("words", allocator);
                TinyIntVector index = index(allocator);
                VectorSchemaRoot root = new VectorSchemaRoot(List.of(index))) {
            words.allocateNew();
            pipe.writer.use(IpcWriteOptions.DEFAULT.deltas(deltas));
            pipe.writer.begin(root.getSchema(), new MapDictionaryProvider(new Dictionary(words, ENCODING)));
            String[][] versions = {
                {"a", "b"},
                {"a", "b", "c"},
                {"a", "b", "c"},
                {"a", "b", "c", "", "e"},
                {"x", "b", "c", "", "e", "f"},
                {"x"}
            };
            for (String[] version : versions) {
                set(words, version);
                pipe.writer.write(root);
            }
            pipe.writer.doneWriting();
        }
    }

    private static List<String> dictionaries(Pipe pipe) {
        List<String> all = new ArrayList<>();
        while (pipe.reader.nextMessage()) {
            if (pipe.reader.message() instanceof ArrowDictionaryBatch batch) {
                all.add((batch.isDelta() ? "+" : "") + batch.getDictionary().getLength());
            }
        }
        return all;
    }

    @Test
    void onlyWhatIsNewGoesOut(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            write(pipe, allocator, true);
            assertThat(dictionaries(pipe)).containsExactly("2", "+1", "+2", "6", "1");
        }
    }

    @Test
    void withoutTheOptionAllOfItGoesOut(BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            write(pipe, allocator, false);
            assertThat(dictionaries(pipe)).containsExactly("2", "3", "5", "6", "1");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bothEndsCount(boolean deltas, BufferAllocator allocator) {
        // A schema, six batches, and five dictionaries, of which the first replaces nothing.
        StreamStats expected = deltas ? new StreamStats(12, 6, 5, 2, 2) : new StreamStats(12, 6, 5, 0, 4);
        try (Pipe pipe = new Pipe(allocator)) {
            write(pipe, allocator, deltas);
            assertThat(pipe.writer.stats()).isEqualTo(expected);
            while (pipe.reader.next()) {}
            assertThat(pipe.reader.stats()).isEqualTo(expected);
        }
        try (Pipe pipe = new Pipe(allocator)) {
            write(pipe, allocator, deltas);
            assertThat(pipe.reader.stats()).as("before anything is taken").isEqualTo(new StreamStats(0, 0, 0, 0, 0));
            while (pipe.reader.nextMessage()) {}
            assertThat(pipe.reader.stats()).as("passed on as it is").isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theReaderHasTheSameEitherWay(boolean deltas, BufferAllocator allocator) {
        try (Pipe pipe = new Pipe(allocator)) {
            write(pipe, allocator, deltas);
            List<String> seen = new ArrayList<>();
            while (pipe.reader.next()) {
                var values = pipe.reader.dictionaries().lookup(1).getVector();
                StringBuilder all = new StringBuilder();
                for (int i = 0; i < values.getValueCount(); i++) {
                    all.append(values.getObject(i)).append('.');
                }
                seen.add(all.toString());
            }
            assertThat(seen).containsExactly("a.b.", "a.b.c.", "a.b.c.", "a.b.c..e.", "x.b.c..e.f.", "x.");
        }
    }
}
