package dev.peregrine.conformance.flight;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Any thread. A server program that has said {@code Server listening on localhost:PORT}; killed when closed. */
record ListeningProgram(Process process, int port) implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("Server listening on localhost:([0-9]+)");

    static ListeningProgram start(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            BufferedReader output = process.inputReader();
            String line = CompletableFuture.supplyAsync(() -> line(output)).get(60, TimeUnit.SECONDS);
            Matcher matcher = LISTENING.matcher(line);
            if (!matcher.matches()) {
                throw new AssertionError(String.join(" ", command) + " said: " + line);
            }
            return new ListeningProgram(process, Integer.parseInt(matcher.group(1)));
        } catch (Exception | Error e) {
            kill(process);
            throw e;
        }
    }

    private static String line(BufferedReader output) {
        try {
            return String.valueOf(output.readLine());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void kill(Process process) {
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).forEach(ProcessHandle::destroyForcibly);
    }

    @Override
    public void close() {
        kill(process);
    }
}
