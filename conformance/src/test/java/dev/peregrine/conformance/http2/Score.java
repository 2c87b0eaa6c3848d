package dev.peregrine.conformance.http2;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Any thread. What h2spec and h2specd print at the end.
 *
 * @param failures what the cases do that failed, as in "Sends a PING frame"
 */
record Score(int cases, int passed, List<String> failures) {
    private static final Pattern SUMMARY =
            Pattern.compile("(\\d+) tests, (\\d+) passed, (\\d+) skipped, (\\d+) failed");
    private static final Pattern FAILURE = Pattern.compile("× \\d+: (.*)");

    static Score of(String output) {
        Matcher summary = SUMMARY.matcher(output);
        if (!summary.find()) {
            throw new AssertionError("the suite gave no score:\n" + output);
        }
        // Each failure is told twice, when it happens and at the end.
        List<String> failures = FAILURE.matcher(output)
                .results()
                .map(found -> found.group(1))
                .distinct()
                .toList();
        return new Score(Integer.parseInt(summary.group(1)), Integer.parseInt(summary.group(2)), failures);
    }
}
