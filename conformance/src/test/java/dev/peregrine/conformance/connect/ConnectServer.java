package dev.peregrine.conformance.connect;

import dev.peregrine.conformance.connect.proto.ServerCompatRequest;
import dev.peregrine.conformance.connect.proto.ServerCompatResponse;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.ServerTransport;
import dev.peregrine.transport.Tls;
import dev.peregrine.transport.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Any thread. The servers that the suite starts, one for each of its configurations. They run in this JVM: what the suite
 * starts is a shell that connects its standard input and output to here. It gives a server ten seconds until it serves, in
 * which a busy machine may not have started a JVM.
 */
final class ConnectServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final ExecutorService threads = Executors.newCachedThreadPool();

    ConnectServer() throws IOException {
        threads.execute(this::acceptAll);
    }

    /** What the suite is to start: reads one configuration, says where it is served, and is killed when it is not needed. */
    List<String> command() {
        String relay = "exec 3<>/dev/tcp/127.0.0.1/$0; cat >&3; exec cat <&3";
        return List.of("bash", "-c", relay, Integer.toString(socket.getLocalPort()));
    }

    private void acceptAll() {
        while (true) {
            try {
                Socket relay = socket.accept();
                threads.execute(() -> serve(relay));
            } catch (IOException e) {
                return; // Closed.
            }
        }
    }

    private void serve(Socket relay) {
        try (relay) {
            ServerCompatRequest wanted = Delimited.read(relay.getInputStream(), ServerCompatRequest.parser());
            if (wanted == null) {
                throw new IllegalStateException("the suite sent no configuration");
            }
            try (ServerTransport server = ServerTransport.start(
                    new Address.Tcp("127.0.0.1", 0), options(wanted), new ConformanceService(threads))) {
                ServerCompatResponse.Builder where = ServerCompatResponse.newBuilder()
                        .setHost("127.0.0.1")
                        .setPort(((Address.Tcp) server.address()).port());
                if (wanted.getUseTls()) {
                    where.setPemCert(wanted.getServerCreds().getCert());
                }
                Delimited.write(relay.getOutputStream(), where.build());
                while (relay.getInputStream().read() >= 0) {
                    // Until the shell is killed.
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("a server of the suite failed", e);
        }
    }

    private static TransportOptions options(ServerCompatRequest wanted) {
        // Compresses for the clients that can read it.
        TransportOptions.Builder options =
                TransportOptions.forServer().toBuilder().compression(Compression.GZIP);
        if (wanted.getMessageReceiveLimit() > 0) {
            options.maxInboundMessageSize(wanted.getMessageReceiveLimit());
        }
        if (wanted.getUseTls()) {
            options.tls(new Tls.Server(
                    wanted.getServerCreds().getCert().toByteArray(),
                    RsaKeys.toPkcs8(wanted.getServerCreds().getKey().toByteArray()),
                    wanted.getClientTlsCert().isEmpty()
                            ? null
                            : wanted.getClientTlsCert().toByteArray()));
        }
        return options.build();
    }

    /** Waits for the servers, whose shells the suite has killed. */
    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new AssertionError("a server of the suite still runs after its end");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }
}
