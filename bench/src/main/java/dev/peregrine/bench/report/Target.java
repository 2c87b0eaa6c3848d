package dev.peregrine.bench.report;

/**
 * A figure to reach, and whether it was. A figure that nobody knows is NaN.
 *
 * @param what the work and the figure
 * @param ours what we reached
 * @param to what it is compared with
 * @param theirs the figure of that
 * @param ratio ours to theirs
 * @param asked what the ratio has to be, or the figure if there is nothing to compare with
 */
public record Target(String what, double ours, String to, double theirs, double ratio, double asked, boolean atLeast) {
    /** Whether enough was measured to tell. */
    boolean known() {
        return !Double.isNaN(compared());
    }

    boolean met() {
        return atLeast ? compared() >= asked : compared() <= asked;
    }

    /** To be compared with what is asked. */
    double compared() {
        return to.isEmpty() ? ours : ratio;
    }

    /** As in "at least 2.00 x". */
    String demand() {
        String text = (atLeast ? "at least " : "at most ");
        return to.isEmpty() ? text + Figures.whole(asked) : text + Figures.figure(asked) + " x";
    }
}
