package dev.peregrine.interop.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.interop.IntervalFile;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.CommandLine;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code peregrine verify} on a file for every entry of Arrow's integration files: plain, compressed with LZ4 and ZSTD, in metadata version
 * 4, with delta dictionaries. What a peer does not give back as it was is listed here and in docs/fidelity.md; a peer that gets better
 * fails the test, too.
 */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(240)
class GoldenFilesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** A line that is no file's. */
    private static final String SUM = "\\d+ files: .*";

    private Path folder;

    @BeforeAll
    void write(BufferAllocator allocator, @TempDir Path folder) throws IOException {
        this.folder = folder;
        try (ChildProcess writer = ChildProcess.python("arrow_files.py", List.of("golden", folder))) {
            writer.finish(PATIENCE);
        }
        IntervalFile.write(folder, allocator);
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    /**
     * Verifies all files and compares with what is expected.
     *
     * @param lost by the name of a case, in whatever form: what has to be said of it; all others come back equal
     */
    private void verify(Map<String, String> lost, Object... service) throws IOException {
        Object[] arguments =
                Stream.concat(Stream.of("verify", folder), Stream.of(service)).toArray();
        List<String> lines = CommandLine.ending(lost.isEmpty() ? 0 : 1, arguments);
        Map<String, String> said = new TreeMap<>();
        for (String line : lines) {
            if (!line.startsWith("equal ") && !line.matches(SUM)) {
                String[] parts = line.substring(11).split(": ", 2);
                said.put(parts[0], parts[1]);
            }
        }
        assertThat(lines).as("a line a file, and the sum").hasSize((int) files() + 1);
        TreeSet<String> cases = new TreeSet<>();
        said.forEach((file, words) -> {
            String name = lost.containsKey(name(file)) ? name(file) : file;
            cases.add(name);
            assertThat(words).as(file).contains(lost.getOrDefault(name, "nothing, since it should be equal"));
        });
        assertThat(cases).as("what is lost").isEqualTo(new TreeSet<>(lost.keySet()));
    }

    private static String name(String file) {
        return file.substring(file.lastIndexOf('/') + 1).replaceFirst("\\..*", "");
    }

    @Test
    void ourOwnServer() throws IOException {
        verify(Map.of());
    }

    /** C++ reads maps without the names of their keys and values. */
    @Test
    void pyarrowsServer() throws IOException {
        try (ChildProcess server = ChildProcess.pythonPeer("store_server.py")) {
            verify(
                    Map.of("map_non_canonical", "field 'map.entries.some_key' has the name 'key'"),
                    "grpc://127.0.0.1:" + server.port());
        }
    }

    /**
     * flight-core has no small decimals, takes deltas for replacements, and names the elements of lists in dictionaries anew. That
     * only the last dictionary is kept is the store's doing: flight-core cannot send another with a later batch.
     */
    @Test
    void flightCoresServer() throws Exception {
        try (FlightCoreStore server = FlightCoreStore.start()) {
            verify(
                    Map.of(
                            "decimal32", "Application error processing RPC",
                            "decimal64", "Application error processing RPC",
                            "deltas/dictionary_growing.arrows", "value 0: \"dd\" instead of \"a\"",
                            "dictionary_replaced", "value 0: \"b\" instead of \"a\"",
                            "nested_dictionary", "field 'n0.item' has the name '$data$'"),
                    "grpc://127.0.0.1:" + server.port());
        }
    }
}
