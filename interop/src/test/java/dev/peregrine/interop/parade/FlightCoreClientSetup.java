package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.Parade.bytes;
import static dev.peregrine.interop.parade.Parade.text;

import dev.peregrine.interop.support.TestCertificate;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server of ours, and a flight-core client of it, for each test of a subclass. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
abstract class FlightCoreClientSetup {
    /** flight-core's own memory: what it may leak is not ours to judge. */
    final BufferAllocator clientMemory = new RootAllocator();

    final ParadeService service = new ParadeService(ParadeService.Auth.NONE);
    BufferAllocator serverMemory;
    FlightServer server;
    FlightClient client;

    @BeforeEach
    void start(BufferAllocator serverMemory) {
        this.serverMemory = serverMemory;
        server = serve(service, null);
        service.at(() -> dev.peregrine.protocol.Location.tcp("127.0.0.1", server.port()));
        client = connect(server);
    }

    FlightServer serve(ParadeService parade, TestCertificate certificate) {
        var builder = FlightServer.builder((certificate == null ? "grpc" : "grpc+tls") + "://127.0.0.1:0", parade)
                .allocator(serverMemory);
        if (certificate != null) {
            builder.tls(certificate.certChain(), certificate.privateKey());
        }
        return builder.start();
    }

    FlightClient connect(FlightServer to) {
        return FlightClient.builder(clientMemory, Location.forGrpcInsecure("127.0.0.1", to.port()))
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    static List<String> act(FlightClient client, String type, String body, CallOption... options) {
        List<String> bodies = new ArrayList<>();
        client.doAction(new Action(type, bytes(body)), options).forEachRemaining(r -> bodies.add(text(r.getBody())));
        return bodies;
    }
}
