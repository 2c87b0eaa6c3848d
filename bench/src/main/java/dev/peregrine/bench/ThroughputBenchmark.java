package dev.peregrine.bench;

import dev.peregrine.bench.data.Columns;
import dev.peregrine.bench.data.Compression;
import dev.peregrine.bench.data.Order;
import dev.peregrine.bench.lab.Streams;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** JMH's thread, and one for each stream. DoGet and DoPut of about 256 MiB an operation, or 32 MiB of small batches. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 4)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {Peering.OPENS, "-Xmx2g"})
public class ThroughputBenchmark {
    private static final long BYTES = 256L << 20;
    /** Of a batch; smaller ones make operations slow. */
    private static final long SMALL = 32 << 10;

    /** Of a batch. */
    @Param({"64", "4096", "65536"})
    public int rows;

    /** ints, strings, dictionary, nested, wide (200 columns) or mixed. */
    @Param("ints")
    public String columns = "";

    /** Of the bodies: none, lz4 or zstd. flight-core cannot write compressed ones: JMH reports that and goes on without. */
    @Param("none")
    public String compression = "";

    /** Calls at once, on one connection. */
    @Param("1")
    public int streams;

    private Order order;
    private double bytes;
    private Streams gets;
    private Streams puts;

    @Setup(Level.Trial)
    public void prepare(Peering peering) {
        Order one = new Order(rows, 1, Columns.named(columns), Compression.named(compression));
        long each = one.bytes();
        order = one.times(Math.max(streams, (each < SMALL ? BYTES / 8 : BYTES) / each));
        bytes = (double) each * order.batches();
        gets = new Streams(List.of(peering.client()), streams, true);
        puts = new Streams(List.of(peering.client()), streams, false);
    }

    @TearDown(Level.Trial)
    public void end() {
        gets.close();
        puts.close();
    }

    @Benchmark
    public long get(Moved moved) throws Exception {
        return move(gets, moved);
    }

    @Benchmark
    public long put(Moved moved) throws Exception {
        return move(puts, moved);
    }

    private long move(Streams streams, Moved moved) throws Exception {
        long rows = streams.move(order);
        if (rows != order.allRows()) {
            throw new IllegalStateException(rows + " rows were moved, not " + order.allRows());
        }
        moved.add(order.batches(), bytes);
        return rows;
    }
}
