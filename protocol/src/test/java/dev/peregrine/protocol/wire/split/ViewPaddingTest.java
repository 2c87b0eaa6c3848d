package dev.peregrine.protocol.wire.split;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ViewVarCharVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Behind the short values of a view vector are zeros, and not what the memory held before. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class ViewPaddingTest {
    private static final String[] WORDS = {"", "a", "twelve bytes", null, "longer than a view has room for"};
    private static final int ROWS = 50;

    private static void fill(ViewVarCharVector vector) {
        vector.allocateNew(ROWS);
        for (int row = 0; row < ROWS; row++) {
            String word = WORDS[row % WORDS.length];
            if (word == null) {
                vector.setNull(row);
            } else {
                vector.setSafe(row, word.getBytes(UTF_8));
            }
        }
        vector.setValueCount(ROWS);
    }

    /** Makes each byte that is not a value's one that must not be seen. */
    private static void spoil(ViewVarCharVector vector) {
        ArrowBuf views = vector.getDataBuffer();
        for (int row = 0; row < vector.getValueCount(); row++) {
            int used = vector.isNull(row) ? 0 : 4 + views.getInt(16L * row);
            for (int i = used; i < 16; i++) {
                views.setByte(16L * row + i, 0x5a);
            }
        }
    }

    private static void assertClean(ViewVarCharVector vector, int firstRow) {
        ArrowBuf views = vector.getDataBuffer();
        for (int row = 0; row < vector.getValueCount(); row++) {
            String word = WORDS[(firstRow + row) % WORDS.length];
            assertThat(
                            vector.getObject(row) == null
                                    ? null
                                    : vector.getObject(row).toString())
                    .isEqualTo(word);
            int used = word == null ? 0 : 4 + word.length();
            for (int i = used; i < 16; i++) {
                assertThat(views.getByte(16L * row + i))
                        .as("row %d, byte %d of the view", row, i)
                        .isZero();
            }
        }
    }

    @Test
    void aVectorAndOneInsideOfAnotherAreCleared(BufferAllocator allocator) {
        try (ViewVarCharVector words = new ViewVarCharVector("words", allocator);
                StructVector struct = StructVector.empty("struct", allocator)) {
            fill(words);
            spoil(words);
            ViewPadding.clear(words);
            assertClean(words, 0);

            ViewVarCharVector inside = struct.addOrGet(
                    "words", FieldType.nullable(MinorType.VIEWVARCHAR.getType()), ViewVarCharVector.class);
            fill(inside);
            struct.setValueCount(ROWS);
            spoil(inside);
            ViewPadding.clear(struct);
            assertClean(inside, 0);
        }
    }

    @Test
    void thePartsOfABatchAreClean(BufferAllocator allocator) {
        // What the parts' memory will probably have held before.
        List<ArrowBuf> secrets = java.util.stream.IntStream.range(0, 64)
                .mapToObj(i -> allocator.buffer(512).setOne(0L, 512L))
                .toList();
        secrets.forEach(ArrowBuf::close);
        Field field = Field.nullable("words", new ArrowType.Utf8View());
        try (ViewVarCharVector words = (ViewVarCharVector) field.createVector(allocator);
                VectorSchemaRoot whole = new VectorSchemaRoot(List.of(field), List.of(words), ROWS)) {
            fill(words);
            try (RowParts parts = RowParts.of(whole, ROWS, (part, isFirst) -> part.getRowCount(), 10)) {
                assertThat(parts.roots()).hasSize(5);
                for (int i = 0; i < 5; i++) {
                    assertClean((ViewVarCharVector) parts.roots().get(i).getVector(0), 10 * i);
                }
            }
        }
    }
}
