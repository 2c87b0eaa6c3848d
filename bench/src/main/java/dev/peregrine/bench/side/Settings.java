package dev.peregrine.bench.side;

import java.util.List;

/**
 * How to compare.
 *
 * @param rounds how often each pair has its turn
 * @param warmUp seconds for the first work of a process; later ones get at most 5
 * @param repetitions of each work, in each round
 * @param repetitionSeconds how long one of get, put and ping32 is
 * @param calls of ping and info, half as many exchanges
 */
record Settings(
        List<Pair> pairs,
        List<String> works,
        int rounds,
        double warmUp,
        int repetitions,
        double repetitionSeconds,
        int calls) {
    private static final double LATER_WARM_UP = 5;
    private static final double START = 2;

    /** The works that a pair can do. */
    List<String> works(Pair pair) {
        return works.stream().filter(pair::can).toList();
    }

    /** About how long the whole takes, seconds. */
    double estimate() {
        double one = START + warmUp + (works.size() - 1) * Math.min(LATER_WARM_UP, warmUp);
        one += works.size() * repetitions * repetitionSeconds;
        return one * pairs.size() * rounds;
    }

    /** When a client has hung for sure, seconds. */
    long limit() {
        return (long) (120 + works.size() * (warmUp + repetitions * (30 + 10 * repetitionSeconds)));
    }
}
