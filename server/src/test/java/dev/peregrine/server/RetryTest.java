package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightClientBuilder;
import dev.peregrine.client.FlightPut;
import dev.peregrine.client.RetryPolicy;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.testing.LeakCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Calls that a client makes again, and those that it does not; and calls that wait for their server. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class RetryTest {
    private static final FlightDescriptor ANY = FlightDescriptor.path("any");
    private static final Ticket EARLY = Ticket.of("early");
    private static final Ticket LATE = Ticket.of("late");
    private static final RetryPolicy POLICY =
            RetryPolicy.DEFAULT.maxAttempts(3).backoff(Duration.ofMillis(1), Duration.ofMillis(1));

    /** Fails the first calls of whatever kind. */
    private static final class Failing implements FlightService {
        final AtomicInteger calls = new AtomicInteger();
        private final int failures;
        private final FlightStatusCode code;

        Failing(int failures, FlightStatusCode code) {
            this.failures = failures;
            this.code = code;
        }

        private void mayFail() {
            if (calls.incrementAndGet() <= failures) {
                throw code.exception("not now");
            }
        }

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            mayFail();
            return FlightInfo.of(null, descriptor);
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            mayFail();
            return List.of(new Result(action.body()));
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            if (ticket.equals(EARLY)) {
                mayFail();
            }
            out.begin(Rows.SCHEMA);
            try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                Rows.fill(root, 0, 3);
                out.write(root);
            }
            if (ticket.equals(LATE)) {
                mayFail();
            }
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            while (in.next()) {
                acks.write(in.metadata());
            }
            mayFail();
        }
    }

    private static Duo duo(BufferAllocator memory, FlightService service, UnaryOperator<FlightClientBuilder> options) {
        return Duo.of(memory, service, server -> server, options);
    }

    @Test
    void whatOnlyAsksIsAskedAgain(BufferAllocator memory) {
        Failing service = new Failing(2, FlightStatusCode.UNAVAILABLE);
        try (Duo duo = duo(memory, service, client -> client.retryPolicy(POLICY))) {
            assertThat(duo.client().getFlightInfo(ANY).descriptor()).isEqualTo(ANY);
            assertThat(service.calls).hasValue(3);
        }
    }

    @Test
    void asOftenAsThePolicySays(BufferAllocator memory) {
        Failing service = new Failing(9, FlightStatusCode.UNAVAILABLE);
        try (Duo duo = duo(memory, service, client -> client.retryPolicy(POLICY))) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(ANY)).isInstanceOf(FlightUnavailableException.class);
            assertThat(service.calls).hasValue(3);
            assertThatThrownBy(
                            () -> duo.client().getFlightInfo(ANY, CallOptions.NONE.retryPolicy(POLICY.maxAttempts(2))))
                    .isInstanceOf(FlightUnavailableException.class);
            assertThat(service.calls).as("the call's own policy").hasValue(5);
        }
    }

    @Test
    void onlyAfterTheFailuresThatItNames(BufferAllocator memory) {
        Failing service = new Failing(9, FlightStatusCode.INTERNAL);
        try (Duo duo = duo(memory, service, client -> client.retryPolicy(POLICY))) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(ANY)).hasMessageContaining("not now");
            assertThat(service.calls).hasValue(1);
            RetryPolicy internal = POLICY.codes(Set.of(FlightStatusCode.INTERNAL));
            assertThatThrownBy(() -> duo.client().getFlightInfo(ANY, CallOptions.NONE.retryPolicy(internal)))
                    .hasMessageContaining("not now");
            assertThat(service.calls).hasValue(4);
        }
    }

    @Test
    void anActionOnlyIfTheCallerSaysSo(BufferAllocator memory) {
        Failing service = new Failing(1, FlightStatusCode.UNAVAILABLE);
        try (Duo duo = duo(memory, service, client -> client.retryPolicy(POLICY))) {
            Action action = new Action("any", new byte[] {1});
            assertThatThrownBy(() -> duo.client().doAction(action).toList())
                    .isInstanceOf(FlightUnavailableException.class);
            assertThat(service.calls).hasValue(1);
            service.calls.set(0);
            assertThat(duo.client()
                            .doAction(action, CallOptions.NONE.retryPolicy(POLICY))
                            .toList())
                    .hasSize(1);
            assertThat(service.calls).hasValue(2);
        }
    }

    @Test
    void aGetUntilItsFirstMessage(BufferAllocator memory) {
        Failing service = new Failing(1, FlightStatusCode.UNAVAILABLE);
        try (Duo duo = duo(memory, service, client -> client.retryPolicy(POLICY))) {
            try (FlightStreamReader reader = duo.client().doGet(EARLY)) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.root().getRowCount()).isEqualTo(3);
                assertThat(reader.next()).isFalse();
            }
            service.calls.set(0);
            try (FlightStreamReader reader = duo.client().doGet(LATE)) {
                assertThat(reader.next()).isTrue();
                assertThatThrownBy(reader::next).isInstanceOf(FlightUnavailableException.class);
            }
            assertThat(service.calls).hasValue(1);
        }
    }

    @Test
    void aPutIsNotMadeAgain(BufferAllocator memory) {
        Failing service = new Failing(1, FlightStatusCode.UNAVAILABLE);
        try (Duo duo = duo(memory, service, client -> client.retryPolicy(POLICY));
                VectorSchemaRoot root = Rows.root(memory)) {
            Rows.fill(root, 0, 2);
            FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA);
            put.writer().write(root);
            put.writer().doneWriting();
            assertThatThrownBy(put::close).isInstanceOf(FlightUnavailableException.class);
            assertThat(service.calls).hasValue(1);
        }
    }

    @Test
    void aServiceConfigSaysItByMethod(BufferAllocator memory) {
        String config = """
                {"methodConfig": [
                  {"name": [{"service": "arrow.flight.protocol.FlightService", "method": "DoAction"}],
                   "maxRequestMessageBytes": 100, "maxResponseMessageBytes": 50,
                   "retryPolicy": {"maxAttempts": 2, "initialBackoff": "0.001s", "maxBackoff": "0.001s",
                                   "backoffMultiplier": 1, "retryableStatusCodes": ["UNAVAILABLE"]}}]}""";
        Failing service = new Failing(1, FlightStatusCode.UNAVAILABLE);
        try (Duo duo = duo(memory, service, client -> client.serviceConfig(config))) {
            FlightClient client = duo.client();
            assertThat(client.doAction("any", new byte[10]).toList()).hasSize(1);
            assertThat(service.calls).hasValue(2);
            assertThatThrownBy(() -> client.doAction("any", new byte[200]).toList())
                    .isInstanceOf(FlightResourceExhaustedException.class)
                    .hasMessageContaining("but the call may send 100 at most");
            assertThatThrownBy(() -> client.doAction("any", new byte[60]).toList())
                    .isInstanceOf(FlightResourceExhaustedException.class);
        }
    }

    @Test
    void aServiceConfigsTimeoutHoldsUnlessTheCallsIsShorter(BufferAllocator memory) {
        String config = "{\"methodConfig\": [{\"name\": [{}], \"timeout\": \"0.2s\"}]}";
        CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
        FlightService service = new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                call.onCancel(() -> cancelled.complete(true));
                assertThat(cancelled.orTimeout(50, TimeUnit.SECONDS).join()).isTrue();
                return FlightInfo.of(null, descriptor);
            }
        };
        try (Duo duo = duo(memory, service, client -> client.serviceConfig(config))) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(ANY, CallOptions.of(Duration.ofMinutes(1))))
                    .isInstanceOf(FlightTimedOutException.class);
        }
    }

    @Test
    void aCallMayWaitForItsServer(BufferAllocator memory, @TempDir Path folder) throws Exception {
        String location = "grpc+unix://" + folder.resolve("s");
        Failing service = new Failing(0, FlightStatusCode.UNAVAILABLE);
        try (FlightClient client =
                FlightClient.builder(location).allocator(memory).build()) {
            assertThatThrownBy(() -> client.getFlightInfo(ANY)).isInstanceOf(FlightUnavailableException.class);
            CompletableFuture<FlightInfo> info = client.async().getFlightInfo(ANY, CallOptions.NONE.waitForReady(true));
            try (FlightServer server = FlightServer.builder(location, service)
                    .allocator(memory)
                    .drain(Duration.ZERO)
                    .start()) {
                assertThat(info.get(50, TimeUnit.SECONDS).descriptor()).isEqualTo(ANY);
                assertThat(server.location().uri()).isEqualTo(location);
            }
        }
    }
}
