package dev.peregrine.cli;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Location;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * One thread. The service that a command talks to, and the further places that its flights name, over one allocator, so that
 * batches can pass from one to another.
 */
final class Connection implements AutoCloseable {
    private final ConnectionOptions options;
    private final Terminal terminal;
    private final BufferAllocator allocator = new RootAllocator();
    private final Map<Location, FlightClient> others = new LinkedHashMap<>();
    private final FlightClient client;
    private final CallOptions callOptions;

    Connection(ConnectionOptions options, Location location, Terminal terminal) {
        this.options = options;
        this.terminal = terminal;
        FlightClient made = null;
        try {
            made = options.connect(location, allocator, terminal);
            callOptions = options.callOptions(made, terminal);
        } catch (RuntimeException e) {
            if (made != null) {
                made.close();
            }
            allocator.close();
            throw e;
        }
        client = made;
    }

    FlightClient client() {
        return client;
    }

    /** With the headers and the timeout that were asked for. */
    CallOptions callOptions() {
        return callOptions;
    }

    BufferAllocator allocator() {
        return allocator;
    }

    /** The client of a place that an endpoint names; the one there is, if it names that. */
    FlightClient at(Location location) {
        if (location.equals(Location.REUSE_CONNECTION) || location.equals(client.location())) {
            return client;
        }
        return others.computeIfAbsent(location, place -> options.connect(place, allocator, terminal));
    }

    @Override
    public void close() {
        others.values().forEach(FlightClient::close);
        client.close();
        allocator.close();
    }
}
