package dev.peregrine.server.folder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JsonObjectTest {

    @Test
    void writesNumbersAndText() {
        assertThat(new JsonObject()
                        .put("a", 1)
                        .put("b", "x")
                        .put("c", Long.MIN_VALUE)
                        .toString())
                .isEqualTo("{\"a\":1,\"b\":\"x\",\"c\":-9223372036854775808}");
        assertThat(new JsonObject().toString()).isEqualTo("{}");
    }

    @Test
    void escapesWhatJsonCannotHave() {
        assertThat(new JsonObject().put("é\"", "\\\n\u0001 \u2028 ü").toString())
                .isEqualTo("{\"é\\\"\":\"\\\\\\u000a\\u0001 \u2028 ü\"}");
    }
}
