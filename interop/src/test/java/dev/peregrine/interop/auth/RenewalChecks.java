package dev.peregrine.interop.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.client.HeaderPair;
import dev.peregrine.client.ResponseMetadata;
import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.client.auth.RenewedBearer;
import dev.peregrine.interop.parade.Parade;
import dev.peregrine.interop.parade.PeerServer;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.testing.LeakCheck;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A client of ours with a server of the parade that issues bearer tokens for passwords, "secret of" the user, and may forget
 * them all.
 */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class RenewalChecks {
    abstract Location server();

    /** Has the server take none of the tokens any more that it has issued. */
    abstract void forgetTokens();

    private FlightClient client(BufferAllocator allocator) {
        return FlightClient.builder(server()).allocator(allocator).build();
    }

    @Test
    void aPasswordForABearerToken(BufferAllocator allocator) {
        try (FlightClient client = client(allocator)) {
            assertThatThrownBy(() -> PeerServer.act(client, "echo", "x"))
                    .isInstanceOf(FlightUnauthenticatedException.class);
            assertThatThrownBy(() -> client.authenticateBasicToken("ada", "secret"))
                    .isInstanceOf(FlightUnauthenticatedException.class);
            HeaderPair bearer = client.authenticateBasicToken("ada", "secret of ada");
            assertThat(bearer.name()).isEqualTo("authorization");
            assertThat(bearer.value()).startsWith("Bearer ");
            assertThat(PeerServer.act(client, "echo", "x", CallOptions.of(bearer)))
                    .containsExactly("x");
            HeaderPair another = client.authenticateBasicToken("ada", "secret of ada");
            assertThat(another.value()).isNotEqualTo(bearer.value());
            forgetTokens();
            assertThatThrownBy(() -> PeerServer.act(client, "echo", "x", CallOptions.of(bearer)))
                    .isInstanceOf(FlightUnauthenticatedException.class);
        }
    }

    @Test
    void aPasswordWithAnyCallIsAnsweredWithAToken(BufferAllocator allocator) {
        try (FlightClient client = client(allocator)) {
            ResponseMetadata response = new ResponseMetadata();
            CallOptions password = CallOptions.NONE.credentials(CallCredentials.basic("ada", "secret of ada"));
            assertThat(PeerServer.act(client, "echo", "x", password.response(response)))
                    .containsExactly("x");
            String bearer = response.headers().get("authorization");
            assertThat(bearer).startsWith("Bearer ");
            CallCredentials token = CallCredentials.bearer(bearer.substring("Bearer ".length()));
            assertThat(PeerServer.act(client, "echo", "y", CallOptions.NONE.credentials(token)))
                    .containsExactly("y");
        }
    }

    /** A client whose tokens come from the server itself, and how many it has fetched. */
    private static final class Renewing implements AutoCloseable {
        final AtomicInteger fetched = new AtomicInteger();
        final FlightClient client;

        Renewing(Location server, BufferAllocator allocator) {
            AtomicReference<FlightClient> self = new AtomicReference<>();
            client = FlightClient.builder(server)
                    .allocator(allocator)
                    .credentials(new RenewedBearer(() -> {
                        fetched.incrementAndGet();
                        String value = self.get()
                                .authenticateBasicToken("ada", "secret of ada")
                                .value();
                        return new RenewedBearer.Token(value.substring("Bearer ".length()), null);
                    }))
                    .build();
            self.set(client);
        }

        @Override
        public void close() {
            client.close();
        }
    }

    @Test
    void aTokenThatTheServerForgetsIsRenewed(BufferAllocator allocator) {
        try (Renewing renewing = new Renewing(server(), allocator)) {
            assertThat(PeerServer.act(renewing.client, "echo", "1")).containsExactly("1");
            assertThat(PeerServer.act(renewing.client, "echo", "2")).containsExactly("2");
            assertThat(renewing.fetched).hasValue(1);
            forgetTokens();
            assertThat(PeerServer.act(renewing.client, "echo", "3"))
                    .as("made once more")
                    .containsExactly("3");
            assertThat(renewing.fetched).hasValue(2);
        }
    }

    @Test
    void aStreamIsAskedForOnceMore(BufferAllocator allocator) {
        try (Renewing renewing = new Renewing(server(), allocator)) {
            assertThat(renewing.client.getFlightInfo(FlightDescriptor.path("ints")))
                    .isNotNull();
            forgetTokens();
            try (FlightStreamReader reader = renewing.client.doGet(Ticket.of("ints"))) {
                for (int n = 0; n < Parade.BATCHES; n++) {
                    assertThat(reader.next()).isTrue();
                    Parade.assertInts(reader.root(), n);
                }
                assertThat(reader.next()).isFalse();
            }
            assertThat(renewing.fetched).hasValue(2);
        }
    }

    @Test
    void aPutIsMadeOnceMoreWithWhatItHasSent(BufferAllocator allocator) {
        try (Renewing renewing = new Renewing(server(), allocator)) {
            assertThat(PeerServer.act(renewing.client, "echo", "1")).containsExactly("1");
            forgetTokens();
            try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator);
                    FlightPut put = renewing.client.doPut(FlightDescriptor.path("compare"), Parade.INTS)) {
                for (int n = 0; n < Parade.BATCHES; n++) {
                    Parade.fillInts(root, n);
                    put.writer().write(root);
                }
                put.writer().doneWriting();
                assertThat(Parade.text(put.metadataReader().read().metadata())).isEqualTo("equal");
            }
            assertThat(renewing.fetched).hasValue(2);
        }
    }
}
