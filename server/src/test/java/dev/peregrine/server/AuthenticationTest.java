package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.ClientAuthHandler;
import dev.peregrine.client.HeaderPair;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.BasicAuth;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Both of Flight's kinds of authentication. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class AuthenticationTest {
    /** HTTP basic authentication for a bearer token, in the trailers or in the headers. */
    private record Basic(boolean inTrailers, String bearer) implements FlightService {
        @Override
        public void handshake(ServerCall call, HandshakeStream stream) {
            String expected =
                    "Basic " + Base64.getEncoder().encodeToString("user:s\u00e9cret".getBytes(StandardCharsets.UTF_8));
            if (!expected.equals(call.headers().get("authorization"))) {
                throw FlightUnauthenticatedException.of("wrong user or password");
            }
            assertThat(stream.read()).isNull();
            if (bearer.isEmpty()) {
                return;
            }
            if (inTrailers) {
                call.addHeader("authorization", "Bearer from the headers");
                call.addTrailer("authorization", bearer);
            } else {
                call.addHeader("authorization", bearer);
            }
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(Result.of(String.valueOf(call.headers().get("authorization"))));
        }
    }

    private static void bearerIsSent(boolean inTrailers, BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Basic(inTrailers, "Bearer 42"))) {
            HeaderPair pair = duo.client().authenticateBasicToken("user", "s\u00e9cret");
            assertThat(pair).isEqualTo(new HeaderPair("authorization", "Bearer 42"));
            assertThat(pair.toString()).doesNotContain("42");
            assertThat(duo.client()
                            .doAction(new Action("who"), CallOptions.of(pair))
                            .toList())
                    .containsExactly(Result.of("Bearer 42"));
            assertThat(duo.client().doAction(new Action("who")).toList()).containsExactly(Result.of("null"));
        }
    }

    @Test
    void aBearerTokenInTheTrailers(BufferAllocator memory) {
        bearerIsSent(true, memory);
    }

    @Test
    void aBearerTokenInTheHeaders(BufferAllocator memory) {
        bearerIsSent(false, memory);
    }

    @Test
    void aWrongPasswordIsRefused(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Basic(true, "Bearer 42"))) {
            assertThatThrownBy(() -> duo.client().authenticateBasicToken("user", "wrong"))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("wrong user or password");
            assertThatThrownBy(() -> duo.client().authenticateBasicToken("us:er", "wrong"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("colon");
        }
    }

    @Test
    void noTokenIsSaidSo(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Basic(true, ""))) {
            assertThatThrownBy(() -> duo.client().authenticateBasicToken("user", "s\u00e9cret"))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("no bearer token");
        }
        try (Duo duo = Duo.of(memory, new Basic(false, "Token 42"))) {
            assertThatThrownBy(() -> duo.client().authenticateBasicToken("user", "s\u00e9cret"))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("no bearer token");
        }
    }

    /** The first kind: a conversation, then a token with each call. */
    private static final class Conversation implements FlightService {
        @Override
        public void handshake(ServerCall call, HandshakeStream stream) {
            byte[] first = stream.read();
            assertThat(first).isNotNull();
            BasicAuth auth = BasicAuth.deserialize(first);
            stream.write("and the magic word?".getBytes(StandardCharsets.UTF_8));
            byte[] second = stream.read();
            if (!auth.username().equals("arrow") || !"please".equals(new String(second, StandardCharsets.UTF_8))) {
                throw FlightUnauthenticatedException.of("not like this");
            }
            stream.write("token of arrow".getBytes(StandardCharsets.UTF_8));
            assertThat(stream.read()).isNull();
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            byte[] token = call.headers().getBinary("auth-token-bin");
            if (token == null) {
                throw FlightUnauthenticatedException.of("who are you?");
            }
            return List.of(new Result(token));
        }
    }

    private static final class Polite implements ClientAuthHandler {
        private final String user;
        private byte[] token = {};

        Polite(String user) {
            this.user = user;
        }

        @Override
        public void authenticate(HandshakeStream stream) {
            stream.write(new BasicAuth(user, "flight").serialize());
            assertThat(stream.read()).asString(StandardCharsets.UTF_8).endsWith("word?");
            stream.write("please".getBytes(StandardCharsets.UTF_8));
            token = stream.read();
        }

        @Override
        public byte[] token() {
            return token;
        }
    }

    @Test
    void aConversationGivesATokenForEachCall(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Conversation())) {
            assertThatThrownBy(() -> duo.client().doAction(new Action("who")).toList())
                    .isInstanceOf(FlightUnauthenticatedException.class);
            assertThatThrownBy(() -> duo.client().authenticate(new Polite("nobody")))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("not like this");
            duo.client().authenticate(new Polite("arrow"));
            assertThat(duo.client().doAction(new Action("who")).toList()).containsExactly(Result.of("token of arrow"));
        }
    }

    /** Takes a BasicAuth message and answers with a token, or not. */
    private record Usual(byte[]... tokens) implements FlightService {
        @Override
        public void handshake(ServerCall call, HandshakeStream stream) {
            BasicAuth who = BasicAuth.deserialize(stream.read());
            if (!who.password().equals("flight")) {
                throw FlightUnauthenticatedException.of("wrong password of " + who.username());
            }
            for (byte[] token : tokens) {
                stream.write(token);
            }
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(new Result(call.headers().getBinary("auth-token-bin")));
        }
    }

    @Test
    void theUsualConversationIsReadyMade(BufferAllocator memory) {
        byte[] token = {0, -1};
        try (Duo duo = Duo.of(memory, new Usual(token, new byte[] {1}))) {
            assertThatThrownBy(() -> duo.client().authenticate(ClientAuthHandler.basic("arrow", "wrong")))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("wrong password of arrow");
            ClientAuthHandler handler = ClientAuthHandler.basic("arrow", "flight");
            assertThat(handler.token()).isEmpty();
            duo.client().authenticate(handler);
            assertThat(duo.client().doAction(new Action("who")).toList()).containsExactly(new Result(token));
        }
        try (Duo duo = Duo.of(memory, new Usual())) {
            assertThatThrownBy(() -> duo.client().authenticate(ClientAuthHandler.basic("arrow", "flight")))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("without a token");
        }
    }

    @Test
    void aHandlerThatThrowsCancelsTheHandshake(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Conversation())) {
            ClientAuthHandler broken = new ClientAuthHandler() {
                @Override
                public void authenticate(HandshakeStream stream) {
                    throw new IllegalStateException("no key at hand");
                }

                @Override
                public byte[] token() {
                    return new byte[] {1};
                }
            };
            assertThatThrownBy(() -> duo.client().authenticate(broken))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no key at hand");
            assertThatThrownBy(() -> duo.client().doAction(new Action("who")).toList())
                    .isInstanceOf(FlightUnauthenticatedException.class);
        }
    }
}
