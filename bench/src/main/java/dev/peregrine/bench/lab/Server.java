package dev.peregrine.bench.lab;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Serves the lab's works until it is killed. */
@Command(name = "lab-server", mixinStandardHelpOptions = true, description = "Serves the lab's works.")
final class Server implements Callable<Integer> {
    @Option(
            names = "--peer",
            defaultValue = "peregrine",
            description = "peregrine, peregrine-nonblocking, flight-core, flight-core-tuned, floor")
    private String peer = "";

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--tls-cert", description = "PEM.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", description = "PEM, PKCS#8.")
    private @Nullable Path key;

    @Option(names = "--unix", description = "A Unix socket instead of the port.")
    private @Nullable String unix;

    @Option(names = "--verify", description = "Compare every value that is put; this takes time itself.")
    private boolean verify;

    @Override
    public Integer call() throws Exception {
        Target target = new Target("127.0.0.1", port, certificate, unix);
        int listening = Peers.serve(peer, target, certificate, key, verify);
        System.out.println("ready port " + listening);
        new CountDownLatch(1).await();
        return 0;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Server()).execute(arguments));
    }
}
