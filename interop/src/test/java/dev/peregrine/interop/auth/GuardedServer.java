package dev.peregrine.interop.auth;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.auth.AnyAuthenticator;
import dev.peregrine.server.auth.BasicAuthenticator;
import dev.peregrine.server.auth.HandshakeAuthenticator;
import dev.peregrine.server.auth.IssuedTokens;
import dev.peregrine.server.auth.PasswordCheck;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A server of ours with its ready-made authenticators: passwords are "secret of" the user, tokens come out of either kind of
 * handshake. The action {@code identity} says who asks, {@code revoke} takes its bearer token back. Any thread.
 */
final class GuardedServer implements AutoCloseable {
    private static final PasswordCheck PASSWORDS =
            (user, password) -> password.equals("secret of " + user) ? user : null;

    private final IssuedTokens tokens = new IssuedTokens(Duration.ofHours(1));
    private final FlightServer server;

    GuardedServer(BufferAllocator allocator) {
        server = FlightServer.builder("grpc://127.0.0.1:0", new Service())
                .allocator(allocator)
                .authenticator(new AnyAuthenticator(
                        HandshakeAuthenticator.basic(PASSWORDS, tokens), new BasicAuthenticator(PASSWORDS, tokens)))
                .start();
    }

    String uri() {
        return server.location().uri();
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }

    private final class Service implements FlightService {
        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return switch (action.type()) {
                case "identity" -> List.of(Result.of(call.peerIdentity()));
                case "revoke" -> {
                    tokens.revoke(call.headers().get("authorization").substring("Bearer ".length()));
                    yield List.of();
                }
                default -> throw FlightUnimplementedException.of("no such action");
            };
        }

        /** No batches: the schema's metadata say who asks. */
        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            out.begin(new Schema(List.of(), Map.of("identity", call.peerIdentity())));
        }
    }
}
