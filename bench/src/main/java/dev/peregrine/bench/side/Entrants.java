package dev.peregrine.bench.side;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Who does what: what was asked for, or what is usual. */
final class Entrants {
    private static final List<String> ALL = List.of(
            "get:64",
            "get:4096",
            "get:65536",
            "put:64",
            "put:4096",
            "put:65536",
            "get16:65536",
            "get16x4:65536",
            "exchange",
            "ping",
            "info",
            "ping32",
            "ingest",
            "ingest64",
            "tail",
            "get-tls:65536",
            "get-unix:65536",
            "get-lz4:65536",
            "put-lz4:65536",
            "get-zstd:65536",
            "put-zstd:65536",
            "coldstart",
            "coldstart-cds");
    private static final List<String> FEW = List.of("get:65536", "put:65536", "ping");

    /** In which our other peers differ from the first. */
    private static final Set<String> OF_NON_BLOCKING = Set.of("ping", "info", "ping32", "tail");

    private static final Set<String> OF_TCNATIVE = Set.of("get-tls:65536");

    private final List<Peer> known;
    private final boolean pyarrow;
    private final boolean quick;
    private final boolean targets;

    /**
     * What there is.
     *
     * @param pyarrow whether there is a Python that has it
     * @param targets whether our client meets others' servers, and their clients ours, too, and the usual is what the
     *     targets need
     */
    Entrants(List<Peer> known, boolean pyarrow, boolean quick, boolean targets) {
        this.known = known;
        this.pyarrow = pyarrow;
        this.quick = quick;
        this.targets = targets;
    }

    /**
     * Those that have anything to do.
     *
     * @param pairs as they are typed; none means the usual
     * @param works likewise
     * @throws IllegalArgumentException with the message for the user
     */
    List<Entry> of(List<String> pairs, List<String> works) {
        List<String> names = works.isEmpty() ? (quick ? FEW : ALL) : works;
        List<Work> chosen = names.stream().map(Work::of).toList();
        List<Entry> entries = new ArrayList<>();
        for (Pair pair : pairs.isEmpty() ? usual() : asked(pairs)) {
            boolean restrict = pairs.isEmpty() && works.isEmpty();
            List<Work> its = chosen.stream()
                    .filter(work -> pair.can(work) && (!restrict || isUsual(pair, work.name())))
                    .toList();
            if (!its.isEmpty()) {
                entries.add(new Entry(pair, its));
            }
        }
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("none of these peers can do any of these works");
        }
        return entries;
    }

    private List<Pair> asked(List<String> pairs) {
        List<Pair> asked = pairs.stream().map(pair -> Pair.of(pair, known)).toList();
        if (!pyarrow && asked.stream().anyMatch(pair -> pair.has(Peer.PYARROW))) {
            throw new IllegalArgumentException("there is no Python with pyarrow; PEREGRINE_PYTHON can name one");
        }
        return asked;
    }

    private List<Pair> usual() {
        if (!pyarrow) {
            System.err.println("Without pyarrow: there is no Python that has it; PEREGRINE_PYTHON can name one.");
        }
        List<Pair> pairs = new ArrayList<>();
        List<Peer> here = known.stream()
                .filter(peer -> pyarrow || peer.kind() != Peer.Kind.PYARROW)
                .filter(peer ->
                        !quick || !Set.of(Peer.NON_BLOCKING, Peer.TCNATIVE).contains(peer.name()))
                .toList();
        here.forEach(peer -> pairs.add(new Pair(peer, peer)));
        if (targets) {
            Peer ours = Pair.of(Peer.OURS, known).client();
            for (Peer peer : here) {
                if (peer.kind() == Peer.Kind.PYARROW || peer.kind() == Peer.Kind.PROGRAM) {
                    pairs.add(new Pair(ours, peer));
                    pairs.add(new Pair(peer, ours));
                }
            }
        }
        return pairs;
    }

    private boolean isUsual(Pair pair, String work) {
        if (targets) {
            return TargetWorks.has(pair, work);
        }
        return switch (pair.client().name()) {
            case Peer.NON_BLOCKING -> OF_NON_BLOCKING.contains(work);
            case Peer.TCNATIVE -> OF_TCNATIVE.contains(work);
            default -> true;
        };
    }
}
