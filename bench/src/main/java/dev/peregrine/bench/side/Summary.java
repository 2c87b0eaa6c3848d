package dev.peregrine.bench.side;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One work of one pair over all rounds: medians of the rounds' medians, the smallest and the largest of all repetitions. A
 * figure that nobody knows is NaN.
 *
 * @param noise the largest of the rounds
 */
public record Summary(
        Pair pair,
        String work,
        Unit unit,
        int rounds,
        double median,
        double min,
        double max,
        double p99,
        Cost cost,
        double noise) {

    /** Of samples of the same pair and work, at least one. */
    static Summary of(List<Sample> samples) {
        Sample first = samples.get(0);
        return new Summary(
                first.pair(),
                first.work(),
                first.unit(),
                samples.size(),
                median(samples, Sample::median),
                samples.stream().mapToDouble(Sample::min).min().orElseThrow(),
                samples.stream().mapToDouble(Sample::max).max().orElseThrow(),
                median(samples, Sample::p99),
                new Cost(
                        median(samples, sample -> sample.cost().clientCpu()),
                        median(samples, sample -> sample.cost().serverCpu()),
                        median(samples, sample -> sample.cost().clientHeap()),
                        median(samples, sample -> sample.cost().serverHeap())),
                samples.stream()
                        .mapToDouble(Sample::noise)
                        .filter(noise -> !Double.isNaN(noise))
                        .max()
                        .orElse(Double.NaN));
    }

    private static double median(List<Sample> samples, ToDoubleFunction<Sample> figure) {
        double[] sorted = samples.stream()
                .mapToDouble(figure)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Double.NaN;
        }
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
