package dev.peregrine.bench.side;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One thread. A process that prints lines. It does not outlive this one, unless that is killed without notice. */
final class Child implements AutoCloseable {
    private static final int SECONDS_TO_END = 10;
    private static final int LAST_LINES = 3;

    private final Process process;
    private final Path errors;
    private final Thread end;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    /** {@code folder} is where its standard error goes. */
    Child(List<String> command, Path folder) throws IOException {
        errors = Files.createTempFile(folder, "stderr", ".txt");
        process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        end = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(end);
        Thread reading = new Thread(this::read, "lines-of-" + process.pid());
        reading.setDaemon(true);
        reading.start();
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = reader.readLine()) != null; ) {
                lines.add(Optional.of(line));
            }
        } catch (IOException closed) {
            // It was killed.
        }
        lines.add(Optional.empty());
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** The next line that it prints, or nothing when it has ended well. */
    Optional<String> line(long seconds) throws PeerFailure, InterruptedException {
        Optional<String> line = lines.poll(seconds, TimeUnit.SECONDS);
        if (line == null) {
            throw new PeerFailure("said nothing for " + seconds + " s" + lastErrors());
        }
        if (line.isEmpty()) {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                throw new PeerFailure("closed its output and goes on");
            }
            if (process.exitValue() != 0) {
                throw new PeerFailure("ended with exit code " + process.exitValue() + lastErrors());
            }
        }
        return line;
    }

    private String lastErrors() {
        try {
            List<String> said = Files.readAllLines(errors).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
            String last = String.join(" / ", said.subList(Math.max(0, said.size() - LAST_LINES), said.size()));
            return last.isEmpty() ? "" : ": " + last;
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
        }
        try {
            Runtime.getRuntime().removeShutdownHook(end);
        } catch (IllegalStateException shuttingDown) {
            // Then it does no harm.
        }
    }
}
