package dev.peregrine.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.interop.parade.Parade;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.CommandLine;
import dev.peregrine.interop.support.WithPython;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line with pyarrow at the other end: the example of the docs, and commands against a pyarrow server. */
@Tag("interop")
@WithPython
@Timeout(180)
class CommandLineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path EXAMPLE =
            Path.of("..", "docs", "pyarrow_example.py").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    @Test
    void theExampleOfTheDocs() throws IOException {
        try (ChildProcess server = CommandLine.start("serve", folder, "--port", 0, "--host", "127.0.0.1")) {
            String first = server.line(PATIENCE);
            String location = first.substring(first.lastIndexOf(' ') + 1);
            try (ChildProcess example = ChildProcess.python(EXAMPLE.toString(), List.of(location))) {
                assertThat(example.finish(PATIENCE))
                        .containsExactly(
                                "weather/today 3 rows",
                                "[{'city': 'Vienna', 'degrees': 21.5}, {'city': 'Graz', 'degrees': 19.0}, "
                                        + "{'city': None, 'degrees': 23.25}]");
            }
            assertThat(Files.exists(folder.resolve("weather").resolve("today.arrow")))
                    .isTrue();
        }
        assertThat(Files.readAllLines(EXAMPLE).size())
                .as("lines of the example")
                .isLessThan(32);
    }

    @Test
    void listGetAndPutWithAPyarrowServer() throws IOException {
        try (ChildProcess writer = ChildProcess.python("arrow_files.py", List.of("write", folder))) {
            writer.finish(PATIENCE);
        }
        try (ChildProcess server = ChildProcess.pythonPeer("server.py", "--folder", folder);
                ChildProcess compare = ChildProcess.pythonPeer("file_checks.py", "grpc://127.0.0.1:1", folder)) {
            String location = "grpc://127.0.0.1:" + server.port();

            assertThat(CommandLine.run("list", location, "--names")).containsExactly("ints", "words");
            assertThat(CommandLine.run("info", location, "ints")).anyMatch(line -> line.contains("12"));
            assertThat(CommandLine.run("schema", location, "ints")).isNotEmpty();
            assertThat(CommandLine.run("get", location, "--ticket", "ints", "--format", "csv"))
                    .hasSize(1 + Parade.ROWS)
                    .contains("i,s", "0,row 0", "2,", "10,row 10");
            assertThat(CommandLine.run("actions", location)).anyMatch(line -> line.contains("echo"));

            for (String file : List.of("nested_stream.arrows", "dictionary.arrow")) {
                Path copy = folder.resolve("got_" + file);
                CommandLine.run("get", location, "file/" + file, "-o", copy);
                compare.check("equal got_" + file + " " + file, PATIENCE);
                CommandLine.run("put", location, "file/put_" + file + ".arrows", folder.resolve(file));
                compare.check("equal put_" + file + ".arrows " + file, PATIENCE);
            }
        }
    }
}
