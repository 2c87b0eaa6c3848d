package dev.peregrine.bench.side;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that came out.
 *
 * @param machine what it ran on, by name
 * @param failures of pairs, a sentence each
 */
public record Comparison(Settings settings, Map<String, String> machine, List<Sample> samples, List<String> failures) {

    /** What is known of a work, in the order of the pairs. */
    public List<Summary> of(String work) {
        List<Summary> summaries = new ArrayList<>();
        for (Pair pair : settings.entries().stream().map(Entry::pair).toList()) {
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

    /** What is known of a work of a pair, by its name. */
    public Optional<Summary> of(String pair, String work) {
        return of(work).stream()
                .filter(summary -> summary.pair().toString().equals(pair))
                .findFirst();
    }

    /** The median divided by that of another pair at the same work; NaN if that was not measured. */
    public static double ratio(Summary summary, List<Summary> work, String to) {
        return work.stream()
                .filter(other -> other.pair().toString().equals(to))
                .mapToDouble(other -> summary.median() / other.median())
                .findFirst()
                .orElse(Double.NaN);
    }
}
