package dev.peregrine.bench.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs works against a server and prints one JSON line for each. */
@Command(name = "lab-client", mixinStandardHelpOptions = true, description = "Runs works against a server of the lab.")
final class Client implements Callable<Integer> {
    @Option(
            names = "--peer",
            defaultValue = "peregrine",
            description = "peregrine, peregrine-nonblocking, flight-core, flight-core-tuned, floor")
    private String peer = "";

    @Option(names = "--host", defaultValue = "127.0.0.1")
    private String host = "";

    @Option(names = "--port", required = true)
    private int port;

    @Option(
            names = "--work",
            required = true,
            split = ",",
            description =
                    "get:ROWS put:ROWS get16:ROWS get16x4:ROWS get-tls:ROWS get-unix:ROWS get-lz4:ROWS get-zstd:ROWS"
                            + " exchange ping info ping32 ingest ingest64 tail info1")
    private List<String> works = List.of();

    @Option(names = "--server-pid", description = "To read the server's CPU time.")
    private @Nullable Long serverPid;

    @Option(names = "--tls-cert", description = "The certificate authority, PEM.")
    private @Nullable Path roots;

    @Option(names = "--warm", defaultValue = "10", description = "Seconds.")
    private double warm;

    @Option(names = "--reps", defaultValue = "5")
    private int repetitions;

    @Option(
            names = "--rep-seconds",
            defaultValue = "1.2",
            description = "How long a repetition of get, put, ping32 is.")
    private double repetitionSeconds;

    @Option(
            names = "--calls",
            defaultValue = "20000",
            description = "Calls of ping and info, half as many of exchange, ingest and tail.")
    private int calls;

    @Option(names = "--unix", description = "A Unix socket instead of host and port.")
    private @Nullable String unix;

    @Option(names = "--verify", description = "Compare every value that comes; this takes time itself.")
    private boolean verify;

    @Override
    public Integer call() throws Exception {
        Target target = new Target(host, port, roots, unix);
        Measuring measuring = new Measuring(new ProcessCpu(serverPid), warm, repetitions, repetitionSeconds);
        try (Works runner = new Works(() -> Peers.connect(peer, target, verify), measuring, calls)) {
            for (String work : works) {
                runner.run(work);
            }
        }
        return 0;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Client()).execute(arguments));
    }
}
