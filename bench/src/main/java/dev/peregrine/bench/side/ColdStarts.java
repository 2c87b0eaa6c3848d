package dev.peregrine.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One thread. From the start of a client's process to its end, with one GetFlightInfo between. */
final class ColdStarts {
    /** Not measured: files get into the page cache, and the server's code is loaded. */
    private static final int BEFORE = 2;

    private static final int SECONDS_TO_END = 60;
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
        for (int i = 0; i < starts; i++) {
            long start = System.nanoTime();
            run(command);
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        double used = children() - cpu;
        double noise = others.lap() - 100 * used / (Arrays.stream(millis).sum() / 1000);
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

    private void run(List<String> command) throws IOException, InterruptedException, PeerFailure {
        Path output = folder.resolve("start.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                throw new PeerFailure("did not end within " + SECONDS_TO_END + " s");
            }
        } finally {
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new PeerFailure("ended with exit code " + process.exitValue() + ": " + Files.readString(output));
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
