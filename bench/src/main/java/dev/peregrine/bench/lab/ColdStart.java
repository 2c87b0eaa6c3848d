package dev.peregrine.bench.lab;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightDescriptor;

/**
 * Connects, makes one GetFlightInfo, says so and exits: {@code PEER HOST PORT}. The shortest program with each peer, and no
 * option parser, for all of it until it says so is part of the time.
 */
final class ColdStart {
    private static final FlightDescriptor INFO = FlightDescriptor.path("info");

    private ColdStart() {}

    public static void main(String[] arguments) throws Exception {
        Target target = new Target(arguments[1], Integer.parseInt(arguments[2]), null, null);
        if (arguments[0].startsWith("peregrine")) {
            FlightClient.connect(target.uri()).getFlightInfo(INFO);
        } else {
            Peers.connect(arguments[0], target, false).info();
        }
        System.out.println("answered");
        System.exit(0);
    }
}
