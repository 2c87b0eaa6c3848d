package dev.peregrine.bench.side;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * All that came out.
 *
 * @param machine what it ran on, by name
 * @param failures of pairs, a sentence each
 */
record Comparison(Settings settings, Map<String, String> machine, List<Sample> samples, List<String> failures) {

    /** What is known of a work, in the order of the pairs. */
    List<Summary> of(String work) {
        List<Summary> summaries = new ArrayList<>();
        for (Pair pair : settings.pairs()) {
            List<Sample> its = samples.stream()
                    .filter(sample ->
                            sample.pair().equals(pair) && sample.work().equals(work))
                    .toList();
            if (!its.isEmpty()) {
                summaries.add(Summary.of(its));
            }
        }
        return summaries;
    }

    /** The median divided by that of another pair at the same work; NaN if that was not measured. */
    static double ratio(Summary summary, List<Summary> work, String to) {
        return work.stream()
                .filter(other -> other.pair().equals(new Pair(to, to)))
                .mapToDouble(other -> summary.median() / other.median())
                .findFirst()
                .orElse(Double.NaN);
    }
}
