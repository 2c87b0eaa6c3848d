package dev.peregrine.protocol.wire.generic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenericOptionsTest {
    private final List<String> set = new ArrayList<>();

    private final GenericOptions<List<String>> options = new GenericOptions<List<String>>("lists")
            .number("n", 1, 10, (list, n) -> list.add("n=" + n))
            .number("open", 1, Integer.MAX_VALUE, (list, n) -> list.add("open=" + n))
            .flag("f", (list, f) -> list.add("f=" + f))
            .text("t", (list, t) -> list.add("t=" + t))
            .only("zero", 0, "it is always zero");

    @Test
    void knownOnesAreSet() {
        options.set(set, "n", 10);
        options.set(set, "f", 1);
        options.set(set, "f", 0);
        options.set(set, "t", "x");
        options.set(set, "zero", 0);
        assertThat(set).containsExactly("n=10", "f=true", "f=false", "t=x");
    }

    @Test
    void wrongTypesAndValuesAreErrorsThatNameTheOption() {
        refused("n", "x", "Generic option n is the string \"x\"; it must be a number");
        refused("t", 1, "Generic option t is the number 1; it must be a string");
        refused("n", 11, "Generic option n is 11; it must be between 1 and 10");
        refused("open", 0, "Generic option open is 0; it must be at least 1");
        refused("f", 2, "Generic option f is 2; it must be between 0 and 1");
        assertThat(set).isEmpty();
    }

    private void refused(String name, Object value, String sentence) {
        assertThatThrownBy(() -> options.set(set, name, value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void whatChangesNothingIsReportedOnce() {
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            for (int i = 0; i < 3; i++) {
                options.set(set, "grpc.unheard_of", 1);
                options.set(set, "zero", 1);
            }
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("Generic option grpc.unheard_of is unknown to lists and changes nothing")
                .containsOnlyOnce("Generic option zero = 1 changes nothing for lists: it is always zero");
        assertThat(set).isEmpty();
    }
}
