package dev.peregrine.bench.report;

import java.util.ArrayList;
import java.util.List;

/** The targets for a terminal. Pure function. */
public final class TargetTable {
    private static final List<String> HEAD = List.of("target", "ours", "of", "theirs", "ratio", "asked", "");

    private TargetTable() {}

    public static List<String> lines(List<Target> targets) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (Target target : targets) {
            rows.add(List.of(
                    target.what(),
                    Figures.figure(target.ours()),
                    target.to(),
                    Figures.figure(target.theirs()),
                    Figures.figure(target.ratio()),
                    target.demand(),
                    verdict(target)));
        }
        List<String> lines = new ArrayList<>(Columns.align(rows, List.of(0, 2, 5, 6)));
        long known = targets.stream().filter(Target::known).count();
        long met = targets.stream().filter(Target::known).filter(Target::met).count();
        lines.add(met + " of " + known + " targets are met; " + (targets.size() - known) + " were not measured.");
        return lines;
    }

    private static String verdict(Target target) {
        if (target.known()) {
            return target.met() ? "met" : "MISSED";
        }
        return Double.isNaN(target.ours()) ? "not measured" : "needs " + target.to();
    }
}
