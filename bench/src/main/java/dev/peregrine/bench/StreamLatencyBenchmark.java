package dev.peregrine.bench;

import dev.peregrine.bench.data.Columns;
import dev.peregrine.bench.data.Order;
import dev.peregrine.bench.lab.LabClient;
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

/** JMH's threads, each with streams of its own on one connection. A batch there, and what answers it back. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 4)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {Peering.OPENS, "-Xmx2g"})
public class StreamLatencyBenchmark {
    /** A batch that is echoed. */
    @State(Scope.Thread)
    public static class Exchange {
        /** Of a batch. */
        @Param({"1", "4096"})
        public int rows;

        /** ints, strings, dictionary, nested, wide (200 columns) or mixed. */
        @Param("ints")
        public String columns = "";

        private LabClient.Exchange exchange;

        @Setup(Level.Trial)
        public void open(Peering peering) throws Exception {
            exchange = peering.opening().exchange(new Order(rows, 1, Columns.named(columns)));
        }

        @TearDown(Level.Trial)
        public void close(Peering peering) throws Exception {
            exchange.close();
            peering.closed();
        }
    }

    /** A batch that is acknowledged. */
    @State(Scope.Thread)
    public static class Ingest {
        private LabClient.Ingest put;

        @Setup(Level.Trial)
        public void open(Peering peering) throws Exception {
            put = peering.opening().ingest(new Order(100, 1, Columns.MIXED));
        }

        @TearDown(Level.Trial)
        public void close(Peering peering) throws Exception {
            put.close();
            peering.closed();
        }
    }

    @Benchmark
    public void exchange(Exchange stream) throws Exception {
        stream.exchange.turn();
    }

    @Benchmark
    public long ingest(Ingest stream) throws Exception {
        stream.put.write();
        return stream.put.acknowledged();
    }
}
