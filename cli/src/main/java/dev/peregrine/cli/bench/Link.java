package dev.peregrine.cli.bench;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.Ticket;
import java.util.List;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Any thread. One connection to the service.
 *
 * @param options of each call
 * @param allocator of what is put
 * @param clientOf the client of an endpoint; only called before anything is measured, by one thread
 */
public record Link(
        FlightClient client,
        CallOptions options,
        BufferAllocator allocator,
        Function<FlightEndpoint, FlightClient> clientOf) {

    /** A ticket and who takes it. */
    record Part(FlightClient client, Ticket ticket) {}

    /** What one get of a flight consists of: the endpoints that the service names, each at its first location. */
    List<Part> parts(Asked asked, Plan plan) {
        if (asked.ticket() != null) {
            return List.of(new Part(client, asked.ticket()));
        }
        if (asked.flight() == null) {
            return List.of(new Part(client, Ticket.of(plan.rows() + "," + plan.batches())));
        }
        List<Part> parts = client.getFlightInfo(asked.flight(), options).endpoints().stream()
                .map(endpoint -> new Part(clientOf.apply(endpoint), endpoint.ticket()))
                .toList();
        if (parts.isEmpty()) {
            throw new WrongAnswer("the flight has no endpoints, so there is nothing to get");
        }
        return parts;
    }
}
