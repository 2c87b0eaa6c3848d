package dev.peregrine.conformance.flight;

import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightServerBuilder;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The server of Arrow's integration scenarios: {@code -port 0 [-scenario NAME]}; without a scenario it keeps what is put and
 * gives it back. Says where it listens, in the words that Arrow's runner waits for, and serves until it is killed.
 */
public final class IntegrationTestServer {
    private IntegrationTestServer() {}

    /** Exits with 2 for a wrong command line. */
    public static void main(String... arguments) throws InterruptedException {
        try (BufferAllocator memory = new RootAllocator();
                FlightServer server = start(memory, arguments)) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            System.out.println("Server listening on localhost:" + server.port());
            server.awaitTermination();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /** The server that the command line asks for; {@code memory} is lent. */
    static FlightServer start(BufferAllocator memory, String... arguments) {
        CommandLine options = CommandLine.parse(Set.of("port", "scenario"), arguments);
        Scenario scenario = options.has("scenario") ? Scenarios.named(options.text("scenario")) : new PutAndGet(null);
        FlightServerBuilder builder = FlightServer.builder("grpc://localhost:" + options.port(), scenario.service())
                .allocator(memory);
        scenario.configure(builder);
        FlightServer server = builder.start();
        scenario.started(server);
        return server;
    }
}
