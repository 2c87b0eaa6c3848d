package dev.peregrine.interop.parade;

import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.error.FlightStatusCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.auth.BasicServerAuthHandler;
import org.apache.arrow.flight.auth2.BasicCallHeaderAuthenticator;
import org.apache.arrow.flight.auth2.CallHeaderAuthenticator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** A client of ours against a flight-core server. */
@Tag("interop")
class FlightCoreServerTest extends PeerTest implements PollChecks {
    /** flight-core's own memory: what it may leak is not ours to judge. */
    private final BufferAllocator serverMemory = new RootAllocator();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<FlightServer> servers = new ArrayList<>();
    private Location plain;
    private Location handshake;
    private Location basic;
    private Location tls;

    @BeforeAll
    void start() throws IOException {
        plain = Location.of("grpc://127.0.0.1:" + serve(builder(insecure())));
        handshake = Location.tcp(
                "127.0.0.1", serve(builder(insecure()).authHandler(new BasicServerAuthHandler(new PasswordCheck()))));
        basic = Location.tcp("127.0.0.1", serve(builder(insecure()).headerAuthenticator(new Bearer())));
        tls = Location.tls(
                "127.0.0.1",
                serve(builder(org.apache.arrow.flight.Location.forGrpcTls("127.0.0.1", 0))
                        .useTls(
                                new ByteArrayInputStream(certificate.certChain()),
                                new ByteArrayInputStream(certificate.privateKey()))));
    }

    private static org.apache.arrow.flight.Location insecure() {
        return org.apache.arrow.flight.Location.forGrpcInsecure("127.0.0.1", 0);
    }

    private FlightServer.Builder builder(org.apache.arrow.flight.Location location) {
        return FlightServer.builder(serverMemory, location, new FlightCoreParade(serverMemory, threads));
    }

    private int serve(FlightServer.Builder builder) throws IOException {
        FlightCoreParade parade = new FlightCoreParade(serverMemory, threads);
        FlightServer server = builder.producer(parade).build().start();
        servers.add(server);
        parade.at(org.apache.arrow.flight.Location.forGrpcInsecure("127.0.0.1", server.getPort()));
        return server.getPort();
    }

    @AfterAll
    void stop() throws Exception {
        for (FlightServer server : servers) {
            server.shutdown();
            server.awaitTermination(5, TimeUnit.SECONDS);
        }
        threads.shutdownNow();
    }

    private static final class PasswordCheck implements BasicServerAuthHandler.BasicAuthValidator {
        @Override
        public byte[] getToken(String username, String password) {
            if (!password.equals("secret of " + username)) {
                throw CallStatus.UNAUTHENTICATED
                        .withDescription("wrong password")
                        .toRuntimeException();
            }
            return Parade.bytes("token for " + username);
        }

        @Override
        public Optional<String> isValid(byte[] token) {
            String text = token == null ? "" : Parade.text(token);
            return text.startsWith("token for ")
                    ? Optional.of(text.substring("token for ".length()))
                    : Optional.empty();
        }
    }

    /** Basic on the handshake, Bearer afterwards. */
    private static final class Bearer implements CallHeaderAuthenticator {
        private final BasicCallHeaderAuthenticator basic = new BasicCallHeaderAuthenticator((user, password) -> {
            if (!password.equals("secret of " + user)) {
                throw CallStatus.UNAUTHENTICATED
                        .withDescription("wrong password")
                        .toRuntimeException();
            }
            return () -> user;
        });

        @Override
        public AuthResult authenticate(CallHeaders headers) {
            String value = headers.get("authorization");
            String prefix = "Bearer token for ";
            String user = value != null && value.startsWith(prefix)
                    ? value.substring(prefix.length())
                    : basic.authenticate(headers).getPeerIdentity();
            return new AuthResult() {
                @Override
                public String getPeerIdentity() {
                    return user;
                }

                @Override
                public void appendToOutgoingHeaders(CallHeaders outgoing) {
                    outgoing.insert("authorization", prefix + user);
                }
            };
        }
    }

    @Override
    public Location plain() {
        return plain;
    }

    @Override
    public Location handshake() {
        return handshake;
    }

    @Override
    public Location basic() {
        return basic;
    }

    @Override
    public Location tls() {
        return tls;
    }

    @Override
    public Set<FlightStatusCode> statuses() {
        return EnumSet.allOf(FlightStatusCode.class);
    }
}
