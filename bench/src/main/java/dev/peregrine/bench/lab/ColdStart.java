package dev.peregrine.bench.lab;

/** Connects, makes one GetFlightInfo and exits: {@code PEER HOST PORT}. No option parser, which would be part of the time. */
final class ColdStart {
    private ColdStart() {}

    public static void main(String[] arguments) throws Exception {
        LabClient client = Peers.connect(
                arguments[0], new Target(arguments[1], Integer.parseInt(arguments[2]), null, null), false);
        client.info();
        System.exit(0);
    }
}
