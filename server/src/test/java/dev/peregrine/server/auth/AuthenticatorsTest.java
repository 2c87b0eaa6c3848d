package dev.peregrine.server.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.ClientAuthHandler;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.HeaderPair;
import dev.peregrine.client.ResponseMetadata;
import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.client.auth.RenewedBearer;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.BasicAuth;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerAuthenticator;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.ServerMiddleware;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The ready-made authenticators, with a client that has what they ask for and with one that has not. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class AuthenticatorsTest {
    private static final PasswordCheck PASSWORDS = (user, password) -> password.equals("of " + user) ? user : null;

    private final IssuedTokens tokens = new IssuedTokens(Duration.ofHours(1));

    /** Says who makes a call. */
    private static final class WhoService implements FlightService {
        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(Result.of(call.peerIdentity()));
        }
    }

    private static void serve(BufferAllocator memory, ServerAuthenticator authenticator, Consumer<FlightClient> test) {
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new WhoService())
                        .allocator(memory)
                        .authenticator(authenticator)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(memory)
                        .build()) {
            test.accept(client);
        }
    }

    private static List<Result> who(FlightClient client, CallOptions options) {
        return client.doAction(new Action("who"), options).toList();
    }

    private static List<Result> named(String name) {
        return List.of(Result.of(name));
    }

    private static void assertRefused(FlightClient client, CallOptions options, String why) {
        assertThatThrownBy(() -> who(client, options))
                .isInstanceOf(FlightUnauthenticatedException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aPasswordForABearerToken(BufferAllocator memory) {
        serve(memory, new BasicAuthenticator(PASSWORDS, tokens), client -> {
            assertRefused(client, CallOptions.NONE, "neither a bearer token nor a password");
            HeaderPair bearer = client.authenticateBasicToken("ada", "of ada");
            assertThat(who(client, CallOptions.of(bearer))).isEqualTo(named("ada"));
            tokens.revoke(bearer.value().substring("Bearer ".length()));
            assertRefused(client, CallOptions.of(bearer), "unknown or has expired");
            assertThatThrownBy(() -> client.authenticateBasicToken("ada", "of bob"))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("wrong user name or password");
        });
    }

    /** flight-core's clients may send the password with the first call they make. */
    @Test
    void aPasswordWithAnyCallIsAnsweredWithAToken(BufferAllocator memory) {
        serve(memory, new BasicAuthenticator(PASSWORDS, tokens), client -> {
            ResponseMetadata response = new ResponseMetadata();
            CallOptions basic = CallOptions.NONE.credentials(CallCredentials.basic("ada", "of ada"));
            assertThat(who(client, basic.response(response))).isEqualTo(named("ada"));
            String bearer = response.headers().get("authorization");
            assertThat(who(client, CallOptions.NONE.header("authorization", bearer)))
                    .isEqualTo(named("ada"));
            assertRefused(client, CallOptions.NONE.credentials(CallCredentials.basic("ada", "")), "wrong user name");
        });
    }

    @Test
    void headersThatAreNotWhatTheySayAreRefused(BufferAllocator memory) {
        serve(memory, new BasicAuthenticator(PASSWORDS, tokens), client -> {
            assertRefused(client, CallOptions.NONE.header("authorization", "Basic ###"), "no base64");
            String noColon = Base64.getEncoder().encodeToString("ada".getBytes(StandardCharsets.UTF_8));
            assertRefused(client, CallOptions.NONE.header("authorization", "Basic " + noColon), "no user name");
            assertRefused(client, CallOptions.NONE.header("authorization", "Bearer"), "unknown or has expired");
            assertRefused(client, CallOptions.NONE.header("authorization", "Digest x"), "neither");
            // Go's client leaves the padding out.
            String unpadded =
                    Base64.getEncoder().withoutPadding().encodeToString("ada:of ada".getBytes(StandardCharsets.UTF_8));
            assertThat(who(client, CallOptions.NONE.header("authorization", "bAsIc " + unpadded)))
                    .isEqualTo(named("ada"));
        });
    }

    /** The first kind: the token comes out of the Handshake. */
    private static final class Login implements ClientAuthHandler {
        private final byte[] payload;
        private byte[] token = {};

        Login(byte[] payload) {
            this.payload = payload;
        }

        @Override
        public void authenticate(HandshakeStream stream) {
            stream.write(payload);
            token = stream.read();
        }

        @Override
        public byte[] token() {
            return token;
        }
    }

    @Test
    void aTokenOutOfTheHandshake(BufferAllocator memory) {
        serve(memory, HandshakeAuthenticator.basic(PASSWORDS, tokens), client -> {
            assertRefused(client, CallOptions.NONE, "no token in its header auth-token-bin");
            assertThatThrownBy(() -> client.authenticate(new Login(new BasicAuth("ada", "wrong").serialize())))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("wrong user name or password");
            assertThatThrownBy(() -> client.authenticate(new Login(new byte[] {1, 2, 3})))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("no BasicAuth message");
            client.authenticate(new Login(new BasicAuth("ada", "of ada").serialize()));
            assertThat(who(client, CallOptions.NONE)).isEqualTo(named("ada"));
        });
        serve(
                memory,
                HandshakeAuthenticator.basic(PASSWORDS, tokens),
                client ->
                        assertRefused(client, CallOptions.NONE.header("auth-token-bin", new byte[] {-1}), "not good"));
    }

    @Test
    void tokensOfSomebodyElse(BufferAllocator memory) {
        serve(memory, new BearerAuthenticator(token -> token.equals("good") ? "ada" : null), client -> {
            assertThat(who(client, CallOptions.NONE.credentials(CallCredentials.bearer("good"))))
                    .isEqualTo(named("ada"));
            assertRefused(client, CallOptions.NONE.credentials(CallCredentials.bearer("bad")), "is not good");
            assertRefused(client, CallOptions.NONE, "no bearer token");
            assertThatThrownBy(() -> client.authenticateBasicToken("ada", "of ada"))
                    .as("nobody answers Handshakes")
                    .isInstanceOf(FlightUnimplementedException.class);
        });
    }

    @Test
    void severalWaysAtOnce(BufferAllocator memory) {
        ServerAuthenticator any = new AnyAuthenticator(
                new CertificateAuthenticator(),
                HandshakeAuthenticator.basic(PASSWORDS, tokens),
                new BasicAuthenticator(PASSWORDS, tokens));
        serve(memory, any, client -> {
            HeaderPair bearer = client.authenticateBasicToken("bob", "of bob");
            assertThat(who(client, CallOptions.of(bearer))).isEqualTo(named("bob"));
            assertRefused(client, CallOptions.NONE, "no certificate with a name; the call shows no token");
            client.authenticate(new Login(new BasicAuth("ada", "of ada").serialize()));
            assertThat(who(client, CallOptions.NONE)).isEqualTo(named("ada"));
        });
        assertThatThrownBy(AnyAuthenticator::new).isInstanceOf(IllegalArgumentException.class);
    }

    /** A client that gets its tokens from the server itself, and a new one when the server has taken the old one back. */
    @Test
    void aClientRenewsTheTokensOfThisServer(BufferAllocator memory) {
        AtomicReference<FlightClient> self = new AtomicReference<>();
        AtomicReference<String> last = new AtomicReference<>();
        RenewedBearer credentials = new RenewedBearer(() -> {
            String value = self.get().authenticateBasicToken("ada", "of ada").value();
            last.set(value.substring("Bearer ".length()));
            return new RenewedBearer.Token(last.get(), null);
        });
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new WhoService())
                        .allocator(memory)
                        .authenticator(new BasicAuthenticator(PASSWORDS, tokens))
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(memory)
                        .credentials(credentials)
                        .build()) {
            self.set(client);
            assertThat(who(client, CallOptions.NONE)).isEqualTo(named("ada"));
            String first = last.get();
            tokens.revoke(first);
            assertThat(who(client, CallOptions.NONE)).isEqualTo(named("ada"));
            assertThat(last.get()).isNotEqualTo(first);
        }
    }

    @Test
    void middlewareKnowsWhoItIs(BufferAllocator memory) {
        AtomicReference<String> seen = new AtomicReference<>();
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new WhoService())
                        .allocator(memory)
                        .authenticator(new BearerAuthenticator(token -> "owner of " + token))
                        .middleware(call -> {
                            seen.set(call.peerIdentity());
                            return new ServerMiddleware() {};
                        })
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(memory)
                        .credentials(CallCredentials.bearer("x"))
                        .build()) {
            assertThat(who(client, CallOptions.NONE)).isEqualTo(named("owner of x"));
            assertThat(seen).hasValue("owner of x");
        }
    }
}
