package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.ClientAuthHandler;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightIterable;
import dev.peregrine.client.FlightPut;
import dev.peregrine.client.middleware.CallInfo;
import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.testing.LeakCheck;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What middleware sees of a client's calls, and what it can do to them. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ClientMiddlewareTest {
    /** Notes each step in the words {@code name method step}. */
    private record Notes(BlockingQueue<String> steps, String name) implements ClientMiddleware.Factory {
        @Override
        public ClientMiddleware startCall(CallInfo call) {
            steps.add(name + " start " + call.method());
            return new ClientMiddleware() {
                @Override
                public void sendingHeaders(CallHeaders headers) {
                    steps.add(name + " sends");
                    headers.add("x-" + name, "from " + name).add("x-" + name + "-bin", new byte[] {0, -1});
                }

                @Override
                public void receivedHeaders(CallHeaders headers) {
                    steps.add(name + " headers " + headers.get("x-answer"));
                }

                @Override
                public void receivedTrailers(CallHeaders trailers) {
                    steps.add(name + " trailers " + trailers.get("x-last"));
                }

                @Override
                public void completed(@Nullable FlightException failure) {
                    steps.add(name + " completed " + (failure == null ? "well" : failure.status()));
                }
            };
        }
    }

    /** Answers with headers and trailers, and says which headers came. */
    private static final class Service implements FlightService {
        final BlockingQueue<CallHeaders> headers = new LinkedBlockingQueue<>();
        final CountDownLatch cancelled = new CountDownLatch(1);

        private void answer(ServerCall call) {
            headers.add(call.headers());
            call.addHeader("x-answer", "1");
            call.addTrailer("x-last", "2");
        }

        @Override
        public void handshake(ServerCall call, HandshakeStream stream) {
            answer(call);
            while (stream.read() != null) {
                stream.write(new byte[] {1});
            }
        }

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            answer(call);
            return descriptor.command().length > 0 ? null : FlightInfo.of(null, descriptor);
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            answer(call);
            return List.of(Result.of("a"), Result.of("b"));
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            answer(call);
            call.onCancel(cancelled::countDown);
            try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                out.begin(Rows.SCHEMA);
                Rows.fill(root, 0, 10);
                do {
                    out.write(root);
                } while (ticket.equals(Ticket.of("endless")));
            }
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            answer(call);
            while (in.next()) {
                acks.write(new byte[] {1});
            }
        }

        @Override
        public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
            answer(call);
            while (in.next()) {
                out.writeMetadata(in.metadata());
            }
        }
    }

    private final BlockingQueue<String> steps = new LinkedBlockingQueue<>();
    private final Service service = new Service();

    private Duo duo(BufferAllocator memory, ClientMiddleware.Factory... factories) {
        return Duo.of(memory, service, server -> server, client -> {
            for (ClientMiddleware.Factory factory : factories) {
                client.middleware(factory);
            }
            return client;
        });
    }

    private List<String> taken() {
        List<String> all = new ArrayList<>();
        steps.drainTo(all);
        return all;
    }

    private static final String[] WELL = {"a headers 1", "a trailers 2", "a completed well"};

    private static String[] all(String method) {
        return new String[] {"a start " + method, "a sends", WELL[0], WELL[1], WELL[2]};
    }

    @Test
    void eachStepInTheOrderOfTheFactories(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, new Notes(steps, "a"), call -> null, new Notes(steps, "b"))) {
            duo.client().getFlightInfo(FlightDescriptor.path("p"), CallOptions.NONE.header("x-own", "0"));
            assertThat(taken())
                    .containsExactly(
                            "a start GetFlightInfo",
                            "b start GetFlightInfo",
                            "a sends",
                            "b sends",
                            "a headers 1",
                            "b headers 1",
                            "a trailers 2",
                            "b trailers 2",
                            "a completed well",
                            "b completed well");
            CallHeaders sent = service.headers.take();
            assertThat(sent.get("x-own")).isEqualTo("0");
            assertThat(sent.get("x-a")).isEqualTo("from a");
            assertThat(sent.getBinary("x-b-bin")).containsExactly(0, -1);
        }
    }

    @Test
    void everyKindOfCall(BufferAllocator memory) {
        try (Duo duo = duo(memory, new Notes(steps, "a"))) {
            FlightClient client = duo.client();
            client.authenticate(new ClientAuthHandler() {
                @Override
                public void authenticate(HandshakeStream stream) {
                    stream.write(new byte[] {7});
                    stream.read();
                }

                @Override
                public byte[] token() {
                    return new byte[] {1};
                }
            });
            assertThat(taken()).containsExactly(all("Handshake"));
            assertThat(client.doAction("act").toList()).hasSize(2);
            assertThat(taken()).containsExactly(all("DoAction"));
            try (FlightStreamReader reader = client.doGet(Ticket.of("one"))) {
                assertThat(reader.next()).isTrue();
                assertThat(steps).contains(WELL[0]);
                assertThat(reader.next()).isFalse();
            }
            assertThat(taken()).containsExactly(all("DoGet"));
            try (FlightPut put = client.doPut(FlightDescriptor.path("p"), Rows.SCHEMA)) {
                put.writer().doneWriting();
                assertThat(put.metadataReader().read()).isNull();
                assertThat(taken()).containsExactly(all("DoPut"));
            }
            try (FlightExchange exchange = client.doExchange(FlightDescriptor.path("p"))) {
                exchange.writer().writeMetadata(new byte[] {1});
                exchange.writer().doneWriting();
            }
            assertThat(taken()).containsExactly(all("DoExchange"));
        }
    }

    @Test
    void anErrorBringsItsHeadersAndTrailers(BufferAllocator memory) {
        try (Duo duo = duo(memory, new Notes(steps, "a"))) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(FlightDescriptor.command("none")))
                    .isInstanceOf(FlightNotFoundException.class);
            assertThat(taken())
                    .containsExactly(
                            "a start GetFlightInfo", "a sends", "a headers 1", "a trailers 2", "a completed NOT_FOUND");
        }
    }

    @Test
    void aFutureIsDoneAfterTheMiddleware(BufferAllocator memory) throws Exception {
        try (Duo duo = duo(memory, new Notes(steps, "a"))) {
            CompletableFuture<List<String>> seen = duo.client()
                    .async()
                    .getFlightInfo(FlightDescriptor.path("p"))
                    .thenApply(info -> taken());
            assertThat(seen.get(30, TimeUnit.SECONDS)).containsExactly(all("GetFlightInfo"));
        }
    }

    /** flight-core says it twice. */
    @Test
    void aCancelledCallIsCompletedOnce(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, new Notes(steps, "a"))) {
            FlightStreamReader reader = duo.client().doGet(Ticket.of("endless"));
            assertThat(reader.next()).isTrue();
            reader.cancel();
            assertThatThrownBy(() -> {
                        while (reader.next()) {
                            // What had come before.
                        }
                    })
                    .isInstanceOf(FlightCancelledException.class);
            reader.close();
            assertThat(service.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
            duo.client().getFlightInfo(FlightDescriptor.path("p"));
            assertThat(taken())
                    .containsExactly(
                            "a start DoGet",
                            "a sends",
                            "a headers 1",
                            "a completed CANCELLED",
                            "a start GetFlightInfo",
                            "a sends",
                            "a headers 1",
                            "a trailers 2",
                            "a completed well");
        }
    }

    @Test
    void aCallThatNobodyReadsIsCompleted(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, new Notes(steps, "a"))) {
            try (FlightIterable<Result> unread = duo.client().doAction("act")) {
                assertThat(unread).isNotNull();
            }
            String last = "";
            for (String step; !last.contains("completed") && (step = steps.poll(30, TimeUnit.SECONDS)) != null; ) {
                last = step;
            }
            // The answer may have been there before the cancellation.
            assertThat(last).isIn("a completed CANCELLED", "a completed well");
        }
    }

    @Test
    void aCallThatNeverConnectsIsCompleted(BufferAllocator memory) throws Exception {
        Location nowhere;
        try (ServerSocket closed = new ServerSocket()) {
            closed.bind(new InetSocketAddress("127.0.0.1", 0));
            nowhere = Location.tcp("127.0.0.1", closed.getLocalPort());
        }
        try (FlightClient client = FlightClient.builder(nowhere)
                .allocator(memory)
                .middleware(new Notes(steps, "a"))
                .build()) {
            assertThatThrownBy(() -> client.getFlightInfo(FlightDescriptor.path("p")))
                    .isInstanceOf(FlightUnavailableException.class);
            assertThat(taken()).containsExactly("a start GetFlightInfo", "a sends", "a completed UNAVAILABLE");
        }
    }

    /** Fails one step. */
    private record Failing(String step, RuntimeException with) implements ClientMiddleware.Factory {
        private void reach(String reached) {
            if (step.equals(reached)) {
                throw with;
            }
        }

        @Override
        public ClientMiddleware startCall(CallInfo call) {
            reach("start");
            return new ClientMiddleware() {
                @Override
                public void sendingHeaders(CallHeaders headers) {
                    reach("sends");
                    if (step.equals("badHeader")) {
                        headers.add("grpc-timeout", "1S");
                    }
                }

                @Override
                public void receivedHeaders(CallHeaders headers) {
                    reach("headers");
                }

                @Override
                public void receivedTrailers(CallHeaders trailers) {
                    reach("trailers");
                }

                @Override
                public void completed(@Nullable FlightException failure) {
                    reach("completed");
                }
            };
        }
    }

    @Test
    void aCallCanBeRefusedBeforeItStarts(BufferAllocator memory) {
        FlightException refusal = FlightUnauthenticatedException.of("no key at hand");
        try (Duo duo = duo(memory, new Notes(steps, "a"), new Failing("start", refusal), new Notes(steps, "b"))) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(FlightDescriptor.path("p")))
                    .isSameAs(refusal);
            assertThat(taken()).containsExactly("a start GetFlightInfo", "a completed UNAUTHENTICATED");
        }
        try (Duo duo = duo(memory, new Notes(steps, "a"), new Failing("sends", refusal), new Notes(steps, "b"))) {
            CompletableFuture<FlightInfo> later = duo.client().async().getFlightInfo(FlightDescriptor.path("p"));
            assertThatThrownBy(() -> later.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCause(refusal);
            assertThat(taken())
                    .containsExactly(
                            "a start GetFlightInfo",
                            "b start GetFlightInfo",
                            "a sends",
                            "a completed UNAUTHENTICATED",
                            "b completed UNAUTHENTICATED");
        }
        assertThat(service.headers).isEmpty();
    }

    @Test
    void aHeaderThatTheWireDoesNotAllowRefusesTheCall(BufferAllocator memory) {
        try (Duo duo =
                duo(memory, new Notes(steps, "a"), new Failing("badHeader", FlightInternalException.of("unused")))) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(FlightDescriptor.path("p")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("grpc-timeout");
            assertThat(taken()).containsExactly("a start GetFlightInfo", "a sends", "a completed INTERNAL");
        }
    }

    /** Without a stack trace, which would fill the log. */
    private static final class Deliberate extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Deliberate(String message) {
            super(message, null, false, false);
        }
    }

    @Test
    void whatFailsOnTheWayBackHasNoEffect(BufferAllocator memory) {
        for (String step : List.of("headers", "trailers", "completed")) {
            try (Duo duo = duo(memory, new Failing(step, new Deliberate(step)), new Notes(steps, "a"))) {
                assertThat(duo.client()
                                .getFlightInfo(FlightDescriptor.path("p"))
                                .descriptor())
                        .isEqualTo(FlightDescriptor.path("p"));
                assertThat(taken()).as(step).containsExactly(all("GetFlightInfo"));
            }
        }
    }

    @Test
    void aMethodOnTheWayBackMayCallTheSameClient(BufferAllocator memory) throws Exception {
        CompletableFuture<FlightClient> client = new CompletableFuture<>();
        CompletableFuture<String> inner = new CompletableFuture<>();
        ClientMiddleware.Factory calling = call -> !call.method().equals("GetFlightInfo")
                ? null
                : new ClientMiddleware() {
                    @Override
                    public void completed(@Nullable FlightException failure) {
                        inner.complete(
                                client.join().doAction("within").toList().get(0).toString());
                    }
                };
        try (Duo duo = duo(memory, calling)) {
            client.complete(duo.client());
            duo.client().getFlightInfo(FlightDescriptor.path("p"));
            assertThat(inner).isDone();
            assertThat(inner.get()).isEqualTo(Result.of("a").toString());
        }
    }
}
