package dev.peregrine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tests that docs/parity.md names are there. Needs no network. */
class ParityTest {
    private record Row(int line, String theirs, String ours, String tests) {}

    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
    private static final Path PROJECT = Path.of("..");

    private static List<Row> rows;
    private static Map<String, String> testSources;

    @BeforeAll
    static void read() throws IOException {
        rows = new ArrayList<>();
        List<String> lines = Files.readAllLines(PROJECT.resolve("docs").resolve("parity.md"));
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| theirs |")) {
                String[] cells = line.substring(1).split("(?<!\\\\)\\|", -1);
                assertThat(cells).as("line %d of parity.md", i + 1).hasSize(4);
                rows.add(new Row(i + 1, cells[0].trim(), cells[1].trim(), cells[2].trim()));
            }
        }
        try (Stream<Path> modules = Files.list(PROJECT)) {
            testSources = modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(ParityTest::filesIn)
                    .filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString().replace(".java", ""),
                            ParityTest::text,
                            String::concat,
                            TreeMap::new));
        }
    }

    private static Stream<Path> filesIn(Path folder) {
        try {
            return Files.walk(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyTestThatIsNamedExists() {
        List<String> missing = new ArrayList<>();
        for (Row row : rows) {
            Matcher test = TEST.matcher(row.tests);
            while (test.find()) {
                String source = testSources.getOrDefault(test.group(1), "");
                if (!Pattern.compile("\\b(void|Stream<DynamicTest>) " + test.group(2) + "\\(")
                        .matcher(source)
                        .find()) {
                    missing.add("line " + row.line + ": " + test.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyRowHasATestOrAReason() {
        List<Row> unproved = rows.stream()
                .filter(row -> !TEST.matcher(row.tests).find())
                .filter(row -> !row.ours.startsWith("\u2014"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(90);
        assertThat(unproved).isEmpty();
    }
}
