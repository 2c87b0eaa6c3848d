package dev.peregrine.bench.side;

import java.util.List;
import java.util.stream.Collectors;

/** Whose client with whose server. As it is typed: {@code peregrine} for both, or {@code peregrine:pyarrow}. */
public record Pair(Peer client, Peer server) {
    /** Of {@code peers}, by their names. */
    public static Pair of(String text, List<Peer> peers) {
        String[] names = text.strip().split(":", 2);
        Pair pair = new Pair(named(names[0], peers), named(names[names.length - 1], peers));
        if (!pair.own() && pair.has(Peer.FLOOR)) {
            throw new IllegalArgumentException("floor speaks no Flight, so it cannot be paired as '" + text + "'");
        }
        return pair;
    }

    private static Peer named(String name, List<Peer> peers) {
        return peers.stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no peer '" + name + "'; there are "
                        + peers.stream().map(Peer::name).collect(Collectors.joining(", "))
                        + ", and CLIENT:SERVER of two of them"));
    }

    /** Whether client and server are of the same peer. */
    public boolean own() {
        return client.equals(server);
    }

    /** Whether one of the two is the peer of this name. */
    public boolean has(String peer) {
        return client.name().equals(peer) || server.name().equals(peer);
    }

    boolean can(Work work) {
        return client.can(work) && server.can(work);
    }

    @Override
    public String toString() {
        return own() ? client.name() : client + ":" + server;
    }
}
