package dev.peregrine.cli.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.cli.format.BatchSource.CsvReading;
import dev.peregrine.testing.LeakCheck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
@ExtendWith(LeakCheck.class)
class CsvSourceTest {
    /** The types, then each row's texts; a null is {@code null}. */
    private static List<String> read(String csv, int batchRows, int inferRows, BufferAllocator allocator)
            throws IOException {
        List<String> lines = new ArrayList<>();
        try (BatchSource source = BatchSource.ofStream(
                new ByteArrayInputStream(csv.getBytes(UTF_8)),
                Optional.of(Format.CSV),
                new CsvReading(batchRows, inferRows),
                allocator)) {
            lines.add(String.join(
                    " ",
                    source.root().getSchema().getFields().stream()
                            .map(field -> field.getName() + ":" + TypeText.of(field))
                            .toList()));
            while (source.next()) {
                List<Cell> cells = Cell.ofColumns(source.root(), source.dictionaries());
                for (int row = 0; row < source.root().getRowCount(); row++) {
                    int at = row;
                    lines.add(String.join(
                            "|",
                            cells.stream()
                                    .map(cell -> cell.isNull(at) ? "null" : cell.text(at))
                                    .toList()));
                }
                lines.add("--");
            }
        }
        return lines;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "1,-2,0; int64",
                "9223372036854775807; int64",
                "9223372036854775808; utf8",
                "007; utf8",
                "+1; utf8",
                "1,2.5; double",
                "1e3; double",
                "NaN,-Infinity; double",
                "0.5,10000000000000000000000; utf8",
                "true,FALSE; bool",
                "true,1; utf8",
                "2024-02-29; date32",
                "2024-02-30; utf8",
                "2024-02-29T12:34:56; timestamp[us]",
                "2024-02-29 12:34; timestamp[us]",
                "2024-02-29T12:34:56.123456789; timestamp[ns]",
                "2024-02-29T12:34:56Z; timestamp[us, UTC]",
                "2024-02-29T12:34:56.000000001+01:00; timestamp[ns, UTC]",
                "2024-02-29T12:34:56Z,2024-02-29T12:34:56; utf8",
                "2024-02-29,2024-02-29T12:34:56; utf8",
                "'1,\"\"'; utf8",
                "'1,,'; int64",
                "'\n\n'; utf8"
            })
    void theTypeIsTheFirstThatHoldsAllValues(String values, String type, BufferAllocator allocator) throws IOException {
        String csv = "x\n" + values.strip().replace(',', '\n') + "\n";
        assertThat(read(csv, 10, 1000, allocator).get(0)).isEqualTo("x:" + type.strip());
    }

    @Test
    void valuesNullsAndBatches(BufferAllocator allocator) throws IOException {
        String csv =
                "\uFEFFid,name,when\r\n1,\"a,\"\"b\"\"\nc\",2024-02-29T13:00:00+01:00\r\n,\"\",\r\n3,,1970-01-01T00:00:00Z";
        assertThat(read(csv, 2, 1000, allocator))
                .containsExactly(
                        "id:int64 name:utf8 when:timestamp[us, UTC]",
                        "1|a,\"b\"\nc|2024-02-29T12:00:00.000000Z",
                        "null||null",
                        "--",
                        "3|null|1970-01-01T00:00:00.000000Z",
                        "--");
    }

    @Test
    void emptyLinesAreSkippedUnlessThereIsOneColumn(BufferAllocator allocator) throws IOException {
        assertThat(read("a,b\n1,2\n\n3,4\n", 9, 9, allocator)).containsExactly("a:int64 b:int64", "1|2", "3|4", "--");
        assertThat(read("a\n1\n\n3\n", 9, 9, allocator)).containsExactly("a:int64", "1", "null", "3", "--");
    }

    @Test
    void onlyAHeaderIsASchemaOfText(BufferAllocator allocator) throws IOException {
        assertThat(read("a,b\n", 9, 9, allocator)).containsExactly("a:utf8 b:utf8");
    }

    @Test
    void aLaterValueOfAnotherTypeIsNamedWithItsLine(BufferAllocator allocator) {
        assertThatThrownBy(() -> read("a,b\n1,x\n2,y\nthree,z\n", 9, 2, allocator))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Line 4 of the CSV has 'three' in column 'a', which the rows before it made int64; look at more rows to"
                                + " find the types (--infer-rows).");
    }

    @Test
    void brokenCsvSaysWhere(BufferAllocator allocator) {
        assertThatThrownBy(() -> read("", 9, 9, allocator))
                .hasMessage("The CSV is empty; its first line has to name the columns.");
        assertThatThrownBy(() -> read("a,b\n1\n", 9, 9, allocator))
                .hasMessage("Line 2 of the CSV has 1 field, its header 2.");
        assertThatThrownBy(() -> read("a,b\n1,2,3\n", 9, 9, allocator))
                .hasMessage("Line 2 of the CSV has 3 fields, its header 2.");
    }

    @Test
    void whatCsvWritesCsvReads(BufferAllocator allocator) throws IOException {
        String csv =
                "id,x,name,ok,day,at\n1,0.1,\"a \"\"b\"\"\",true,2024-02-29,1969-12-31T23:59:59.999999\n,,,,,\n-5,1.0E300,\"\",false,"
                        + "0001-01-01,2024-01-01T00:00:00.000000\n";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BatchSource source = BatchSource.ofStream(
                        new ByteArrayInputStream(csv.getBytes(UTF_8)),
                        Optional.empty(),
                        new CsvReading(10, 10),
                        allocator);
                BatchSink sink = BatchSink.to(out, Format.CSV, allocator, new BatchSink.TableLook(0, false))) {
            sink.begin(source.root(), source.dictionaries());
            while (source.next()) {
                sink.write(source.root(), source.dictionaries(), source.root().getRowCount());
            }
            sink.finish();
        }
        assertThat(out.toString(UTF_8)).isEqualTo(csv);
    }
}
