package dev.peregrine.bench.side;

import java.util.List;

/** Whose client with whose server. As it is typed: {@code peregrine} for both, or {@code peregrine:pyarrow}. */
record Pair(String client, String server) {
    static final String FLOOR = "floor";
    static final String FLIGHT_CORE = "flight-core";
    static final String PYARROW = "pyarrow";
    static final List<String> PEERS = List.of(FLOOR, "peregrine", FLIGHT_CORE, "flight-core-tuned", PYARROW);

    static Pair of(String text) {
        String[] names = text.strip().split(":", 2);
        Pair pair = new Pair(names[0], names[names.length - 1]);
        for (String name : names) {
            if (!PEERS.contains(name)) {
                throw new IllegalArgumentException("there is no peer '" + name + "'; there are "
                        + String.join(", ", PEERS) + ", and CLIENT:SERVER of two of them");
            }
        }
        if (!pair.client.equals(pair.server) && (pair.has(FLOOR))) {
            throw new IllegalArgumentException("floor speaks no Flight, so it cannot be paired as '" + text + "'");
        }
        return pair;
    }

    boolean has(String peer) {
        return client.equals(peer) || server.equals(peer);
    }

    /** Bare sockets have no calls to be in flight at once. */
    boolean can(String work) {
        return !has(FLOOR) || !work.equals("ping32");
    }

    @Override
    public String toString() {
        return client.equals(server) ? client : client + ":" + server;
    }
}
