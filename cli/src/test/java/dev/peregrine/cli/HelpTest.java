package dev.peregrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What the help says, and that docs/cli.md says the same. */
@Timeout(60)
class HelpTest {
    private static final List<String> COMMANDS = List.of(
            "demo",
            "serve",
            "list",
            "info",
            "schema",
            "get",
            "put",
            "exchange",
            "actions",
            "action",
            "wait",
            "verify",
            "bench");

    /** With this property the blocks of docs/cli.md are written anew instead of compared. */
    private static final String WRITE = "peregrine.docs.write";

    private static String help(String... command) {
        Typed help = Typed.command(command);
        assertThat(help.code()).isZero();
        assertThat(help.err()).isEmpty();
        return help.out();
    }

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void eachCommandHasAnExampleOfItself(String command) {
        String help = help(command, "--help");
        assertThat(help).startsWith("Usage: peregrine " + command);
        assertThat(help.substring(help.indexOf("\nExamples:\n"))).contains("peregrine " + command);
        assertThat(help("help", command)).isEqualTo(help);
    }

    @Test
    void theTopHelpNamesEveryCommandAndEveryExitCode() {
        String help = help("--help");
        COMMANDS.forEach(command -> assertThat(help).contains("\n  " + command + " "));
        for (String line : ExitCode.TABLE) {
            int colon = line.indexOf(':');
            assertThat(help)
                    .containsPattern(
                            "\n  " + line.substring(0, colon) + " +" + Pattern.quote(line.substring(colon + 1)));
        }
    }

    @Test
    void versionAndCompletion() {
        assertThat(help("--version")).matches("peregrine .*, Java [0-9]+, .*\n");
        assertThat(help("generate-completion")).contains("complete -F").contains("exchange");
    }

    /** Each block of docs/cli.md that begins with a usage line is what that command's --help prints. */
    @Test
    void theDocumentationSaysWhatTheHelpSays() throws IOException {
        Path file = Path.of("../docs/cli.md");
        String docs = Files.readString(file);
        Map<String, String> wanted = new TreeMap<>();
        wanted.put("peregrine", help("--help"));
        COMMANDS.forEach(command -> wanted.put("peregrine " + command, help(command, "--help")));
        if (Boolean.getBoolean(WRITE)) {
            for (Map.Entry<String, String> entry : wanted.entrySet()) {
                String old = block(docs, entry.getKey());
                docs = docs.replace("```text\n" + old + "```", "```text\n" + entry.getValue() + "```");
            }
            Files.write(file, docs.getBytes(UTF_8));
        }
        String now = docs;
        wanted.forEach((command, help) -> assertThat(block(now, command))
                .as("docs/cli.md, " + command + "; write it anew with -D" + WRITE + "=true")
                .isEqualTo(help));
    }

    private static String block(String docs, String command) {
        String fence = "```text\n";
        for (int at = docs.indexOf(fence); at >= 0; at = docs.indexOf(fence, at + 1)) {
            String block = docs.substring(at + fence.length(), docs.indexOf("```", at + fence.length()));
            if (block.startsWith("Usage: " + command + " [")) {
                return block;
            }
        }
        throw new AssertionError("docs/cli.md has no block for " + command);
    }
}
