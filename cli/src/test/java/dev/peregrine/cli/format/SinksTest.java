package dev.peregrine.cli.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.cli.format.BatchSink.TableLook;
import dev.peregrine.cli.format.BatchSource.CsvReading;
import dev.peregrine.testing.LeakCheck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@ExtendWith(LeakCheck.class)
class SinksTest {
    private static final TableLook ASCII = new TableLook(0, false);
    private static final CsvReading CSV = new CsvReading(65_536, 1_000);

    private static String written(VectorSchemaRoot root, Format format, TableLook look, BufferAllocator allocator)
            throws IOException {
        return new String(bytes(root, new MapDictionaryProvider(), format, look, allocator), UTF_8);
    }

    private static byte[] bytes(
            VectorSchemaRoot root,
            MapDictionaryProvider dictionaries,
            Format format,
            TableLook look,
            BufferAllocator allocator)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BatchSink sink = BatchSink.to(out, format, allocator, look)) {
            sink.begin(root, dictionaries);
            sink.write(root, dictionaries, root.getRowCount());
            sink.finish();
        }
        return out.toByteArray();
    }

    private static VectorSchemaRoot people(BufferAllocator allocator) {
        VarCharVector name = new VarCharVector("name", allocator);
        name.setSafe(0, "Ada \"the first\", 1815".getBytes(UTF_8));
        name.setSafe(1, "".getBytes(UTF_8));
        name.setNull(2);
        name.setValueCount(3);
        IntVector age = new IntVector("age", allocator);
        age.setSafe(0, 36);
        age.setSafe(1, -1);
        age.setNull(2);
        age.setValueCount(3);
        return VectorSchemaRoot.of(name, age);
    }

    @Test
    void csvQuotesWhatNeedsItAndTellsNullsFromEmptyStrings(BufferAllocator allocator) throws IOException {
        try (VectorSchemaRoot root = people(allocator)) {
            assertThat(written(root, Format.CSV, ASCII, allocator))
                    .isEqualTo("name,age\n\"Ada \"\"the first\"\", 1815\",36\n\"\",-1\n,\n");
        }
    }

    @Test
    void jsonIsAnObjectALine(BufferAllocator allocator) throws IOException {
        try (VectorSchemaRoot root = people(allocator)) {
            assertThat(written(root, Format.JSON, ASCII, allocator))
                    .isEqualTo("{\"name\":\"Ada \\\"the first\\\", 1815\",\"age\":36}\n{\"name\":\"\",\"age\":-1}\n"
                            + "{\"name\":null,\"age\":null}\n");
        }
    }

    @Test
    void aTableLinesUpAndSaysHowLargeItIs(BufferAllocator allocator) throws IOException {
        try (VectorSchemaRoot root = people(allocator)) {
            assertThat(written(root, Format.TABLE, ASCII, allocator)).isEqualTo("""
                             name                  |   age
                             utf8                  | int32
                            -----------------------+-------
                             Ada "the first", 1815 |    36
                                                   |    -1
                             null                  |  null
                            3 rows, 2 columns
                            """);
            assertThat(written(root, Format.TABLE, new TableLook(19, true), allocator))
                    .isEqualTo("""
                             name      │   age
                             utf8      │ int32
                            ───────────┼───────
                             Ada "the… │    36
                                       │    -1
                             null      │  null
                            3 rows, 2 columns
                            """);
        }
    }

    @Test
    void aTableDoesNotLetDataSteerTheTerminal(BufferAllocator allocator) throws IOException {
        VarCharVector evil = new VarCharVector("a\nb", allocator);
        evil.setSafe(0, "\u001b[2J\r\u0007".getBytes(UTF_8));
        evil.setValueCount(1);
        try (VectorSchemaRoot root = VectorSchemaRoot.of(evil)) {
            assertThat(written(root, Format.TABLE, ASCII, allocator))
                    .contains(" a\\nb\n")
                    .contains(" \\u001b[2J\\r\\u0007\n");
        }
    }

    @Test
    void everyTypeSurvivesFileAndStreamAndReadsTheSame(BufferAllocator allocator) throws IOException {
        try (Columns columns = new Columns(allocator)) {
            List<String> wanted = texts(columns.root(), columns.dictionaries);
            byte[] stream = bytes(columns.root(), columns.dictionaries, Format.STREAM, ASCII, allocator);
            try (BatchSource source =
                    BatchSource.ofStream(new ByteArrayInputStream(stream), Optional.empty(), CSV, allocator)) {
                assertThat(source.next()).isTrue();
                assertThat(texts(source.root(), source.dictionaries())).isEqualTo(wanted);
                assertThat(source.next()).isFalse();
            }
        }
    }

    @Test
    void everyTypeSurvivesAFile(BufferAllocator allocator, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("all.arrow");
        try (Columns columns = new Columns(allocator)) {
            Files.write(file, bytes(columns.root(), columns.dictionaries, Format.FILE, ASCII, allocator));
            try (BatchSource source = BatchSource.ofFile(file, Optional.empty(), CSV, allocator)) {
                assertThat(source.next()).isTrue();
                assertThat(texts(source.root(), source.dictionaries()))
                        .isEqualTo(texts(columns.root(), columns.dictionaries));
                assertThat(source.next()).isFalse();
                assertThat(source.fraction()).isBetween(0.5, 1.0);
            }
        }
    }

    private static List<String> texts(VectorSchemaRoot root, DictionaryProvider dictionaries) {
        return texts(Cell.ofColumns(root, dictionaries), root);
    }

    private static List<String> texts(List<Cell> cells, VectorSchemaRoot root) {
        List<String> texts = new ArrayList<>();
        for (int column = 0; column < cells.size(); column++) {
            Cell cell = cells.get(column);
            texts.add(
                    root.getVector(column).getName() + "=" + cell.text(0) + ";" + cell.isNull(1) + ";" + cell.text(2));
        }
        return texts;
    }

    /** Arrow's own file writer would leave the old dictionary in place, and the second batch would say wrong things. */
    @Test
    void aFileRefusesADictionaryThatChangesAndAStreamTakesIt(BufferAllocator allocator) throws IOException {
        DictionaryEncoding encoding = new DictionaryEncoding(1, false, new ArrowType.Int(32, true));
        try (VarCharVector words = new VarCharVector("words", allocator);
                IntVector indices =
                        new IntVector("colour", new FieldType(true, encoding.getIndexType(), encoding), allocator)) {
            MapDictionaryProvider dictionaries = new MapDictionaryProvider(new Dictionary(words, encoding));
            indices.setSafe(0, 0);
            indices.setValueCount(1);
            VectorSchemaRoot root = VectorSchemaRoot.of(indices);
            for (Format format : List.of(Format.FILE, Format.STREAM)) {
                words.setSafe(0, "red".getBytes(UTF_8));
                words.setValueCount(1);
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (BatchSink sink = BatchSink.to(out, format, allocator, ASCII)) {
                    sink.begin(root, dictionaries);
                    sink.write(root, dictionaries, 1);
                    sink.write(root, dictionaries, 1);
                    words.clear();
                    words.setSafe(0, "blue".getBytes(UTF_8));
                    words.setValueCount(1);
                    if (format == Format.FILE) {
                        assertThatThrownBy(() -> sink.write(root, dictionaries, 1))
                                .isInstanceOf(IOException.class)
                                .hasMessageContaining("changes its dictionary 1");
                        continue;
                    }
                    sink.write(root, dictionaries, 1);
                    sink.finish();
                }
                assertThat(colours(out.toByteArray(), allocator)).containsExactly("red", "red", "blue");
            }
        }
    }

    private static List<String> colours(byte[] stream, BufferAllocator allocator) throws IOException {
        List<String> colours = new ArrayList<>();
        try (BatchSource source =
                BatchSource.ofStream(new ByteArrayInputStream(stream), Optional.empty(), CSV, allocator)) {
            while (source.next()) {
                colours.add(Cell.ofColumns(source.root(), source.dictionaries())
                        .get(0)
                        .text(0));
            }
        }
        return colours;
    }

    @Test
    void onlySoManyRowsAreWritten(BufferAllocator allocator) throws IOException {
        BigIntVector numbers = new BigIntVector("n", allocator);
        for (int i = 0; i < 10; i++) {
            numbers.setSafe(i, i);
        }
        numbers.setValueCount(10);
        try (VectorSchemaRoot root = VectorSchemaRoot.of(numbers)) {
            for (Format format : Format.values()) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (BatchSink sink = BatchSink.to(out, format, allocator, ASCII)) {
                    sink.begin(root, new MapDictionaryProvider());
                    sink.write(root, new MapDictionaryProvider(), 2);
                    sink.finish();
                }
                switch (format) {
                    case CSV -> assertThat(out.toString(UTF_8)).isEqualTo("n\n0\n1\n");
                    case JSON -> assertThat(out.toString(UTF_8)).isEqualTo("{\"n\":0}\n{\"n\":1}\n");
                    case TABLE -> assertThat(out.toString(UTF_8)).endsWith("\n     0\n     1\n2 rows, 1 column\n");
                    case STREAM -> {
                        try (BatchSource source = BatchSource.ofStream(
                                new ByteArrayInputStream(out.toByteArray()), Optional.empty(), CSV, allocator)) {
                            assertThat(source.next()).isTrue();
                            assertThat(source.root().getRowCount()).isEqualTo(2);
                        }
                    }
                    case FILE -> assertThat(out.toByteArray()).startsWith("ARROW1".getBytes(UTF_8));
                }
            }
        }
    }

    /** A failed transfer must not end in a stream that looks whole. */
    @Test
    void aSinkThatIsClosedUnfinishedWritesNoEnd(BufferAllocator allocator) throws IOException {
        try (VectorSchemaRoot root = people(allocator)) {
            byte[] whole = bytes(root, new MapDictionaryProvider(), Format.FILE, ASCII, allocator);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (BatchSink sink = BatchSink.to(out, Format.FILE, allocator, ASCII)) {
                sink.begin(root, new MapDictionaryProvider());
                sink.write(root, new MapDictionaryProvider(), 3);
            }
            assertThat(out.size()).isLessThan(whole.length);
            assertThat(whole).startsWith(out.toByteArray());
        }
    }
}
