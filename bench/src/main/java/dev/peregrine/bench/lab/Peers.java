package dev.peregrine.bench.lab;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Any thread. Clients and servers by the names of their peers. */
public final class Peers {
    /**
     * Names that {@link #connect} takes. What is special about {@code peregrine-tcnative} is the class path that it is run
     * with.
     */
    public static final List<String> NAMES = List.of(
            "peregrine", "peregrine-nonblocking", "peregrine-tcnative", "flight-core", "flight-core-tuned", "floor");

    private Peers() {}

    /** A client; with {@code verify} it compares every value that comes. */
    public static LabClient connect(String peer, Target target, boolean verify) throws Exception {
        return switch (peer) {
            case "peregrine", "peregrine-nonblocking", "peregrine-tcnative" -> new PeregrineLabClient(target, verify);
            case "flight-core", "flight-core-tuned" -> new FlightCoreLabClient(target, tuned(peer), verify);
            case "floor" -> new FloorClient(target);
            default -> throw unknown(peer);
        };
    }

    /** Starts a server; returns its port. */
    static int serve(String peer, Target target, @Nullable Path certificate, @Nullable Path key, boolean verify)
            throws Exception {
        return switch (peer) {
            case "peregrine", "peregrine-nonblocking", "peregrine-tcnative" ->
                PeregrineLabServer.start(target.uri(), certificate, key, peer.endsWith("nonblocking"), verify);
            case "flight-core", "flight-core-tuned" ->
                FlightCoreLabServer.start(target, certificate, key, tuned(peer), verify);
            case "floor" -> FloorServer.start(target);
            default -> throw unknown(peer);
        };
    }

    private static boolean tuned(String peer) {
        return peer.endsWith("tuned");
    }

    private static IllegalArgumentException unknown(String peer) {
        return new IllegalArgumentException("there is no peer " + peer + "; there are " + String.join(", ", NAMES));
    }
}
