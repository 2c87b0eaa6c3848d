package dev.peregrine.cli.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(LeakCheck.class)
class CellTest {
    @Test
    void everyTypeReadsAsItShouldInTextAndJson(BufferAllocator allocator) {
        try (Columns columns = new Columns(allocator)) {
            Map<String, List<String>> wanted = new TreeMap<>();
            Map<String, List<String>> got = new TreeMap<>();
            List<Cell> cells = Cell.ofColumns(columns.root(), columns.dictionaries);
            for (int i = 0; i < cells.size(); i++) {
                String name = columns.fields.get(i).getName();
                Columns.Column column = columns.columns.get(i);
                List<String> wants = new ArrayList<>(column.texts());
                wants.addAll(column.json());
                wanted.put(name, wants);
                Cell cell = cells.get(i);
                got.put(name, List.of(cell.text(0), cell.text(2), json(cell, 0), json(cell, 2)));
                assertThat(cell.isNull(0)).as(name).isFalse();
                assertThat(cell.isNull(1)).as(name).isTrue();
            }
            assertThat(got).isEqualTo(wanted);
        }
    }

    /** The fixture is only worth something if no type was forgotten. */
    @Test
    void theFixtureHasEveryArrowType(BufferAllocator allocator) {
        try (Columns columns = new Columns(allocator)) {
            List<ArrowTypeID> ids = columns.fields.stream()
                    .map(field -> field.getType() instanceof ArrowType.ExtensionType
                            ? ArrowTypeID.NONE
                            : field.getType().getTypeID())
                    .toList();
            assertThat(ids)
                    .contains(Arrays.stream(ArrowTypeID.values())
                            .filter(id -> id != ArrowTypeID.Null)
                            .toArray(ArrowTypeID[]::new));
            List<MinorType> minors = columns.columns.stream()
                    .map(column -> column.vector().getMinorType())
                    .toList();
            List<MinorType> missing = new ArrayList<>(List.of(MinorType.values()));
            missing.removeAll(minors);
            // The null type has a test of its own.
            assertThat(missing).containsExactly(MinorType.NULL);
        }
    }

    private static String json(Cell cell, int row) {
        StringWriter text = new StringWriter();
        try (var out = Cell.JSON.createGenerator(text)) {
            cell.json(out, row);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return text.toString();
    }

    @Test
    void aColumnOfTheNullTypeIsNullThroughout() {
        NullVector nulls = new NullVector("nothing", 2);
        try (VectorSchemaRoot root = VectorSchemaRoot.of(nulls)) {
            Cell cell = Cell.ofColumns(root, new MapDictionaryProvider()).get(0);
            assertThat(cell.isNull(0)).isTrue();
            assertThat(cell.isNull(1)).isTrue();
        }
    }

    @Test
    void anIndexBeyondTheDictionaryIsNamed(BufferAllocator allocator) {
        try (VarCharVector words = new VarCharVector("words", allocator);
                TinyIntVector indices = new TinyIntVector(
                        "colour",
                        new FieldType(
                                true,
                                new ArrowType.Int(8, true),
                                new DictionaryEncoding(1, false, new ArrowType.Int(8, true))),
                        allocator)) {
            words.setSafe(0, "red".getBytes(StandardCharsets.UTF_8));
            words.setValueCount(1);
            indices.setSafe(0, 1);
            indices.setValueCount(1);
            MapDictionaryProvider provider = new MapDictionaryProvider(
                    new Dictionary(words, indices.getField().getDictionary()));
            Cell cell = Cell.of(indices.getField(), indices, provider);
            assertThatThrownBy(() -> cell.text(0))
                    .hasMessage("Row 0 of column 'colour' names entry 1 of a dictionary that has 1.");
        }
    }

    @Test
    void aMissingDictionaryIsNamed(BufferAllocator allocator) {
        try (TinyIntVector indices = new TinyIntVector(
                "colour",
                new FieldType(
                        true, new ArrowType.Int(8, true), new DictionaryEncoding(5, false, new ArrowType.Int(8, true))),
                allocator)) {
            assertThatThrownBy(() -> Cell.of(indices.getField(), indices, new MapDictionaryProvider()))
                    .hasMessage("Column 'colour' is encoded with dictionary 5, which has not been sent.");
        }
    }
}
