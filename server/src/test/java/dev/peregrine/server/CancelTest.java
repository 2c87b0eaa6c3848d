package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls that are given up: by the client, by its deadline, by an interrupt, by closing either end. Nothing may be left. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CancelTest {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private static final FlightDescriptor ANY = FlightDescriptor.path("any");

    /** Sends or receives without end, and notes how each method ended. */
    private static final class Endless implements FlightService {
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch cancelAction = new CountDownLatch(1);
        final CompletableFuture<Throwable> end = new CompletableFuture<>();
        final CompletableFuture<Boolean> cancelled = new CompletableFuture<>();

        private void noting(ServerCall call, Runnable body) {
            call.onCancel(cancelAction::countDown);
            begun.countDown();
            try {
                body.run();
                end.complete(new AssertionError("ended by itself"));
            } catch (Throwable e) {
                cancelled.complete(call.isCancelled());
                end.complete(e);
                throw e;
            }
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            noting(call, () -> {
                try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                    out.begin(Rows.SCHEMA);
                    for (int i = 0; ; i++) {
                        Rows.fill(root, i, 20_000);
                        out.write(root);
                    }
                }
            });
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            noting(call, () -> {
                while (in.next()) {
                    acks.write(in.metadata());
                }
            });
        }

        @Override
        public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
            noting(call, in::next);
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            noting(call, () -> {
                try {
                    cancelAction.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException("interrupted", e);
                }
                throw FlightCancelledException.of("nobody waits");
            });
            return List.of();
        }

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            doAction(call, new Action("wait"));
            return null;
        }

        void assertCancelled() throws Exception {
            assertThat(end.get(20, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
            assertThat(cancelled.get(20, TimeUnit.SECONDS)).isTrue();
            assertThat(cancelAction.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void closingAReaderStopsTheServersWriter(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service)) {
            try (FlightStreamReader reader = duo.client().doGet(Ticket.of("t"))) {
                assertThat(reader.next()).isTrue();
            }
            service.assertCancelled();
        }
    }

    @Test
    void aReaderThatNeverReadIsClosed(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service)) {
            FlightStreamReader reader = duo.client().doGet(Ticket.of("t"));
            assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
            reader.close();
            service.assertCancelled();
        }
    }

    @Test
    void cancelWakesAReaderInAnotherThread(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service);
                FlightExchange exchange = duo.client().doExchange(ANY)) {
            CompletableFuture<Throwable> woken = new CompletableFuture<>();
            Thread reading = new Thread(() -> {
                try {
                    exchange.reader().next();
                } catch (Throwable e) {
                    woken.complete(e);
                }
            });
            reading.start();
            assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
            exchange.reader().cancel();
            assertThat(woken.get(20, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
            reading.join();
            exchange.cancel();
        }
    }

    @Test
    void aPutThatIsCancelledWakesTheServersReader(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service);
                FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA)) {
            assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
            put.cancel();
            service.assertCancelled();
        }
    }

    /** Connected, so that no part of a deadline goes into that and the call is sure to reach the service. */
    private static Duo connected(Duo duo) {
        duo.client().waitForAvailable(Duration.ofSeconds(20));
        return duo;
    }

    @Test
    void theDeadlineOfAUnaryCallPasses(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = connected(Duo.of(memory, service))) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(ANY, CallOptions.of(DEADLINE)))
                    .isInstanceOf(FlightTimedOutException.class)
                    .hasMessageContaining("GetFlightInfo");
            service.assertCancelled();
        }
    }

    @Test
    void theDeadlineOfAStreamPasses(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = connected(Duo.of(memory, service));
                FlightStreamReader reader = duo.client().doGet(Ticket.of("t"), CallOptions.of(DEADLINE))) {
            assertThatThrownBy(() -> {
                        while (reader.next()) {}
                    })
                    .isInstanceOf(FlightTimedOutException.class)
                    .hasMessageContaining("DoGet");
            assertThat(service.end.get(20, TimeUnit.SECONDS)).isInstanceOf(FlightException.class);
        }
    }

    @Test
    void theDeadlineEndsAPutThatNobodyReads(BufferAllocator memory) throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Duo duo = connected(Duo.of(memory, new FlightService() {
                    @Override
                    public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
                        call.onCancel(release::countDown);
                        try {
                            release.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    }
                }));
                VectorSchemaRoot root = Rows.root(memory)) {
            Rows.fill(root, 0, 100_000);
            FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA, CallOptions.of(DEADLINE));
            assertThatThrownBy(() -> {
                        while (true) {
                            put.writer().write(root);
                        }
                    })
                    .isInstanceOf(FlightTimedOutException.class);
            assertThatThrownBy(put::close).isInstanceOf(FlightTimedOutException.class);
            assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** Runs {@code blocking} on a thread, interrupts it once the service has begun, and gives what came out of it. */
    private static Throwable interrupted(Endless service, Runnable blocking) throws Exception {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                blocking.run();
            } catch (Throwable e) {
                thrown.set(e);
            }
            flag.complete(Thread.currentThread().isInterrupted());
        });
        thread.start();
        assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        assertThat(flag.get(20, TimeUnit.SECONDS)).isTrue();
        thread.join();
        return thrown.get();
    }

    @Test
    void interruptingAUnaryCallCancelsIt(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service)) {
            Throwable thrown = interrupted(service, () -> duo.client().getFlightInfo(ANY));
            assertThat(thrown).isInstanceOf(FlightCancelledException.class).hasMessageContaining("interrupted");
            service.assertCancelled();
        }
    }

    @Test
    void interruptingAnIterationCancelsIt(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service)) {
            Throwable thrown = interrupted(
                    service, () -> duo.client().doAction(new Action("wait")).toList());
            assertThat(thrown).isInstanceOf(FlightCancelledException.class);
            service.assertCancelled();
        }
    }

    @Test
    void interruptingAReaderCancelsItsCall(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service)) {
            Throwable thrown = interrupted(service, () -> {
                try (FlightExchange exchange = duo.client().doExchange(ANY)) {
                    exchange.reader().next();
                }
            });
            assertThat(thrown).isInstanceOf(FlightCancelledException.class);
            service.assertCancelled();
        }
    }

    @Test
    void interruptingAWriterCancelsItsCall(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service)) {
            Throwable thrown = interrupted(service, () -> {
                try (VectorSchemaRoot root = Rows.root(memory);
                        FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA)) {
                    Rows.fill(root, 0, 100_000);
                    while (true) {
                        put.writer().write(root);
                    }
                }
            });
            assertThat(thrown).isInstanceOf(FlightCancelledException.class);
            service.assertCancelled();
        }
    }

    @Test
    void interruptingAClosingPutCancelsIt(BufferAllocator memory) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
                call.onCancel(cancelled::countDown);
                while (in.next()) {}
                begun.countDown();
                try {
                    cancelled.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        })) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try (FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA)) {
                    put.writer().doneWriting();
                } catch (Throwable e) {
                    thrown.complete(e);
                }
            });
            thread.start();
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
            assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
            thread.join();
        }
    }

    @Test
    void cancellingAFutureCancelsItsCall(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service)) {
            CompletableFuture<FlightInfo> info = duo.client().async().getFlightInfo(ANY);
            assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(info.cancel(true)).isTrue();
            service.assertCancelled();
        }
    }

    @Test
    void closingTheClientCancelsWhatRuns(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (Duo duo = Duo.of(memory, service)) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread reading = new Thread(() -> {
                try (FlightStreamReader reader = duo.client().doGet(Ticket.of("t"))) {
                    while (reader.next()) {}
                } catch (Throwable e) {
                    thrown.complete(e);
                }
            });
            reading.start();
            assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
            duo.client().close();
            duo.client().close();
            assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(FlightException.class);
            reading.join();
            service.assertCancelled();
            assertThatThrownBy(() -> duo.client().getFlightInfo(ANY)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aClientOfItsOwnMemoryWaitsForItsReaders(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", service)
                .allocator(memory)
                .drain(Duration.ZERO)
                .start()) {
            var client = dev.peregrine.client.FlightClient.connect(server.location());
            Thread reading = new Thread(() -> {
                try (FlightStreamReader reader = client.doGet(Ticket.of("t"))) {
                    while (reader.next()) {}
                } catch (FlightException e) {
                    // The end of this call is the point of the test.
                }
            });
            reading.start();
            assertThat(service.begun.await(20, TimeUnit.SECONDS)).isTrue();
            client.close();
            reading.join();
            service.assertCancelled();
        }
    }

    @Test
    void aClientOfItsOwnMemorySaysWhatWasNotClosed(BufferAllocator memory) throws Exception {
        Endless service = new Endless();
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", service)
                .allocator(memory)
                .drain(Duration.ZERO)
                .start()) {
            var client = dev.peregrine.client.FlightClient.connect(server.location());
            FlightStreamReader reader = client.doGet(Ticket.of("t"));
            assertThat(reader.next()).isTrue();
            assertThatThrownBy(client::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("close those before the client");
            reader.close();
        }
    }
}
