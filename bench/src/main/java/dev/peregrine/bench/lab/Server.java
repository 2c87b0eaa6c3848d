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
            description = "peregrine, flight-core, flight-core-tuned, floor")
    private String peer = "";

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--tls-cert", description = "PEM.")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", description = "PEM, PKCS#8.")
    private @Nullable Path key;

    @Option(names = "--unix", description = "A Unix socket instead of the port.")
    private @Nullable String unix;

    @Option(names = "--non-blocking", description = "Serve ping and info on the event loop.")
    private boolean nonBlocking;

    @Override
    public Integer call() throws Exception {
        String location = unix != null
                ? "grpc+unix://" + unix
                : (certificate == null ? "grpc://" : "grpc+tls://") + "127.0.0.1:" + port;
        int listening =
                switch (peer) {
                    case "peregrine" -> PeregrineLabServer.start(location, certificate, key, nonBlocking);
                    case "flight-core", "flight-core-tuned" ->
                        FlightCoreLabServer.start(port, certificate, key, peer.endsWith("tuned"));
                    case "floor" -> Floor.serve(port);
                    default -> throw new IllegalArgumentException("there is no peer " + peer);
                };
        System.out.println("ready port " + listening);
        new CountDownLatch(1).await();
        return 0;
    }

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Server()).execute(arguments));
    }
}
