package dev.peregrine.interop.parade;

import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.server.FlightServer;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client of ours against a server of ours, held to the same checks as the foreign ones. */
class OwnServerTest extends PeerTest implements PollChecks {
    private final Map<ParadeService.Auth, FlightServer> servers = new EnumMap<>(ParadeService.Auth.class);
    private FlightServer secure;

    @BeforeEach
    @Override
    void connect(BufferAllocator allocator) {
        for (ParadeService.Auth auth : ParadeService.Auth.values()) {
            ParadeService service = new ParadeService(auth);
            FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", service)
                    .allocator(allocator)
                    .start();
            service.at(() -> Location.tcp("127.0.0.1", server.port()));
            servers.put(auth, server);
        }
        secure = FlightServer.builder("grpc+tls://127.0.0.1:0", new ParadeService(ParadeService.Auth.NONE))
                .allocator(allocator)
                .tls(certificate.certChain(), certificate.privateKey())
                .start();
        super.connect(allocator);
    }

    @AfterEach
    void stop() {
        servers.values().forEach(FlightServer::close);
        secure.close();
    }

    private Location at(ParadeService.Auth auth) {
        return Location.of("grpc://127.0.0.1:" + servers.get(auth).port());
    }

    @Override
    public Location plain() {
        return at(ParadeService.Auth.NONE);
    }

    @Override
    public Location handshake() {
        return at(ParadeService.Auth.HANDSHAKE);
    }

    @Override
    public Location basic() {
        return at(ParadeService.Auth.BASIC);
    }

    @Override
    public Location tls() {
        return Location.tls("127.0.0.1", secure.port());
    }

    @Override
    public Set<FlightStatusCode> statuses() {
        return EnumSet.allOf(FlightStatusCode.class);
    }
}
