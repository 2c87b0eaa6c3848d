package dev.peregrine.conformance.flight;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.protocol.Location;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The client of Arrow's integration scenarios: {@code -host HOST -port PORT -scenario NAME}; or, with {@code -path FILE} in
 * place of the scenario, of its default mode, which puts and gets the batches of a JSON file. Arrow's Java client calls the
 * latter option {@code -j}; both will do.
 */
public final class IntegrationTestClient {
    private IntegrationTestClient() {}

    /** Exits with 0 if the server did its part, with 1 if it did not, and with 2 for a wrong command line. */
    public static void main(String... arguments) throws Exception {
        try (BufferAllocator memory = new RootAllocator()) {
            run(memory, arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    /** Does what the command line says; throws if the server does not do its part. {@code memory} is lent. */
    static void run(BufferAllocator memory, String... arguments) throws Exception {
        CommandLine options = CommandLine.parse(Set.of("host", "port", "scenario", "path", "j"), arguments);
        Scenario scenario = scenario(options);
        FlightClientBuilder builder = FlightClient.builder(Location.tcp(options.text("host"), options.port()))
                .allocator(memory);
        scenario.configure(builder);
        try (FlightClient client = builder.build()) {
            scenario.check(client, memory);
        }
    }

    private static Scenario scenario(CommandLine options) {
        if (options.has("scenario")) {
            return Scenarios.named(options.text("scenario"));
        }
        return new PutAndGet(options.has("j") ? options.text("j") : options.text("path"));
    }
}
