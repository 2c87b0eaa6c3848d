package dev.peregrine.conformance.flight;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.ClientAuthHandler;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.BasicAuth;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** {@code auth:basic_proto}: a handshake with user and password, whose answer is the token of later calls. */
final class AuthBasicProto implements Scenario {
    private static final BasicAuth RIGHT = new BasicAuth("arrow", "flight");

    @Override
    public FlightService service() {
        return new FlightService() {
            @Override
            public void handshake(ServerCall call, HandshakeStream stream) {
                byte[] payload = stream.read();
                if (payload == null || !BasicAuth.deserialize(payload).equals(RIGHT)) {
                    throw FlightUnauthenticatedException.of("wrong user or password");
                }
                stream.write(RIGHT.username().getBytes(UTF_8));
            }

            @Override
            public Iterable<Result> doAction(ServerCall call, Action action) {
                byte[] token = call.headers().getBinary("auth-token-bin");
                if (token == null || !new String(token, UTF_8).equals(RIGHT.username())) {
                    throw FlightUnauthenticatedException.of("the call has no valid token");
                }
                return List.of(new Result(token));
            }
        };
    }

    /** Sends the password and keeps what comes back. */
    private static final class Login implements ClientAuthHandler {
        private byte[] token = {};

        @Override
        public void authenticate(HandshakeStream stream) {
            stream.write(RIGHT.serialize());
            byte[] answer = stream.read();
            assertThat(answer).isNotNull();
            token = answer;
        }

        @Override
        public byte[] token() {
            return token;
        }
    }

    @Override
    public void check(FlightClient client, BufferAllocator memory) {
        assertThatThrownBy(() -> client.doAction("").toList()).isInstanceOf(FlightUnauthenticatedException.class);
        client.authenticate(new Login());
        assertThat(client.doAction("").toList()).containsExactly(Result.of(RIGHT.username()));
    }
}
