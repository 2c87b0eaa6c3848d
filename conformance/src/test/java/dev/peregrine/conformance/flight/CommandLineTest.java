package dev.peregrine.conformance.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class CommandLineTest {
    private static final Set<String> KNOWN = Set.of("port", "scenario");

    @Test
    void takesTheFormsOfAllImplementations() {
        for (String[] form : new String[][] {
            {"-port", "0", "-scenario", "auth:basic_proto"},
            {"-port=0", "-scenario", "auth:basic_proto"},
            {"--scenario=auth:basic_proto", "--port", "0"}
        }) {
            CommandLine options = CommandLine.parse(KNOWN, form);
            assertThat(options.port()).isZero();
            assertThat(options.text("scenario")).isEqualTo("auth:basic_proto");
        }
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> CommandLine.parse(KNOWN, "-host", "x"))
                .hasMessageStartingWith("-host is not an option; there are ");
        assertThatThrownBy(() -> CommandLine.parse(KNOWN, "port", "0"))
                .hasMessageStartingWith("port is not an option; there are ");
        assertThatThrownBy(() -> CommandLine.parse(KNOWN, "-port")).hasMessage("option port needs a value");
        assertThatThrownBy(() -> CommandLine.parse(KNOWN, "-port", "http").port())
                .hasMessage("option port is http, which is no number");
        assertThatThrownBy(() -> CommandLine.parse(KNOWN).text("port")).hasMessage("option port is missing");
        assertThatThrownBy(() -> Scenarios.named("dance"))
                .hasMessageStartingWith("there is no scenario dance; there are ");
    }
}
