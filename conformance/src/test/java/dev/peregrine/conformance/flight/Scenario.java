package dev.peregrine.conformance.flight;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.server.FlightService;
import org.apache.arrow.memory.BufferAllocator;

/** One conversation between a server and a client, from both sides. */
interface Scenario {
    /** What the server does, to anybody's client. */
    FlightService service();

    /** What the server has beside its service. */
    default void configure(FlightServerBuilder server) {}

    /** The server listens. */
    default void started(FlightServer server) {}

    /** What the client has beside its location. */
    default void configure(FlightClientBuilder client) {}

    /**
     * What the client does and asserts, with anybody's server.
     *
     * @param client lent
     * @param memory lent, for what the client sends
     */
    void check(FlightClient client, BufferAllocator memory) throws Exception;
}
