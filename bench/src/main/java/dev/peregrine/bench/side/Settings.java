package dev.peregrine.bench.side;

import java.util.List;
import java.util.stream.Stream;

/**
 * How to compare.
 *
 * @param rounds how often each pair has its turn
 * @param warmUp seconds for the first work of a Java process; later ones get half of it
 * @param repetitions of each work, in each round
 * @param repetitionSeconds how long one of get, put, ping32 and ingest64 is
 * @param calls of ping and info, half as many of exchange, ingest and tail
 * @param starts of a client that are measured, two more before them are not
 * @param verify compare every value that comes
 */
public record Settings(
        List<Entry> entries,
        int rounds,
        double warmUp,
        int repetitions,
        double repetitionSeconds,
        int calls,
        int starts,
        boolean verify) {
    /** Seconds for peers that need no compiler while they run. */
    private static final double NATIVE_WARM_UP = 2;

    private static final double START = 2;
    private static final double COLD_START = 1;

    /** In the order in which they are first asked for. */
    public List<String> works() {
        return entries.stream()
                .flatMap(entry -> entry.works().stream())
                .map(Work::name)
                .distinct()
                .toList();
    }

    /** Seconds before the first work. */
    double warmUp(Pair pair) {
        boolean java = pair.client().java() || pair.server().java();
        return java && !pair.has(Peer.FLOOR) ? warmUp : Math.min(warmUp, NATIVE_WARM_UP);
    }

    /** About how long the whole takes, seconds. */
    double estimate() {
        return entries.stream().mapToDouble(this::estimate).sum() * rounds;
    }

    private double estimate(Entry entry) {
        double warm = warmUp(entry.pair());
        double seconds = entry.cold().size() * (starts + 2) * COLD_START;
        for (int works : Stream.of(Link.values())
                .map(link -> entry.over(link).size())
                .filter(n -> n > 0)
                .toList()) {
            seconds += START + warm + (works - 1) * warm / 2 + works * repetitions * repetitionSeconds;
        }
        return seconds;
    }

    /** When a client has hung for sure, seconds. */
    long limit() {
        return (long) (120 + works().size() * (warmUp + repetitions * (30 + 10 * repetitionSeconds)));
    }
}
