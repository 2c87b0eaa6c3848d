package dev.peregrine.bench;

import dev.peregrine.bench.lab.LabClient;
import dev.peregrine.bench.lab.Peers;
import dev.peregrine.bench.side.ServerProcess;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A client of one implementation in the benchmark's fork, and its server in a process of its own. */
@State(Scope.Benchmark)
public class Peering {
    /** Which implementation. */
    @Param({"peregrine", "flight-core", "flight-core-tuned"})
    public String peer = "";

    /** Whether they speak TLS. */
    @Param("false")
    public boolean tls;

    private ServerProcess server;
    private LabClient client;
    private int streams;

    private static final int SECONDS_TO_END = 60;

    /** Of the benchmarks' forks. */
    static final String OPENS = "--add-opens=java.base/java.nio=ALL-UNNAMED";

    @Setup(Level.Trial)
    public void start() throws Exception {
        server = new ServerProcess(peer, tls);
        client = Peers.connect(peer, server.target(), false);
    }

    /** JMH calls it when the first of its threads is done. */
    @TearDown(Level.Trial)
    public void stop() throws Exception {
        waitForStreams();
        client.close();
        server.close();
    }

    private synchronized void waitForStreams() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_TO_END);
        while (streams > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                throw new IllegalStateException(streams + " streams were not closed within " + SECONDS_TO_END + " s");
            }
            wait(left);
        }
    }

    LabClient client() {
        return client;
    }

    /** The client of a thread that is going to open a stream, and says {@link #closed} when it has closed it. */
    synchronized LabClient opening() {
        streams++;
        return client;
    }

    synchronized void closed() {
        streams--;
        notifyAll();
    }
}
