package dev.peregrine.server.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages of docs/cookbook, and those of docs that show Java, have the code that runs in the tests. A recipe's source marks a
 * snippet:
 *
 * <pre>
 * // begin put
 * ...
 * // end put
 * </pre>
 *
 * <p>Several pieces of one name are one snippet. A page names it right before a block of code: {@code <!-- PutRecipeTest: put
 * -->}. With {@code -Dcookbook.rewrite} the pages are written from the sources instead of compared with them.
 */
class CookbookTest {
    private static final Path PAGES = Path.of("..", "docs", "cookbook");
    private static final Path DOCS = Path.of("..", "docs");

    /** Beside those of docs/cookbook. */
    private static final List<Path> OTHER_PAGES = List.of(DOCS.resolve("retries.md"), DOCS.resolve("observability.md"));

    /** Where the recipes are: here, and in the optional modules, which this one cannot know. */
    private static final List<Path> SOURCES = List.of(
            sources("server", "dev/peregrine/server/cookbook"),
            sources("metrics-micrometer", "dev/peregrine/metrics/micrometer"),
            sources("tracing-opentelemetry", "dev/peregrine/tracing/opentelemetry"));

    private static final Pattern MARK = Pattern.compile("\\s*// (begin|end) (\\S+)");
    private static final Pattern BLOCK =
            Pattern.compile("<!-- (\\w+): (\\S+) -->\n```java\n(.*?)```\n", Pattern.DOTALL);

    @Test
    void thePagesSayWhatRuns() throws IOException {
        Map<String, String> snippets = snippets();
        Set<String> shown = new TreeSet<>();
        for (Path page : Stream.concat(pages().stream(), OTHER_PAGES.stream()).toList()) {
            String text = Files.readString(page);
            String written = BLOCK.matcher(text).replaceAll(block -> {
                String name = block.group(1) + ": " + block.group(2);
                assertThat(snippets).as("snippets, for %s", page.getFileName()).containsKey(name);
                shown.add(name);
                return Matcher.quoteReplacement("<!-- " + name + " -->\n```java\n" + snippets.get(name) + "```\n");
            });
            if (System.getProperty("cookbook.rewrite") != null) {
                Files.writeString(page, written);
            } else {
                assertThat(text)
                        .as("%s differs from the code; -Dcookbook.rewrite writes it anew", page.getFileName())
                        .isEqualTo(written);
            }
        }
        assertThat(shown).as("the snippets that a page shows").isEqualTo(snippets.keySet());
    }

    @Test
    void everyPageIsInTheTableOfContents() throws IOException {
        String contents = Files.readString(PAGES.resolve("README.md"));
        for (Path page : pages()) {
            String name = page.getFileName().toString();
            if (!name.equals("README.md")) {
                assertThat(contents).contains("(" + name + ")");
                assertThat(Files.readString(page)).contains("```java");
            }
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.list(PAGES)) {
            return files.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** By {@code class: name}. */
    private static Map<String, String> snippets() throws IOException {
        Map<String, List<String>> lines = new TreeMap<>();
        List<Path> sources = new ArrayList<>();
        for (Path folder : SOURCES) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith("RecipeTest.java"))
                        .forEach(sources::add);
            }
        }
        for (Path source : sources) {
            String open = "";
            for (String line : Files.readAllLines(source)) {
                Matcher mark = MARK.matcher(line);
                if (mark.matches()) {
                    String name = source.getFileName().toString().replace(".java", "") + ": " + mark.group(2);
                    boolean begins = mark.group(1).equals("begin");
                    assertThat(open)
                            .as("the snippet that is open before %s", line)
                            .isEqualTo(begins ? "" : name);
                    open = begins ? name : "";
                } else if (!open.isEmpty()) {
                    lines.computeIfAbsent(open, name -> new ArrayList<>()).add(line);
                }
            }
            assertThat(open).as("the snippet that does not end").isEmpty();
        }
        Map<String, String> snippets = new TreeMap<>();
        lines.forEach((name, code) -> snippets.put(name, dedented(code)));
        return snippets;
    }

    private static Path sources(String module, String folder) {
        return Path.of("..", module, "src", "test", "java").resolve(folder);
    }

    /** A page without a mark would be compared with nothing. */
    @Test
    void allJavaOfTheOtherPagesRuns() throws IOException {
        for (Path page : OTHER_PAGES) {
            String text = Files.readString(page);
            assertThat(BLOCK.matcher(text).results().count())
                    .as("snippets that run, in %s", page.getFileName())
                    .isPositive()
                    .isEqualTo(text.split("```java\n", -1).length - 1);
        }
    }

    private static String dedented(List<String> lines) {
        int indent = lines.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        StringBuilder code = new StringBuilder();
        for (String line : lines) {
            code.append(line.isBlank() ? "" : line.substring(indent)).append('\n');
        }
        return code.toString();
    }
}
