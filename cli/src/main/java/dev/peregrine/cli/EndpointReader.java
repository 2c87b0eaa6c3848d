package dev.peregrine.cli;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.error.FlightUnavailableException;
import java.util.List;

/**
 * One thread. Opens the stream of one endpoint at whichever of its locations answers first in their order; none means the
 * service that named the endpoint.
 */
final class EndpointReader {
    private EndpointReader() {}

    static FlightStreamReader open(Connection connection, FlightEndpoint endpoint) {
        List<Location> locations =
                endpoint.locations().isEmpty() ? List.of(Location.REUSE_CONNECTION) : endpoint.locations();
        RuntimeException first = null;
        for (Location location : locations) {
            FlightStreamReader reader = null;
            try {
                FlightClient client = connection.at(location);
                reader = client.doGet(endpoint.ticket(), connection.callOptions());
                reader.messageSchema(); // only now is it known whether anybody is there
                return reader;
            } catch (FlightUnavailableException | UsageError e) {
                // Unreachable, or a kind of location that no client here knows: another may do.
                if (reader != null) {
                    reader.close();
                }
                first = first == null ? e : first;
            } catch (RuntimeException e) {
                if (reader != null) {
                    reader.close();
                }
                throw e;
            }
        }
        throw first == null ? new IllegalStateException("an endpoint has a location") : first;
    }
}
