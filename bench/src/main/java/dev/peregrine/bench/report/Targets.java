package dev.peregrine.bench.report;

import dev.peregrine.bench.side.Comparison;
import dev.peregrine.bench.side.Peer;
import dev.peregrine.bench.side.Summary;
import dev.peregrine.bench.side.Work;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** What Peregrine is to reach on any machine, as ratios to others in the same run. */
public final class Targets {
    private final Comparison comparison;
    private final List<Target> targets = new ArrayList<>();

    private Targets(Comparison comparison) {
        this.comparison = comparison;
    }

    public static List<Target> of(Comparison comparison) {
        Targets all = new Targets(comparison);
        all.throughput();
        all.costs();
        all.calls();
        all.links();
        all.others();
        all.starts();
        return all.targets;
    }

    private void throughput() {
        for (String work : List.of("get:65536", "put:65536")) {
            atLeast(work, Peer.FLOOR, 0.9);
            atLeast(work, Peer.FLIGHT_CORE, 3);
            atLeast(work, Peer.TUNED, 2);
            atLeast(work, Peer.CPP, 1.5);
        }
        for (String work : List.of("get:4096", "put:4096")) {
            atLeast(work, Peer.FLOOR, 0.9);
            best(work, Peer.OURS, work.startsWith("get") ? 1.8 : 1.5);
        }
        best("get:64", Peer.OURS, 2);
        best("put:64", Peer.OURS, 2);
        for (String work : List.of("get16:65536", "get16x4:65536")) {
            compare(work, ours(work), "get:65536", ours("get:65536"), 1, true);
        }
    }

    private void costs() {
        for (String work : List.of("get:65536", "put:65536")) {
            ToDoubleFunction<Summary> cpu = summary -> summary.cost().cpu();
            compare(
                    work + ", CPU s/GiB",
                    figure(Peer.OURS, work, cpu),
                    Peer.FLOOR,
                    figure(Peer.FLOOR, work, cpu),
                    1.2,
                    false);
        }
        for (String work : List.of("get:65536", "put:65536", "get:64", "put:64")) {
            int most = work.endsWith(":64") ? 2048 : 4096;
            atMost(
                    work + ", heap/batch, client",
                    figure(Peer.OURS, work, s -> s.cost().clientHeap()),
                    most);
            atMost(
                    work + ", heap/batch, server",
                    figure(Peer.OURS, work, s -> s.cost().serverHeap()),
                    most);
        }
    }

    private void calls() {
        faster("ping", Peer.NON_BLOCKING, Peer.TUNED, 0.5);
        faster("ping", Peer.OURS, Peer.TUNED, 1);
        for (String ours : List.of(Peer.NON_BLOCKING, Peer.OURS)) {
            Optional<Summary> least = peers("ping").min(Comparator.comparingDouble(Summary::p99));
            compare(
                    "ping, p99, " + ours,
                    figure(ours, "ping", Summary::p99),
                    name(least),
                    least.map(Summary::p99).orElse(Double.NaN),
                    1,
                    false);
        }
        for (String peer : List.of(Peer.TUNED, Peer.PYARROW)) {
            double ratio = peer.equals(Peer.TUNED) ? 0.5 : 1;
            faster("ingest", Peer.OURS, peer, ratio);
            tail("ingest", peer, ratio);
            atLeast("ingest64", peer, 1 / ratio);
        }
        faster("exchange", Peer.OURS, Peer.TUNED, 0.6);
        atLeast("ping32", Peer.RUST, 1.5);
        tail("tail", Peer.TUNED, 1);
    }

    private void links() {
        best("get-tls:65536", Peer.TCNATIVE, 1.3);
        Optional<Summary> flightCore = Stream.of(Peer.FLIGHT_CORE, Peer.TUNED)
                .flatMap(peer -> comparison.of(peer, "get-tls:65536").stream())
                .max(Comparator.comparingDouble(Summary::median));
        compare(
                "get-tls:65536, JDK's TLS",
                ours("get-tls:65536"),
                flightCore.isEmpty() ? Peer.FLIGHT_CORE : name(flightCore),
                flightCore.map(Summary::median).orElse(Double.NaN),
                1,
                true);
        compare("get-unix:65536", ours("get-unix:65536"), "get:65536", ours("get:65536"), 1.3, true);
    }

    private void others() {
        for (String work : List.of("get:65536", "get:4096", "put:65536", "put:4096")) {
            cross(work, Peer.OURS + ":" + Peer.CPP, Peer.CPP);
            cross(work, Peer.OURS + ":" + Peer.PYARROW, Peer.PYARROW);
            cross(work, Peer.PYARROW + ":" + Peer.OURS, Peer.PYARROW);
        }
    }

    private void starts() {
        for (String work : List.of(Work.COLD, Work.COLD_ARCHIVED)) {
            compare(work, ours(work), Peer.FLIGHT_CORE, median(Peer.FLIGHT_CORE, work), 0.6, false);
        }
        compare(Work.COLD_ARCHIVED, ours(Work.COLD_ARCHIVED), Work.COLD, ours(Work.COLD), 1, false);
    }

    private double figure(String pair, String work, ToDoubleFunction<Summary> figure) {
        return comparison.of(pair, work).stream()
                .mapToDouble(figure)
                .findFirst()
                .orElse(Double.NaN);
    }

    private double median(String pair, String work) {
        return figure(pair, work, Summary::median);
    }

    private double ours(String work) {
        return median(Peer.OURS, work);
    }

    /** Others with client and server of their own. */
    private Stream<Summary> peers(String work) {
        return comparison.of(work).stream()
                .filter(summary -> summary.pair().own() && !summary.pair().has(Peer.FLOOR))
                .filter(summary -> !summary.pair().client().name().startsWith(Peer.OURS));
    }

    private static String name(Optional<Summary> summary) {
        return summary.map(its -> its.pair().toString()).orElse("the best peer");
    }

    private void atLeast(String work, String peer, double ratio) {
        compare(work, ours(work), peer, median(peer, work), ratio, true);
    }

    private void best(String work, String ours, double ratio) {
        Optional<Summary> best = peers(work).max(Comparator.comparingDouble(Summary::median));
        String what = ours.equals(Peer.OURS) ? work : work + ", " + ours;
        compare(what, median(ours, work), name(best), best.map(Summary::median).orElse(Double.NaN), ratio, true);
    }

    private void faster(String work, String ours, String peer, double ratio) {
        String what = ours.equals(Peer.OURS) ? work + ", p50" : work + ", p50, " + ours;
        compare(what, median(ours, work), peer, median(peer, work), ratio, false);
    }

    private void tail(String work, String peer, double ratio) {
        compare(
                work + ", p99",
                figure(Peer.OURS, work, Summary::p99),
                peer,
                figure(peer, work, Summary::p99),
                ratio,
                false);
    }

    private void cross(String work, String pair, String own) {
        compare(work + ", " + pair, median(pair, work), own, median(own, work), 1, true);
    }

    private void compare(String what, double ours, String to, double theirs, double asked, boolean atLeast) {
        targets.add(new Target(what, ours, to, theirs, ours / theirs, asked, atLeast));
    }

    private void atMost(String what, double ours, double asked) {
        targets.add(new Target(what, ours, "", Double.NaN, Double.NaN, asked, false));
    }
}
