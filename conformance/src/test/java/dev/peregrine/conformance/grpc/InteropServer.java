package dev.peregrine.conformance.grpc;

import dev.peregrine.transport.Address;
import dev.peregrine.transport.ServerTransport;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Any thread. Serves gRPC's test service; closed, it serves nobody any more. */
final class InteropServer implements AutoCloseable {
    private final TestService service = new TestService();
    private final ServerTransport transport;

    /** On a free port of this machine, if {@code port} is 0; plaintext, if {@code tls} is null. */
    InteropServer(int port, @Nullable Tls tls) throws IOException {
        TransportOptions options =
                TransportOptions.forServer().toBuilder().tls(tls).build();
        transport = ServerTransport.start(new Address.Tcp("127.0.0.1", port), options, service);
    }

    int port() {
        return ((Address.Tcp) transport.address()).port();
    }

    @Override
    public void close() {
        transport.close();
        service.close();
    }

    /**
     * Serves until it is killed: {@code --port=PORT [--tls_cert_file=FILE --tls_key_file=FILE]}. Says {@code Server
     * listening on localhost:PORT}.
     */
    public static void main(String... arguments) throws Exception {
        Map<String, String> options = InteropClient.options(arguments);
        Tls tls = null;
        if (options.containsKey("tls_cert_file")) {
            byte[] chain = Files.readAllBytes(Path.of(options.getOrDefault("tls_cert_file", "")));
            byte[] key = Files.readAllBytes(Path.of(options.getOrDefault("tls_key_file", "")));
            tls = new Tls.Server(chain, key, null);
        }
        try (InteropServer server = new InteropServer(Integer.parseInt(options.getOrDefault("port", "10000")), tls)) {
            System.out.println("Server listening on localhost:" + server.port());
            server.transport.awaitTermination();
        }
    }
}
