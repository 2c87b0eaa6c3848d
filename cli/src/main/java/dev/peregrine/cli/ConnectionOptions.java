package dev.peregrine.cli;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.client.HeaderPair;
import dev.peregrine.protocol.Location;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** How to reach the service and who asks. The same options in each command that talks to one. */
final class ConnectionOptions {
    @Spec(Target.MIXEE)
    @Nullable
    CommandSpec spec;

    @Option(
            order = 101,
            names = {"-H", "--header"},
            paramLabel = "NAME=VALUE",
            converter = HeaderArgument.Converter.class,
            description =
                    "A header to send with each call; may be repeated. The value of a name ending in -bin is base64.")
    List<HeaderArgument> headers = new ArrayList<>();

    @Option(
            order = 102,
            names = "--timeout",
            paramLabel = "DURATION",
            converter = DurationArgument.class,
            description = "How long a call may take, its data included: 500ms, 5s, 2m, 1h. No limit without this.")
    @Nullable
    Duration timeout;

    @Option(order = 103, names = "--user", paramLabel = "NAME", description = "Log in with this name and a password.")
    @Nullable
    String user;

    @Option(
            order = 104,
            names = "--password",
            paramLabel = "SECRET",
            description =
                    "The password of --user. Others can see it in the list of processes: better set PEREGRINE_PASSWORD, or"
                            + " leave it out to be asked.")
    @Nullable
    String password;

    @Option(
            order = 105,
            names = "--token",
            paramLabel = "SECRET",
            description = "A bearer token to send with each call; or set PEREGRINE_TOKEN.")
    @Nullable
    String token;

    @Option(
            order = 106,
            names = "--tls-root-certs",
            paramLabel = "FILE",
            description = "Certificates to trust with grpc+tls, PEM. Without this: those that Java trusts.")
    @Nullable
    Path tlsRootCerts;

    @Option(
            order = 107,
            names = "--cert-chain",
            paramLabel = "FILE",
            description = "This client's certificate for mutual TLS, PEM.")
    @Nullable
    Path certChain;

    @Option(order = 108, names = "--private-key", paramLabel = "FILE", description = "The key of --cert-chain, PEM.")
    @Nullable
    Path privateKey;

    @Option(
            order = 109,
            names = "--private-key-password",
            paramLabel = "SECRET",
            description = "The password of --private-key, if that is encrypted; or set PEREGRINE_KEY_PASSWORD.")
    @Nullable
    String privateKeyPassword;

    @Option(
            order = 110,
            names = "--override-hostname",
            paramLabel = "HOST",
            description = "The host name to expect in the server's certificate, instead of the URI's.")
    @Nullable
    String overrideHostname;

    @Option(
            order = 111,
            names = "--any-hostname",
            description = "With grpc+tls, check who signed the server's certificate, but not whose it is.")
    boolean anyHostname;

    @Option(
            order = 112,
            names = "--insecure",
            description = "With grpc+tls, do not check the server's certificate at all.")
    boolean insecure;

    @Option(
            order = 113,
            names = "--option",
            paramLabel = "NAME=VALUE",
            description =
                    "A setting by gRPC's name, such as grpc.keepalive_time_ms=30000; may be repeated. Digits are a number.")
    Map<String, String> genericOptions = new LinkedHashMap<>();

    /** A bare {@code host:port} means grpc://. */
    static Location location(String uri) {
        return Location.of(uri.contains("://") ? uri : "grpc://" + uri);
    }

    FlightClient connect(Location location, BufferAllocator allocator, Terminal terminal) {
        if ((certChain == null) != (privateKey == null)) {
            throw new ParameterException(line(), "--cert-chain and --private-key go together.");
        }
        FlightClientBuilder builder = FlightClient.builder(location).allocator(allocator);
        if (tlsRootCerts != null) {
            builder.tlsRootCerts(tlsRootCerts);
        }
        if (certChain != null && privateKey != null) {
            builder.certChain(certChain).privateKey(privateKey);
            String password = terminal.keyPassword(privateKeyPassword);
            if (password != null) {
                builder.privateKeyPassword(password.toCharArray());
            }
        }
        if (overrideHostname != null) {
            builder.overrideHostname(overrideHostname);
        }
        if (insecure) {
            builder.disableServerVerification(true);
        }
        if (anyHostname) {
            builder.verifyHostname(false);
        }
        try {
            builder.genericOptions(GenericOptionArgument.typed(genericOptions));
            return builder.build();
        } catch (IllegalArgumentException e) {
            // The location, or a certificate that is none; the message says which.
            throw new UsageError(String.valueOf(e.getMessage()));
        }
    }

    /** What each call is made with. Logs in if there is a user, over this client. */
    CallOptions callOptions(FlightClient client, Terminal terminal) {
        CallOptions options = CallOptions.NONE;
        if (timeout != null) {
            options = options.timeout(timeout);
        }
        for (HeaderArgument header : headers) {
            options = header.addTo(options);
        }
        String bearer = token != null ? token : terminal.environment().apply("PEREGRINE_TOKEN");
        if (user != null) {
            HeaderPair pair = client.authenticateBasicToken(user, secret(terminal, user), options);
            return options.header(pair);
        }
        return bearer == null ? options : options.header("authorization", "Bearer " + bearer);
    }

    private String secret(Terminal terminal, String user) {
        if (password != null) {
            return password;
        }
        String known = terminal.environment().apply("PEREGRINE_PASSWORD");
        if (known != null) {
            return known;
        }
        char[] typed = terminal.askForPassword("Password of " + user + ": ");
        if (typed == null) {
            throw new ParameterException(
                    line(), "--user needs a password: --password, or PEREGRINE_PASSWORD, or a terminal to ask on.");
        }
        return new String(typed);
    }

    private CommandLine line() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets it");
        }
        return spec.commandLine();
    }
}
