package dev.peregrine.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * One thread. From the start of a client's process until it has the answer of one GetFlightInfo, and says so on standard
 * output. Its end is not measured: HotSpot waits 300 ms there if a thread is in a system call, as event loops usually are.
 */
final class ColdStarts {
    /** Not measured: files get into the page cache, and the server's code is loaded. */
    private static final int BEFORE = 2;

    private static final int MOST_SECONDS = 60;
    private static final Path SELF = Path.of("/proc/self/stat");
    private static final double TICKS_PER_SECOND = 100; // USER_HZ
    /** Of the CPU time of children that have ended, among the fields that follow the name. */
    private static final int CHILDREN_USER = 13;

    private final Programs programs;
    private final Path folder;

    ColdStarts(Programs programs, Path folder) {
        this.programs = programs;
        this.folder = folder;
    }

    /** Of a server that runs; {@code others} knows the server and this process. */
    Sample measure(Pair pair, int round, Work work, int port, int starts, MachineCpu others)
            throws IOException, InterruptedException, PeerFailure {
        List<String> flags = work.name().equals(Work.COLD_ARCHIVED) ? archived(pair.client(), port) : List.of();
        List<String> command = programs.oneCall(pair.client(), port, flags);
        for (int i = 0; i < BEFORE; i++) {
            run(command);
        }
        double[] millis = new double[starts];
        others.lap();
        double cpu = children();
        long begun = System.nanoTime();
        for (int i = 0; i < starts; i++) {
            millis[i] = run(command) / 1e6;
        }
        double used = children() - cpu;
        double seconds = (System.nanoTime() - begun) / 1e9;
        double noise = others.lap() - 100 * used / seconds;
        Arrays.sort(millis);
        return new Sample(
                pair,
                round,
                work.name(),
                Unit.MILLISECONDS,
                millis[starts / 2],
                millis[0],
                millis[starts - 1],
                Double.NaN,
                starts,
                new Cost(used * 1000 / starts, Double.NaN, Double.NaN, Double.NaN),
                noise);
    }

    /** The classes that one start loads, archived as Java's users can have it. */
    private List<String> archived(Peer peer, int port) throws IOException, InterruptedException, PeerFailure {
        Path archive = folder.resolve(peer.name() + ".jsa");
        if (!Files.exists(archive)) {
            run(programs.oneCall(peer, port, List.of("-XX:ArchiveClassesAtExit=" + archive)));
        }
        return List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:on");
    }

    /** Until it ends; returns the nanoseconds until it wrote its line. */
    private long run(List<String> command) throws IOException, InterruptedException, PeerFailure {
        long start = System.nanoTime();
        try (Child child = new Child(command, folder)) {
            if (child.line(MOST_SECONDS).isEmpty()) {
                throw new PeerFailure("ended without an answer");
            }
            long nanos = System.nanoTime() - start;
            while (child.line(MOST_SECONDS).isPresent()) {
                // It may say more.
            }
            return nanos;
        }
    }

    /** CPU time of this process's children that have ended, seconds; NaN where the system does not tell. */
    private static double children() {
        try {
            String stat = Files.readString(SELF);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_USER + 1]))
                    / TICKS_PER_SECOND;
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
