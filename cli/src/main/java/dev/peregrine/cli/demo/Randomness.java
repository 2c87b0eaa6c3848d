package dev.peregrine.cli.demo;

/** One thread. SplitMix64: numbers that look random and follow from the seed; a nanosecond each. */
final class Randomness {
    private long state;

    Randomness(long seed) {
        state = seed;
    }

    /** The numbers of one batch: those of its neighbours do not follow from them. */
    static Randomness of(long seed, String flight, long batch) {
        Randomness mixed = new Randomness(seed * 31 + flight.hashCode());
        mixed.state ^= new Randomness(batch).next();
        return new Randomness(mixed.next());
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** From 0 to bound - 1. */
    int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }
}
