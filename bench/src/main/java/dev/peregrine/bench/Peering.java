package dev.peregrine.bench;

import dev.peregrine.bench.lab.LabClient;
import dev.peregrine.bench.lab.Peers;
import dev.peregrine.bench.side.ServerProcess;
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

    /** Of the benchmarks' forks. */
    static final String OPENS = "--add-opens=java.base/java.nio=ALL-UNNAMED";

    @Setup(Level.Trial)
    public void start() throws Exception {
        server = new ServerProcess(peer, tls);
        client = Peers.connect(peer, server.target(), false);
    }

    @TearDown(Level.Trial)
    public void stop() throws Exception {
        client.close();
        server.close();
    }

    LabClient client() {
        return client;
    }
}
