package dev.peregrine.bench.side;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Any thread. Who has to do what for {@link dev.peregrine.bench.report.Targets}, and nothing more: a run of all takes hours. */
final class TargetWorks {
    private static final Set<String> ACROSS = Set.of("get:4096", "get:65536", "put:4096", "put:65536");
    private static final Set<String> MOVING = with(ACROSS, "get:64", "put:64");

    /** Of any other peer, which may be the best. */
    private static final Set<String> OTHERS = with(MOVING, "ping", "get-tls:65536");

    private static final Map<String, Set<String>> OWN = Map.of(
            Peer.FLOOR,
            ACROSS,
            Peer.OURS,
            with(
                    OTHERS,
                    "get16:65536",
                    "get16x4:65536",
                    "get-unix:65536",
                    "exchange",
                    "ping32",
                    "ingest",
                    "ingest64",
                    "tail",
                    Work.COLD,
                    Work.COLD_ARCHIVED),
            Peer.NON_BLOCKING,
            Set.of("ping"),
            Peer.TCNATIVE,
            Set.of("get-tls:65536"),
            Peer.FLIGHT_CORE,
            with(OTHERS, Work.COLD, Work.COLD_ARCHIVED),
            Peer.TUNED,
            with(OTHERS, "exchange", "ingest", "ingest64", "tail"),
            Peer.PYARROW,
            with(OTHERS, "ingest", "ingest64"),
            Peer.RUST,
            with(OTHERS, "ping32"));

    private TargetWorks() {}

    private static Set<String> with(Set<String> works, String... more) {
        return Stream.concat(works.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether any target needs it. */
    static boolean has(Pair pair, String work) {
        if (pair.own()) {
            return OWN.getOrDefault(pair.client().name(), OTHERS).contains(work);
        }
        return ACROSS.contains(work)
                && (pair.has(Peer.PYARROW) || pair.server().name().equals(Peer.CPP));
    }
}
