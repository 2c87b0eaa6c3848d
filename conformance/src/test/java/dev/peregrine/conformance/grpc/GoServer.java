package dev.peregrine.conformance.grpc;

import dev.peregrine.conformance.Programs;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Any thread. grpc-go's interop server, on a port of its choice; killed when closed. */
record GoServer(Process process, int port) implements AutoCloseable {
    static final String PROGRAM = "grpc-interop-server";

    private static final Pattern LISTENING = Pattern.compile("server listening on .*:([0-9]+)$");

    static GoServer start(List<String> options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Programs.find(PROGRAM).toString());
        command.add("-port=0");
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // The port is said at this level only.
        builder.environment().put("GRPC_GO_LOG_SEVERITY_LEVEL", "info");
        Process process = builder.start();
        try {
            CompletableFuture<Integer> port = new CompletableFuture<>();
            Thread reader = new Thread(() -> read(process.inputReader(), port), "go-server-output");
            reader.setDaemon(true);
            reader.start();
            return new GoServer(process, port.get(60, TimeUnit.SECONDS));
        } catch (Exception | Error e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** To the end, so that the program can always write. */
    private static void read(BufferedReader output, CompletableFuture<Integer> port) {
        StringBuilder said = new StringBuilder();
        try (output) {
            for (String line; (line = output.readLine()) != null; ) {
                Matcher matcher = LISTENING.matcher(line);
                if (matcher.find()) {
                    port.complete(Integer.parseInt(matcher.group(1)));
                } else if (!port.isDone()) {
                    said.append(line).append('\n');
                }
            }
        } catch (IOException e) {
            said.append(e);
        }
        port.completeExceptionally(new AssertionError(PROGRAM + " ended: " + said));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
