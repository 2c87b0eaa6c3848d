package dev.peregrine.conformance;

import dev.peregrine.testing.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of others, or a {@code main} of ours, that has run to its end. Its standard output and its standard error are
 * one text. Any thread.
 */
public record Run(int exit, String output) {
    /** Runs a command and waits for its end; when it takes longer, it and its children are killed, and this throws. */
    public static Run of(Duration limit, List<String> command) throws IOException, InterruptedException {
        // A file, so that a child which outlives the command cannot keep us waiting for the end of a pipe.
        Path output = Files.createTempFile("peregrine-run", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                process.getOutputStream().close();
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new AssertionError(String.join(" ", command) + " did not end within " + limit.toSeconds()
                            + " s; it said:\n" + Files.readString(output));
                }
                return new Run(process.exitValue(), Files.readString(output));
            } finally {
                Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                        .forEach(ProcessHandle::destroyForcibly);
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** The command line that runs a {@code main} of the tests in a JVM of its own. */
    public static List<String> java(Class<?> main, String... arguments) {
        return Jvm.command(main, List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"), (Object[]) arguments);
    }
}
