package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.PeerServer.act;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.ClientAuthHandler;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.HeaderPair;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import org.junit.jupiter.api.Test;

/** Both kinds of authentication with a peer, and TLS. */
interface AuthChecks extends PeerServer {
    @Test
    default void authenticate() {
        try (FlightClient client = connect(handshake())) {
            assertThatThrownBy(() -> act(client, "identity", "")).isInstanceOf(FlightUnauthenticatedException.class);
            client.authenticate(ClientAuthHandler.basic("ada", "secret of ada"));
            assertThat(act(client, "identity", "")).containsExactly("ada");
        }
    }

    @Test
    default void authenticateWithAWrongPassword() {
        try (FlightClient client = connect(handshake())) {
            assertThatThrownBy(() -> client.authenticate(ClientAuthHandler.basic("ada", "wrong")))
                    .isInstanceOf(FlightUnauthenticatedException.class);
        }
    }

    @Test
    default void authenticateBasicToken() {
        try (FlightClient client = connect(basic())) {
            assertThatThrownBy(() -> act(client, "echo", "x")).isInstanceOf(FlightUnauthenticatedException.class);
            HeaderPair bearer = client.authenticateBasicToken("ada", "secret of ada");
            assertThat(bearer.name()).isEqualTo("authorization");
            assertThat(bearer.value()).isEqualTo("Bearer token for ada");
            assertThat(act(client, "echo", "x", CallOptions.of(bearer))).containsExactly("x");
        }
    }

    @Test
    default void authenticateBasicTokenWithAWrongPassword() {
        try (FlightClient client = connect(basic())) {
            assertThatThrownBy(() -> client.authenticateBasicToken("ada", "wrong"))
                    .isInstanceOf(FlightUnauthenticatedException.class);
        }
    }

    @Test
    default void tlsWithKnownCertificate() {
        try (FlightClient client = FlightClient.builder(tls())
                .allocator(allocator())
                .tlsRootCerts(certificate().certChain())
                .build()) {
            assertThat(act(client, "echo", "x")).containsExactly("x");
            try (FlightStreamReader reader = client.doGet(Ticket.of("big:131072,16"))) {
                for (int n = 0; n < 16; n++) {
                    assertThat(reader.next()).isTrue();
                    Parade.assertBig(reader.root(), 131072, n);
                }
                assertThat(reader.next()).isFalse();
            }
        }
    }

    @Test
    default void tlsWithoutVerification() {
        try (FlightClient client = FlightClient.builder(tls())
                .allocator(allocator())
                .disableServerVerification(true)
                .build()) {
            assertThat(act(client, "echo", "x")).containsExactly("x");
        }
    }

    @Test
    default void tlsWithUnknownCertificate() {
        try (FlightClient client = connect(tls())) {
            assertThatThrownBy(() -> act(client, "echo", "x")).isInstanceOf(FlightUnavailableException.class);
        }
    }
}
