package dev.peregrine.bench.fence;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightDescriptor;

/** A program: asks the server at its argument, a URI, for one GetFlightInfo and prints {@code records N}. */
final class ColdStartProbe {
    private ColdStartProbe() {}

    public static void main(String[] arguments) {
        try (FlightClient client = FlightClient.connect(arguments[0])) {
            System.out.println("records "
                    + client.getFlightInfo(FlightDescriptor.path("info")).totalRecords());
        }
    }
}
