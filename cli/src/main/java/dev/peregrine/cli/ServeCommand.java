package dev.peregrine.cli;

import dev.peregrine.protocol.Location;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightServerBuilder;
import dev.peregrine.server.folder.FolderService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code peregrine serve}: a folder as a Flight service, until Ctrl-C. */
@Command(
        name = "serve",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        optionListHeading = "%nOptions:%n",
        description =
                "Serves the Arrow files and streams of a folder (*.arrow, *.feather, *.arrows), and takes new ones.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  peregrine serve data/",
            "  peregrine serve data/ --host 0.0.0.0 --port 443 --cert-chain server.pem --private-key server.key",
            "  peregrine serve data/ --uri grpc+unix:///run/flight.sock"
        })
final class ServeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DIR", description = "The folder.")
    Path folder = Path.of("");

    @Option(names = "--host", paramLabel = "HOST", description = "The address to listen on. Default: ${DEFAULT-VALUE}.")
    String host = "localhost";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "The port to listen on; 0 for a free one. Default: ${DEFAULT-VALUE}.")
    int port = 8815;

    @Option(names = "--uri", paramLabel = "URI", description = "Where to listen, instead of --host and --port.")
    @Nullable
    String uri;

    @Option(names = "--cert-chain", paramLabel = "FILE", description = "Serve TLS with this certificate, PEM.")
    @Nullable
    Path certChain;

    @Option(names = "--private-key", paramLabel = "FILE", description = "The key of --cert-chain, PEM.")
    @Nullable
    Path privateKey;

    @Option(
            names = "--private-key-password",
            paramLabel = "SECRET",
            description = "The password of --private-key, if that is encrypted; or set PEREGRINE_KEY_PASSWORD.")
    @Nullable
    String privateKeyPassword;

    @Option(
            names = "--client-root-certs",
            paramLabel = "FILE",
            description = "Mutual TLS: take only clients whose certificate one of these has signed, PEM.")
    @Nullable
    Path clientRootCerts;

    @Option(
            names = "--client-cert-optional",
            description = "With --client-root-certs, take clients without a certificate too.")
    boolean clientCertOptional;

    @Option(
            names = "--reload-certs",
            paramLabel = "DURATION",
            converter = DurationArgument.class,
            description =
                    "Look that often whether the files of certificates have changed; new connections use the new ones.")
    @Nullable
    Duration reloadCerts;

    @Option(
            names = "--option",
            paramLabel = "NAME=VALUE",
            description =
                    "A setting by gRPC's name, such as grpc.max_connection_age_ms=60000; may be repeated. Digits are a"
                            + " number.")
    Map<String, String> genericOptions = new LinkedHashMap<>();

    @Option(
            names = "--drain",
            paramLabel = "DURATION",
            converter = DurationArgument.class,
            description = "How long running calls may go on after Ctrl-C or SIGTERM. Default: 10s.")
    Duration drain = Duration.ofSeconds(10);

    @Option(
            names = "--no-reflection",
            description =
                    "Do not tell what the service is to clients that ask, such as grpcurl (gRPC server reflection).")
    boolean noReflection;

    @Option(
            names = {"-v", "--verbose"},
            description = "Say more: log lines, and a stack trace with an error.")
    boolean verbose;

    ServeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        JvmFlags.check();
        LogLevel.set(verbose ? "debug" : "warn");
        if (!Files.isDirectory(folder)) {
            throw Files.exists(folder)
                    ? new NotDirectoryException(folder.toString())
                    : new NoSuchFileException(folder.toString());
        }
        try (FlightServer server = start()) {
            Thread stop = new Thread(() -> server.shutdown(drain), "peregrine-drain");
            Runtime.getRuntime().addShutdownHook(stop);
            // The first line is for programs: they read the location, whose port may have been 0.
            terminal.print("Serving " + folder + " on " + server.location() + "\n");
            try {
                server.awaitTermination();
            } finally {
                forget(stop);
            }
        }
        return ExitCode.OK;
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyExiting) {
            // Then it is the hook that has ended the waiting.
        }
    }

    private FlightServer start() throws IOException {
        if ((certChain == null) != (privateKey == null)) {
            throw wrong("--cert-chain and --private-key go together.");
        }
        FlightServerBuilder builder = FlightServer.builder(location(), FolderService.open(folder))
                .drain(drain)
                .reflection(!noReflection);
        if (certChain != null && privateKey != null) {
            String password = terminal.keyPassword(privateKeyPassword);
            if (password == null) {
                builder.tls(certChain, privateKey);
            } else {
                builder.tls(certChain, privateKey, password.toCharArray());
            }
        }
        if (reloadCerts != null) {
            builder.reloadCertificates(reloadCerts);
        }
        if (clientRootCerts != null) {
            if (certChain == null) {
                throw wrong("--client-root-certs needs TLS: --cert-chain and --private-key.");
            }
            builder.clientRoots(clientRootCerts).requireClientCertificate(!clientCertOptional);
        }
        try {
            return builder.genericOptions(GenericOptionArgument.typed(genericOptions))
                    .start();
        } catch (IllegalArgumentException e) {
            // A location, a certificate or an option that is none; the message says which.
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }

    private Location location() {
        if (uri != null) {
            return ConnectionOptions.location(uri);
        }
        return certChain == null ? Location.of("grpc://" + bracketed() + ":" + port) : Location.tls(host, port);
    }

    private String bracketed() {
        return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private ParameterException wrong(String message) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets it");
        }
        return new ParameterException(spec.commandLine(), message);
    }
}
