package dev.peregrine.interop.support;

import dev.peregrine.testing.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program that runs beside a test: a Python peer, or a JVM with little memory or one to be killed. One thread, but {@link
 * #kill} from any.
 *
 * <p>The two talk in lines over its standard input and output; its first line is {@code ready port N}. Every wait is
 * bounded, closing kills it, and what it wrote to its standard error is part of each failure.
 *
 * <p>A JVM looks for leaks as that of the tests does: Netty's detector and Arrow's allocator have the same settings, and closing
 * fails if the detector has found a buffer that was dropped.
 */
public final class ChildProcess implements AutoCloseable {
    /** Long enough for a Python that loads pyarrow on a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String END = "\u0000end";
    private static final int STDERR_LINES = 200;

    /** What Netty's detector logs begins with this. */
    private static final String LEAK = "LEAK: ";

    private static final List<String> LEAK_SETTINGS =
            List.of("io.netty.leakDetection.level", "arrow.memory.debug.allocator");

    private final String name;
    private final Process process;
    private final Writer input;
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
    private final Deque<String> errors = new ArrayDeque<>();
    private final Thread readingErrors;
    private boolean leaked;
    private int port;

    private ChildProcess(String name, List<String> command) {
        this.name = name;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name + ": " + e.getMessage(), e);
        }
        input = process.outputWriter(StandardCharsets.UTF_8);
        relay("output", process.getInputStream(), true);
        readingErrors = relay("errors", process.getErrorStream(), false);
    }

    /** A Python program of the tests, without waiting for its first line. */
    public static ChildProcess python(String program, List<?> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Python.interpreter(), "-u", Python.PROGRAMS.resolve(program).toString()));
        arguments.forEach(a -> command.add(a.toString()));
        return new ChildProcess(program, command);
    }

    /** A Python peer that is ready. */
    public static ChildProcess pythonPeer(String program, Object... arguments) {
        return python(program, List.of(arguments)).awaitReady();
    }

    /** A JVM with the class path of the tests that is ready. */
    public static ChildProcess java(Class<?> main, List<String> jvmFlags, Object... arguments) {
        return program(main, jvmFlags, arguments).awaitReady();
    }

    /** A JVM with the class path of the tests, without waiting for its first line. */
    public static ChildProcess program(Class<?> main, List<String> jvmFlags, Object... arguments) {
        List<String> flags = Stream.concat(leakSettings(), jvmFlags.stream()).toList();
        return new ChildProcess(main.getSimpleName(), Jvm.command(main, flags, arguments));
    }

    /** Of this JVM, as flags for another. */
    private static Stream<String> leakSettings() {
        return LEAK_SETTINGS.stream()
                .filter(name -> System.getProperty(name) != null)
                .map(name -> "-D" + name + "=" + System.getProperty(name));
    }

    private ChildProcess awaitReady() {
        try {
            String first = line(PATIENCE);
            if (!first.startsWith("ready port ")) {
                throw failure("said " + first + " and not that it is ready");
            }
            port = Integer.parseInt(first.substring("ready port ".length()));
            return this;
        } catch (Throwable t) {
            close();
            throw t;
        }
    }

    private Thread relay(String what, InputStream stream, boolean toQueue) {
        Thread thread = new Thread(
                () -> {
                    try (BufferedReader reader =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        for (String line; (line = reader.readLine()) != null; ) {
                            if (toQueue) {
                                output.add(line);
                            } else {
                                keepError(line);
                            }
                        }
                    } catch (IOException e) {
                        keepError(e.toString());
                    } finally {
                        if (toQueue) {
                            output.add(END);
                        }
                    }
                },
                name + " " + what);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void keepError(String line) {
        synchronized (errors) {
            leaked |= line.contains(LEAK);
            errors.add(line);
            if (errors.size() > STDERR_LINES) {
                errors.remove();
            }
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** Sends a line. */
    public void tell(String line) {
        try {
            input.write(line + "\n");
            input.flush();
        } catch (IOException e) {
            throw failure("takes no more input: " + e.getMessage());
        }
    }

    /** Its next line. */
    public String line(Duration patience) {
        try {
            String line = output.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw failure("did not say anything within " + patience.toSeconds() + " s");
            }
            if (line == END) {
                output.add(END);
                throw failure("ended" + (process.waitFor(1, TimeUnit.SECONDS) ? " with " + process.exitValue() : ""));
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was interrupted while the test waited for it");
        }
    }

    /** Sends a line and gives the line that answers it. */
    public String ask(String line, Duration patience) {
        tell(line);
        return line(patience);
    }

    /** Has a Python peer with {@code checks.py} run a check; throws AssertionError with its traceback if it fails. */
    public void check(String nameAndArguments, Duration patience) {
        String answer = ask(nameAndArguments, patience);
        if (!answer.equals("ok")) {
            throw failure("failed in " + nameAndArguments + ":\n"
                    + answer.substring("failed ".length()).translateEscapes());
        }
    }

    /** Closes its standard input and gives all lines until it ends; fails if it ends with an error. */
    public List<String> finish(Duration patience) {
        return finish(patience, 0);
    }

    /** Closes its standard input and gives all lines until it ends; fails unless it ends with that exit code. */
    public List<String> finish(Duration patience, int exitCode) {
        List<String> lines = new ArrayList<>();
        try {
            input.close();
            for (String line; (line = output.poll(patience.toMillis(), TimeUnit.MILLISECONDS)) != END; ) {
                if (line == null) {
                    throw failure("did not end within " + patience.toSeconds() + " s; it said " + lines);
                }
                lines.add(line);
            }
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw failure("closed its output but did not end");
            }
        } catch (IOException e) {
            throw failure("could not be ended: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was interrupted while the test waited for it");
        }
        if (process.exitValue() != exitCode) {
            throw failure("ended with " + process.exitValue() + ": " + lines);
        }
        return lines;
    }

    /** kill -9, and waits until it is gone. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw failure("survives kill -9");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** kill -STOP: it is still there but does nothing any more, not even close its connections. */
    public void freeze() throws IOException, InterruptedException {
        Process stop = new ProcessBuilder("kill", "-STOP", Long.toString(pid())).start();
        if (!stop.waitFor(10, TimeUnit.SECONDS) || stop.exitValue() != 0) {
            throw failure("cannot be stopped");
        }
    }

    /** An error that names this program and ends with what it wrote to its standard error. */
    public AssertionError failure(String what) {
        synchronized (errors) {
            return new AssertionError(
                    name + " " + what + (errors.isEmpty() ? "" : "\nits errors:\n" + String.join("\n", errors)));
        }
    }

    @Override
    public void close() {
        kill();
        try {
            readingErrors.join(Duration.ofSeconds(10).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean leaked;
        synchronized (errors) {
            leaked = this.leaked;
        }
        if (leaked) {
            throw failure("has dropped Netty buffers without releasing them");
        }
    }
}
