package dev.peregrine.bench.lab;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** One thread. Runs works and prints one JSON line for each. */
final class Works {
    private static final double GIB = 1 << 30;
    private static final int BYTES_PER_ROW = 32;

    private final LabClient client;
    private final ProcessCpu cpu;
    private final int repetitions;
    private final double repetitionSeconds;
    private final int calls;
    private double warm;

    /** {@code warm} is seconds for the first work; the process is warm then, and later ones get at most 5. */
    Works(LabClient client, ProcessCpu cpu, double warm, int repetitions, double repetitionSeconds, int calls) {
        this.client = client;
        this.cpu = cpu;
        this.warm = warm;
        this.repetitions = repetitions;
        this.repetitionSeconds = repetitionSeconds;
        this.calls = calls;
    }

    private interface Moving {
        long move(int rows, long batches) throws Exception;
    }

    private interface Call {
        void call() throws Exception;
    }

    /** Runs {@code name}, as in {@code get:65536} or {@code ping}. */
    void run(String name) throws Exception {
        String[] parts = name.split(":", 2);
        switch (parts[0]) {
            case "get", "get-tls" -> throughput(name, rows(parts), client::get);
            case "put", "put-tls" -> throughput(name, rows(parts), client::put);
            case "ping" -> latency(name, calls, client::ping);
            case "info" -> latency(name, calls, client::info);
            case "exchange" -> {
                try (LabClient.Exchange exchange = client.exchange()) {
                    latency(name, calls / 2, exchange::turn);
                }
            }
            case "ping32" -> concurrent(name, 32);
            case "info1" -> {
                client.info();
                System.out.println("{\"work\":\"info1\"}");
            }
            default ->
                throw new IllegalArgumentException("there is no work " + name
                        + "; works are get:ROWS put:ROWS get-tls:ROWS put-tls:ROWS exchange ping info ping32 info1");
        }
        warm = Math.min(warm, 5);
    }

    private static int rows(String[] parts) {
        if (parts.length < 2) {
            throw new IllegalArgumentException(parts[0] + " needs the rows of a batch, as in " + parts[0] + ":65536");
        }
        return Integer.parseInt(parts[1]);
    }

    private void throughput(String name, int rows, Moving work) throws Exception {
        long batches = rows < 1000 ? 20_000 : Math.max(1, (64L << 20) / ((long) rows * BYTES_PER_ROW));
        long start = System.nanoTime();
        double rate;
        do {
            long t = System.nanoTime();
            move(work, rows, batches);
            rate = batches / seconds(t);
        } while (seconds(start) < warm);
        batches = Math.max(1, (long) (rate * repetitionSeconds));
        double gib = (double) batches * rows * BYTES_PER_ROW / GIB;
        double[] rates = new double[repetitions];
        cpu.start();
        for (int i = 0; i < repetitions; i++) {
            long t = System.nanoTime();
            move(work, rows, batches);
            rates[i] = gib / seconds(t);
        }
        Arrays.sort(rates);
        print(
                "{\"work\":\"%s\",\"gib_s\":%.3f,\"min\":%.3f,\"max\":%.3f,\"batches\":%d,\"rows\":%d,%s}",
                name,
                rates[repetitions / 2],
                rates[0],
                rates[repetitions - 1],
                batches,
                batches * rows * repetitions,
                cpu.json("s_gib", gib * repetitions));
    }

    private static void move(Moving work, int rows, long batches) throws Exception {
        long moved = work.move(rows, batches);
        if (moved != rows * batches) {
            throw new IllegalStateException(moved + " rows were moved, not " + rows * batches);
        }
    }

    private void latency(String name, int count, Call call) throws Exception {
        long start = System.nanoTime();
        while (seconds(start) < warm) {
            call.call();
        }
        int each = Math.max(1, count / repetitions);
        double[] p50 = new double[repetitions];
        double[] p99 = new double[repetitions];
        cpu.start();
        for (int i = 0; i < repetitions; i++) {
            long[] nanos = new long[each];
            for (int k = 0; k < nanos.length; k++) {
                long t = System.nanoTime();
                call.call();
                nanos[k] = System.nanoTime() - t;
            }
            Arrays.sort(nanos);
            p50[i] = nanos[nanos.length / 2] / 1e3;
            p99[i] = nanos[(int) (nanos.length * 99L / 100)] / 1e3;
        }
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
                cpu.json("us", each * repetitions / 1e6));
    }

    private void concurrent(String name, int inFlight) throws Exception {
        client.pings(inFlight, warm);
        double[] rates = new double[repetitions];
        long all = 0;
        cpu.start();
        for (int i = 0; i < repetitions; i++) {
            long t = System.nanoTime();
            long answered = client.pings(inFlight, repetitionSeconds);
            rates[i] = answered / seconds(t);
            all += answered;
        }
        Arrays.sort(rates);
        print(
                "{\"work\":\"%s\",\"calls_s\":%.0f,\"min\":%.0f,\"max\":%.0f,\"n\":%d,%s}",
                name, rates[repetitions / 2], rates[0], rates[repetitions - 1], all, cpu.json("us", all / 1e6));
    }

    private static void print(String format, Object... values) throws IOException {
        System.out.printf(Locale.ROOT, format + "%n", values);
        System.out.flush();
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
