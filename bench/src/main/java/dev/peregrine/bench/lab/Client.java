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
            description = "peregrine, flight-core, flight-core-tuned, floor")
    private String peer = "";

    @Option(names = "--host", defaultValue = "127.0.0.1")
    private String host = "";

    @Option(names = "--port", required = true)
    private int port;

    @Option(
            names = "--work",
            required = true,
            split = ",",
            description = "get:ROWS put:ROWS get-tls:ROWS exchange ping")
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

    @Option(names = "--calls", defaultValue = "20000", description = "Calls of ping and info, half as many exchanges.")
    private int calls;

    @Option(names = "--unix", description = "A Unix socket instead of host and port.")
    private @Nullable String unix;

    @Override
    public Integer call() throws Exception {
        try (LabClient client = client()) {
            Works runner = new Works(client, new ProcessCpu(serverPid), warm, repetitions, repetitionSeconds, calls);
            for (String work : works) {
                runner.run(work);
            }
        }
        return 0;
    }

    private LabClient client() throws Exception {
        String location =
                unix != null ? "grpc+unix://" + unix : (roots == null ? "grpc://" : "grpc+tls://") + host + ":" + port;
        return switch (peer) {
            case "peregrine" -> new PeregrineLabClient(location, roots);
            case "flight-core", "flight-core-tuned" ->
                new FlightCoreLabClient(host, port, roots, peer.endsWith("tuned"));
            case "floor" -> new Floor.Client(host, port);
            default -> throw new IllegalArgumentException("there is no peer " + peer);
        };
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Client()).execute(arguments));
    }
}
