package dev.peregrine.bench.side;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One thread. How much CPU the rest of the machine used, in percent of one core: the whole machine's, less that of some
 * processes. Linux only; elsewhere NaN.
 */
final class MachineCpu {
    private static final Path STAT = Path.of("/proc/stat");
    private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on all architectures that Java runs on

    private final List<ProcessHandle> ours;
    private double busy;
    private double own;
    private long time;

    /** {@code ours} does not count. */
    MachineCpu(List<ProcessHandle> ours) {
        this.ours = ours;
        start();
    }

    private void start() {
        busy = busy();
        own = own();
        time = System.nanoTime();
    }

    /** Of the others, since the last call. */
    double lap() {
        double busyBefore = busy;
        double ownBefore = own;
        long timeBefore = time;
        start();
        return 100 * ((busy - busyBefore) - (own - ownBefore)) / ((time - timeBefore) / 1e9);
    }

    private double own() {
        double seconds = 0;
        for (ProcessHandle process : ours) {
            seconds += process.info()
                    .totalCpuDuration()
                    .map(Duration::toNanos)
                    .map(nanos -> nanos / 1e9)
                    .orElse(Double.NaN);
        }
        return seconds;
    }

    private static double busy() {
        try {
            return busySeconds(Files.readAllLines(STAT).get(0));
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Of the first line of /proc/stat: user, nice, system, irq, softirq and steal; guests are in user. */
    static double busySeconds(String line) {
        String[] fields = line.trim().split("\\s+");
        long ticks = 0;
        for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
            ticks += i < fields.length ? Long.parseLong(fields[i]) : 0;
        }
        return ticks / TICKS_PER_SECOND;
    }
}
