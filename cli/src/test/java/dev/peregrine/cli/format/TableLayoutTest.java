package dev.peregrine.cli.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TableLayoutTest {
    @Test
    void theWidestColumnsGiveWayFirst() {
        // Two columns have a frame of five: two spaces outside, a bar with spaces between them.
        assertThat(TableLayout.shared(new int[] {10, 100}, 50)).containsExactly(10, 35);
        assertThat(TableLayout.shared(new int[] {40, 40}, 50)).containsExactly(22, 23);
        assertThat(TableLayout.shared(new int[] {3, 4}, 50)).containsExactly(3, 4);
    }

    @Test
    void columnsThatDoNotFitAtAllAreLeftOut() {
        assertThat(TableLayout.shared(new int[] {20, 20, 20, 20}, 20)).hasSize(2);
        assertThat(TableLayout.shared(new int[] {200}, 4)).containsExactly(2);
    }

    @Test
    void wideCharactersTakeTwoColumnsAndMarksNone() {
        assertThat(TextWidth.of("日本")).isEqualTo(4);
        assertThat(TextWidth.of("e\u0301")).isEqualTo(1);
        assertThat(TextWidth.of("\ud83d\ude00")).isEqualTo(2);
        assertThat(TextWidth.cut("日本語", 5, "…")).isEqualTo("日本…");
        assertThat(TextWidth.cut("日本語", 4, "…")).isEqualTo("日…");
        assertThat(TextWidth.cut("abc", 3, "…")).isEqualTo("abc");
    }

    @Test
    void hiddenColumnsAreCounted() {
        TableLayout.Column a = new TableLayout.Column("first column", "");
        TableLayout.Column b = new TableLayout.Column("second column", "");
        a.add("x");
        b.add("y");
        assertThat(new TableLayout(List.of(a, b), 1, 10, 100, false).lines())
                .containsExactly(" first c~", "----------", " x", "~ 1 more column");
    }
}
