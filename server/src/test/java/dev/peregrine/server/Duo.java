package dev.peregrine.server;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;

/** Test thread. A server of a service and a client of that server, which share one allocator; closed together. */
record Duo(FlightServer server, FlightClient client) implements AutoCloseable {
    static Duo of(BufferAllocator allocator, FlightService service) {
        return of(allocator, service, server -> server, client -> client);
    }

    static Duo of(
            BufferAllocator allocator,
            FlightService service,
            UnaryOperator<FlightServerBuilder> serverOptions,
            UnaryOperator<FlightClientBuilder> clientOptions) {
        FlightServer server = serverOptions
                .apply(FlightServer.builder("grpc://localhost:0", service)
                        .allocator(allocator)
                        .drain(Duration.ZERO))
                .start();
        FlightClient client = clientOptions
                .apply(FlightClient.builder(server.location()).allocator(allocator))
                .build();
        return new Duo(server, client);
    }

    @Override
    public void close() {
        try {
            client.close();
        } finally {
            server.close();
        }
    }
}
