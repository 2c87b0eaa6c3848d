package dev.peregrine.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** JMH's threads: {@code -t 16} calls from 16 at once, on one connection. One small call after another. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 4)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {Peering.OPENS, "-Xmx2g"})
public class LatencyBenchmark {
    /** DoAction, whose answer is a stream. */
    @Benchmark
    public void ping(Peering peering) throws Exception {
        peering.client().ping();
    }

    /** GetFlightInfo, which is unary. */
    @Benchmark
    public void info(Peering peering) throws Exception {
        peering.client().info();
    }
}
