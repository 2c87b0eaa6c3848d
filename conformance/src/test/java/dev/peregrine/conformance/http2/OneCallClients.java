package dev.peregrine.conformance.http2;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightIterable;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.error.FlightException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Any thread. A command that makes a call to the URL behind it. The command only writes the URL into a named pipe; the call
 * is made here, each with a client of its own, because h2specd allows three seconds for a case and some of them would go
 * for starting a JVM.
 */
final class OneCallClients implements AutoCloseable {
    private static final String END = "end";

    /** A call ends when the server closes the connection; this is for servers that never do. */
    private static final CallOptions ONE_CALL = CallOptions.of(Duration.ofSeconds(2));

    /**
     * How long after its call a client closes, milliseconds. Some cases pass because the connection ends, as it does when a
     * program does; but what the server still sends then would make it end with a TCP reset, and some fail because of that.
     */
    private static final long LINGER = 1000;

    private final Path script;
    private final RandomAccessFile urls;
    private final BufferAllocator memory;
    private final ScheduledExecutorService closing = Executors.newSingleThreadScheduledExecutor();
    private final Thread thread = new Thread(this::serve, "one-call-clients");

    // Of the thread, and after its end of who closes.
    private final List<String> outcomes = new ArrayList<>();

    /** Keeps its files in {@code folder}, whose path must not have a space: h2specd splits the command there. */
    OneCallClients(Path folder, BufferAllocator memory) throws IOException, InterruptedException {
        this.memory = memory;
        Path pipe = folder.resolve("urls");
        Process made = new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start();
        if (!made.waitFor(30, TimeUnit.SECONDS) || made.exitValue() != 0) {
            throw new IOException("mkfifo " + pipe + " failed");
        }
        script = Files.writeString(folder.resolve("call.sh"), "printf '%s\\n' \"$1\" > '" + pipe + "'\n");
        // Also open for writing, so that there is no end of the file between two commands.
        urls = new RandomAccessFile(pipe.toFile(), "rw");
        thread.start();
    }

    String command() {
        return "sh " + script;
    }

    private void serve() {
        try {
            for (String url; !(url = urls.readLine()).equals(END); ) {
                URI uri = URI.create(url);
                outcomes.add(uri.getPort() + ": " + call("grpc://" + uri.getHost() + ":" + uri.getPort()));
            }
        } catch (IOException e) {
            outcomes.add(e.toString());
        }
    }

    private String call(String location) {
        FlightClient client = FlightClient.builder(location).allocator(memory).build();
        try (FlightIterable<ActionType> types = client.listActions(ONE_CALL)) {
            int count = 0;
            for (ActionType type : types) {
                count++;
            }
            return count + " types";
        } catch (FlightException e) {
            return e.getMessage();
        } finally {
            closing.schedule(client::close, LINGER, TimeUnit.MILLISECONDS);
        }
    }

    /** How the calls ended; to be asked after {@link #close}. */
    List<String> outcomes() {
        return outcomes;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        urls.write((END + "\n").getBytes(StandardCharsets.US_ASCII));
        thread.join(10_000);
        if (thread.isAlive()) {
            throw new AssertionError("a call does not end");
        }
        urls.close();
        closing.shutdown();
        if (!closing.awaitTermination(30, TimeUnit.SECONDS)) {
            throw new AssertionError("a client does not close");
        }
    }
}
