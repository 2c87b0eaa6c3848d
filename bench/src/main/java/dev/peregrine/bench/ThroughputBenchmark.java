package dev.peregrine.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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

/** JMH's thread. DoGet and DoPut of 256 MiB an operation, in batches of 2 KiB, 128 KiB and 2 MiB. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-opens=java.base/java.nio=ALL-UNNAMED", "-Dio.netty.noUnsafe=false", "-Xmx2g"})
public class ThroughputBenchmark {
    private static final long BYTES = 256L << 20;

    /** Which implementation. */
    @Param({"peregrine", "flight-core"})
    public String peer = "";

    /** Rows a batch; 32 bytes each. */
    @Param({"64", "4096", "65536"})
    public int rows;

    private Peer running;
    private int batches;

    /** Reports bytes beside operations. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Moved {
        /** MiB of values; JMH divides by the time. */
        public double mebibytes;
    }

    @Setup(Level.Trial)
    public void start() throws Exception {
        running = Peer.start(peer);
        // Small batches make slow operations; an eighth of the bytes keeps an iteration honest.
        batches = Math.toIntExact((rows < 1024 ? BYTES / 8 : BYTES) / Workload.bytes(rows));
    }

    @TearDown(Level.Trial)
    public void stop() throws Exception {
        running.close();
    }

    @Benchmark
    public long get(Moved moved) throws Exception {
        moved.mebibytes += (double) batches * Workload.bytes(rows) / (1 << 20);
        return running.get(rows, batches);
    }

    @Benchmark
    public long put(Moved moved) throws Exception {
        moved.mebibytes += (double) batches * Workload.bytes(rows) / (1 << 20);
        return running.put(rows, batches);
    }
}
