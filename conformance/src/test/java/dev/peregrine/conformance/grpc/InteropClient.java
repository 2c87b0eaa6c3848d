package dev.peregrine.conformance.grpc;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One thread. Runs cases of gRPC's interop suite against a server. */
final class InteropClient implements AutoCloseable {
    /** One case; throws if the server does something else than it should. */
    @FunctionalInterface
    interface Case {
        void run(InteropClient client) throws Exception;
    }

    private static final Map<String, Case> CASES = new LinkedHashMap<>();

    static {
        UnaryCases.addTo(CASES);
        StreamingCases.addTo(CASES);
        CompressionCases.addTo(CASES);
        EndingCases.addTo(CASES);
        LoadCases.addTo(CASES);
    }

    private final Address address;
    private final @Nullable Tls tls;
    private final ClientTransport transport;

    /** A client of a port of this machine; plaintext, if {@code tls} is null. */
    InteropClient(int port, @Nullable Tls tls) {
        this.address = new Address.Tcp("127.0.0.1", port);
        this.tls = tls;
        this.transport = newTransport();
    }

    static Set<String> cases() {
        return CASES.keySet();
    }

    ClientTransport transport() {
        return transport;
    }

    /** One more, which the caller closes. */
    ClientTransport newTransport() {
        return ClientTransport.create(
                address, TransportOptions.forClient().toBuilder().tls(tls).build());
    }

    void run(String name) throws Exception {
        Case found = CASES.get(name);
        if (found == null) {
            throw new IllegalArgumentException("there is no case " + name + "; there are " + cases());
        }
        found.run(this);
    }

    @Override
    public void close() {
        transport.close();
    }

    /** {@code --name=value} arguments. */
    static Map<String, String> options(String... arguments) {
        Map<String, String> options = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (!argument.startsWith("--") || equals < 0) {
                throw new IllegalArgumentException("an argument is " + argument + " instead of --name=value");
            }
            options.put(argument.substring(2, equals), argument.substring(equals + 1));
        }
        return options;
    }

    /** Runs one case: {@code --server_port=PORT --test_case=NAME [--ca_file=FILE --server_host_override=NAME]}. */
    public static void main(String... arguments) throws Exception {
        Map<String, String> options = options(arguments);
        Tls tls = null;
        if (options.containsKey("ca_file")) {
            byte[] roots = Files.readAllBytes(Path.of(options.getOrDefault("ca_file", "")));
            tls = new Tls.Client(roots, null, null, options.get("server_host_override"), true);
        }
        try (InteropClient client =
                new InteropClient(Integer.parseInt(options.getOrDefault("server_port", "10000")), tls)) {
            client.run(options.getOrDefault("test_case", "large_unary"));
        }
    }
}
