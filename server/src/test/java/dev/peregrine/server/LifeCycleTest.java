package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Servers and clients that come and go. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class LifeCycleTest {
    /** Answers an action with its body, a get with one batch once {@code go} is open. */
    private static final class Gated implements FlightService {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(new Result(action.body()));
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            begun.countDown();
            try {
                go.await();
                interrupted.complete(false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
                return;
            }
            try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                out.begin(Rows.SCHEMA);
                Rows.fill(root, 0, 10);
                out.write(root);
            }
        }
    }

    private static List<String> get(FlightClient client) {
        List<String> rows = new ArrayList<>();
        try (FlightStreamReader reader = client.doGet(Ticket.of("t"))) {
            while (reader.next()) {
                rows.addAll(Rows.read(reader.root()));
            }
        }
        return rows;
    }

    @Test
    void shutdownLetsRunningCallsEnd(BufferAllocator memory) throws Exception {
        Gated service = new Gated();
        try (Duo duo = Duo.of(memory, service)) {
            CompletableFuture<List<String>> rows = CompletableFuture.supplyAsync(() -> get(duo.client()));
            assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> shutdown =
                    CompletableFuture.runAsync(() -> duo.server().shutdown(Duration.ofSeconds(20)));
            // New calls are refused while the old one still runs.
            assertThatThrownBy(() -> {
                        while (true) {
                            duo.client().doAction("echo", new byte[] {1}).toList();
                        }
                    })
                    .isInstanceOf(FlightUnavailableException.class);
            service.go.countDown();
            assertThat(rows.get(20, TimeUnit.SECONDS)).isEqualTo(Rows.expected(0, 10));
            shutdown.get(20, TimeUnit.SECONDS);
            duo.server().awaitTermination();
            assertThat(service.interrupted.get()).isFalse();
        }
    }

    @Test
    void shutdownInterruptsWhatDoesNotEnd(BufferAllocator memory) throws Exception {
        Gated service = new Gated();
        try (Duo duo = Duo.of(memory, service)) {
            CompletableFuture<List<String>> rows = CompletableFuture.supplyAsync(() -> get(duo.client()));
            assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
            duo.server().shutdown(Duration.ofMillis(100));
            assertThat(service.interrupted.get(1, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> rows.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(FlightException.class);
            duo.server().close();
        }
    }

    @Test
    void aClientReconnectsToARestartedServer(BufferAllocator memory) {
        FlightServer first = FlightServer.builder("grpc://localhost:0", new Gated())
                .allocator(memory)
                .start();
        Location location = first.location();
        try (FlightClient client =
                FlightClient.builder(location).allocator(memory).build()) {
            assertThat(client.doAction("echo", new byte[] {1}).toList()).containsExactly(new Result(new byte[] {1}));
            first.close();
            assertThatThrownBy(() -> client.doAction("echo", new byte[] {1}).toList())
                    .isInstanceOf(FlightUnavailableException.class)
                    .hasMessageContaining("" + first.port());
            try (FlightServer second = FlightServer.builder(location, new Gated())
                    .allocator(memory)
                    .start()) {
                assertThat(second.location()).isEqualTo(location);
                client.waitForAvailable(Duration.ofSeconds(20));
                assertThat(client.doAction("echo", new byte[] {2}).toList())
                        .containsExactly(new Result(new byte[] {2}));
            }
        }
    }

    @Test
    void aPortThatIsTakenIsSaidSo(BufferAllocator memory) throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            String address = "0.0.0.0:" + taken.getLocalPort();
            assertThatThrownBy(() -> FlightServer.builder("grpc://" + address, new Gated())
                            .allocator(memory)
                            .start())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("Cannot listen on " + address + ": Address already in use");
        }
    }

    @Test
    void aUnixSocketServesToo(@TempDir Path folder, BufferAllocator memory) {
        Path socket = folder.resolve("flight.sock");
        Gated service = new Gated();
        service.go.countDown();
        Location location = Location.unix(socket.toString());
        try (FlightServer server = FlightServer.builder(location, service)
                        .allocator(memory)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(memory)
                        .build()) {
            assertThat(server.location()).isEqualTo(location);
            assertThat(server.port()).isEqualTo(-1);
            assertThat(get(client)).isEqualTo(Rows.expected(0, 10));
        }
        assertThat(Files.exists(socket)).isFalse();
    }

    @Test
    void oneCallTooManyIsRefused(BufferAllocator memory) throws Exception {
        Gated service = new Gated();
        try (Duo duo = Duo.of(memory, service, server -> server.maxConcurrentCalls(1), client -> client);
                FlightClient other = FlightClient.builder(duo.server().location())
                        .allocator(memory)
                        .build()) {
            CompletableFuture<List<String>> rows = CompletableFuture.supplyAsync(() -> get(duo.client()));
            assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> get(other))
                    .isInstanceOf(FlightResourceExhaustedException.class)
                    .hasMessageContaining("1 calls");
            service.go.countDown();
            assertThat(rows.get(20, TimeUnit.SECONDS)).hasSize(10);
        }
    }

    @Test
    void aMessageAboveTheLimitFailsItsCallOnly(BufferAllocator memory) {
        try (Duo duo = Duo.of(
                memory,
                new Gated(),
                server -> server.maxInboundMessageSize(1000),
                client -> client.maxInboundMessageSize(500))) {
            assertThatThrownBy(
                            () -> duo.client().doAction("echo", new byte[2000]).toList())
                    .isInstanceOf(FlightResourceExhaustedException.class);
            assertThatThrownBy(
                            () -> duo.client().doAction("echo", new byte[800]).toList())
                    .isInstanceOf(FlightResourceExhaustedException.class);
            assertThat(duo.client().doAction("echo", new byte[100]).toList()).hasSize(1);
        }
    }

    @Test
    void theServiceRunsOnTheExecutorGiven(BufferAllocator memory) {
        ExecutorService mine = Executors.newSingleThreadExecutor(task -> new Thread(task, "mine"));
        List<String> names = new ArrayList<>();
        FlightService service = new FlightService() {
            @Override
            public Iterable<Result> doAction(ServerCall call, Action action) {
                names.add(Thread.currentThread().getName());
                return List.of();
            }
        };
        try (Duo duo = Duo.of(memory, service, server -> server.executor(mine), client -> client)) {
            duo.client().doAction(new Action("a")).toList();
        } finally {
            mine.shutdown();
        }
        try (Duo duo = Duo.of(memory, service)) {
            duo.client().doAction(new Action("a")).toList();
        }
        assertThat(names).hasSize(2).first().isEqualTo("mine");
        assertThat(names.get(1)).startsWith("peregrine-service-");
    }

    @Test
    void anExecutorThatRefusesFailsTheCall(BufferAllocator memory) {
        Executor full = task -> {
            throw new java.util.concurrent.RejectedExecutionException("full");
        };
        try (Duo duo = Duo.of(memory, new Gated(), server -> server.executor(full), client -> client)) {
            assertThatThrownBy(() -> get(duo.client())).isInstanceOf(FlightResourceExhaustedException.class);
        }
    }

    @Test
    void waitingForAServerThatComesLater(BufferAllocator memory) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (FlightClient client = FlightClient.builder(Location.tcp("localhost", port))
                .allocator(memory)
                .build()) {
            assertThatThrownBy(() -> client.waitForAvailable(Duration.ofMillis(200)))
                    .isInstanceOf(FlightUnavailableException.class)
                    .hasMessageContaining("200 ms")
                    .hasMessageContaining("" + port);
            CompletableFuture<Void> available =
                    CompletableFuture.runAsync(() -> client.waitForAvailable(Duration.ofSeconds(20)));
            // Its ListFlights is UNIMPLEMENTED, which is an answer.
            try (FlightServer server = FlightServer.builder(Location.tcp("localhost", port), new FlightService() {})
                    .allocator(memory)
                    .start()) {
                available.get(20, TimeUnit.SECONDS);
                client.waitForAvailable();
            }
        }
    }

    @Test
    void waitingForAServerThatDoesNotAnswer(BufferAllocator memory) {
        CountDownLatch never = new CountDownLatch(1);
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public Iterable<FlightInfo> listFlights(ServerCall call, dev.peregrine.protocol.Criteria criteria) {
                call.onCancel(never::countDown);
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return List.of();
            }
        })) {
            assertThatThrownBy(() -> duo.client().waitForAvailable(Duration.ofMillis(300)))
                    .isInstanceOf(FlightTimedOutException.class)
                    .hasMessageContaining("300 ms");
        }
    }

    @Test
    void closingTheClientEndsTheWait(BufferAllocator memory) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        FlightClient client = FlightClient.builder(Location.tcp("localhost", port))
                .allocator(memory)
                .build();
        CompletableFuture<Void> waiting =
                CompletableFuture.runAsync(() -> client.waitForAvailable(Duration.ofSeconds(30)));
        client.close();
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).satisfies(e -> assertThat(e.getCause())
                .isInstanceOfAny(FlightException.class, IllegalStateException.class));
    }

    @Test
    void aTimeoutOfZeroIsOver(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Gated())) {
            assertThatThrownBy(
                            () -> duo.client().getFlightInfo(FlightDescriptor.path("x"), CallOptions.of(Duration.ZERO)))
                    .isInstanceOf(FlightTimedOutException.class);
        }
    }
}
