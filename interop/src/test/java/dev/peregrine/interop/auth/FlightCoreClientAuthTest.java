package dev.peregrine.interop.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.interop.parade.Parade;
import dev.peregrine.testing.LeakCheck;
import java.util.Iterator;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.auth.BasicClientAuthHandler;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.auth2.ClientBearerHeaderHandler;
import org.apache.arrow.flight.auth2.ClientIncomingAuthHeaderMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A flight-core client with the ready-made authenticators of our server. */
@Tag("interop")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class FlightCoreClientAuthTest {
    /** flight-core's own memory: what it may leak is not ours to judge. */
    private final BufferAllocator clientMemory = new RootAllocator();

    private GuardedServer server;
    private FlightClient client;

    @BeforeEach
    void start(BufferAllocator allocator) {
        server = new GuardedServer(allocator);
        client = builder().build();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private FlightClient.Builder builder() {
        return FlightClient.builder(clientMemory, Location.forGrpcInsecure("127.0.0.1", server.port()));
    }

    private static String identity(FlightClient client, CallOption... options) {
        Iterator<Result> results = client.doAction(new Action("identity"), options);
        String identity = Parade.text(results.next().getBody());
        assertThat(results.hasNext()).isFalse();
        return identity;
    }

    private static String identityOfAStream(FlightClient client, CallOption... options) throws Exception {
        try (FlightStream stream = client.getStream(new Ticket(new byte[0]), options)) {
            return stream.getSchema().getCustomMetadata().get("identity");
        }
    }

    private static void assertRefused(ThrowingCallable call, String why) {
        assertThatThrownBy(call)
                .hasMessageContaining(why)
                .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED));
    }

    @Test
    void noCredentials() {
        assertRefused(() -> identity(client), "neither a bearer token nor a password");
        assertRefused(() -> identityOfAStream(client), "neither a bearer token nor a password");
    }

    @Test
    void aPasswordForABearerToken() throws Exception {
        CredentialCallOption bearer =
                client.authenticateBasicToken("ada", "secret of ada").orElseThrow();
        assertThat(identity(client, bearer)).isEqualTo("ada");
        assertThat(identityOfAStream(client, bearer)).isEqualTo("ada");
        assertRefused(() -> client.authenticateBasicToken("ada", "secret"), "wrong user name or password");
        assertThat(identity(client, bearer)).isEqualTo("ada");
    }

    @Test
    void aBearerTokenThatIsTakenBack() {
        CredentialCallOption bearer =
                client.authenticateBasicToken("ada", "secret of ada").orElseThrow();
        assertThat(identity(client, bearer)).isEqualTo("ada");
        client.doAction(new Action("revoke"), bearer).forEachRemaining(result -> {});
        assertRefused(() -> identity(client, bearer), "unknown or has expired");
    }

    /** The way of flight-core's users who have no connection of their own to authenticate first. */
    @Test
    void aPasswordWithAnyCallIsAnsweredWithAToken() throws Exception {
        var answers = new ClientIncomingAuthHeaderMiddleware.Factory(new ClientBearerHeaderHandler());
        var password = new CredentialCallOption(new BasicAuthCredentialWriter("ada", "secret of ada"));
        try (FlightClient listening = builder().intercept(answers).build()) {
            assertThat(identity(listening, password)).isEqualTo("ada");
            assertThat(identityOfAStream(listening, answers.getCredentialCallOption()))
                    .isEqualTo("ada");
        }
    }

    @Test
    void aTokenOutOfTheHandshake() throws Exception {
        assertRefused(() -> client.authenticateBasic("ada", "secret"), "wrong user name or password");
        client.authenticateBasic("ada", "secret of ada");
        assertThat(identity(client)).isEqualTo("ada");
        assertThat(identityOfAStream(client)).isEqualTo("ada");
        try (FlightClient other = builder().build()) {
            other.authenticate(new BasicClientAuthHandler("bob", "secret of bob"));
            assertThat(identity(other)).isEqualTo("bob");
        }
    }

    @Test
    void aTokenThatNobodyIssued() {
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert("auth-token-bin", Parade.bytes("invented"));
        assertRefused(() -> identity(client, new HeaderCallOption(headers)), "is not good");
    }
}
