package dev.peregrine.bench.lab;

import dev.peregrine.bench.data.Order;
import java.util.Arrays;
import java.util.Locale;

/** One thread. Warms a work up, repeats it and prints what came out. */
final class Measuring {
    private static final double GIB = 1 << 30;

    /** Of the warm-up of a process, for works after the first. */
    private static final double LATER = 0.5;

    private final ProcessCpu cpu;
    private final int repetitions;
    private final double repetitionSeconds;
    private final double laterWarm;
    private double warm;

    /** {@code warm} is seconds for the first work; later ones get half of it. */
    Measuring(ProcessCpu cpu, double warm, int repetitions, double repetitionSeconds) {
        this.cpu = cpu;
        this.warm = warm;
        this.laterWarm = warm * LATER;
        this.repetitions = repetitions;
        this.repetitionSeconds = repetitionSeconds;
    }

    interface Moving {
        /** Returns rows. */
        long move(Order order) throws Exception;
    }

    interface Call {
        void call() throws Exception;
    }

    interface Counting {
        /** Returns how many were done in so many seconds. */
        long count(double seconds) throws Exception;
    }

    /** What is common to all works is warm now. */
    void warmedUp() {
        warm = laterWarm;
    }

    /** GiB of values a second, {@code bytes} of them in a batch. */
    void throughput(String name, Order one, long bytes, LabClient client, Moving work) throws Exception {
        long batches = one.rows() < 1000 ? 20_000 : Math.max(1, (64L << 20) / bytes);
        long start = System.nanoTime();
        double rate;
        do {
            long t = System.nanoTime();
            move(work, one.times(batches));
            rate = batches / seconds(t);
        } while (seconds(start) < warm);
        Order order = one.times(Math.max(1, (long) (rate * repetitionSeconds)));
        double gib = bytes * (double) order.batches() / GIB;
        double[] rates = new double[repetitions];
        Used used = new Used(cpu, client);
        used.start();
        for (int i = 0; i < repetitions; i++) {
            long t = System.nanoTime();
            move(work, order);
            rates[i] = gib / seconds(t);
        }
        String more = used.json("s_gib", gib * repetitions, (double) order.batches() * repetitions);
        Arrays.sort(rates);
        print(
                "{\"work\":\"%s\",\"gib_s\":%.3f,\"min\":%.3f,\"max\":%.3f,\"batches\":%d,\"rows\":%d,%s}",
                name,
                rates[repetitions / 2],
                rates[0],
                rates[repetitions - 1],
                order.batches(),
                order.allRows() * repetitions,
                more);
    }

    private static void move(Moving work, Order order) throws Exception {
        long moved = work.move(order);
        if (moved != order.allRows()) {
            throw new IllegalStateException(moved + " rows were moved, not " + order.allRows());
        }
    }

    /** Microseconds of one call after another. */
    void latency(String name, int count, LabClient client, Call call) throws Exception {
        long start = System.nanoTime();
        while (seconds(start) < warm) {
            call.call();
        }
        int each = Math.max(1, count / repetitions);
        double[] p50 = new double[repetitions];
        double[] p99 = new double[repetitions];
        Used used = new Used(cpu, client);
        used.start();
        long[] nanos = new long[each];
        for (int i = 0; i < repetitions; i++) {
            for (int k = 0; k < each; k++) {
                long t = System.nanoTime();
                call.call();
                nanos[k] = System.nanoTime() - t;
            }
            Arrays.sort(nanos);
            p50[i] = nanos[each / 2] / 1e3;
            p99[i] = nanos[(int) (each * 99L / 100)] / 1e3;
        }
        String more = used.json("us", each * repetitions / 1e6, (double) each * repetitions);
        Arrays.sort(p50);
        Arrays.sort(p99);
        print(
                "{\"work\":\"%s\",\"p50_us\":%.1f,\"p99_us\":%.1f,\"min\":%.1f,\"max\":%.1f,\"n\":%d,%s}",
                name,
                p50[repetitions / 2],
                p99[repetitions / 2],
                p50[0],
                p50[repetitions - 1],
                each * repetitions,
                more);
    }

    /**
     * How many a second.
     *
     * @param member of the JSON line
     * @param times what one that was counted stands for
     */
    void rate(String name, LabClient client, Counting work, String member, int times) throws Exception {
        work.count(warm);
        double[] rates = new double[repetitions];
        long all = 0;
        Used used = new Used(cpu, client);
        used.start();
        for (int i = 0; i < repetitions; i++) {
            long t = System.nanoTime();
            long counted = work.count(repetitionSeconds);
            rates[i] = counted * times / seconds(t);
            all += counted;
        }
        String more = used.json("us", all / 1e6, all);
        Arrays.sort(rates);
        print(
                "{\"work\":\"%s\",\"%s\":%.0f,\"min\":%.0f,\"max\":%.0f,\"n\":%d,%s}",
                name, member, rates[repetitions / 2], rates[0], rates[repetitions - 1], all, more);
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
        System.out.flush();
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
