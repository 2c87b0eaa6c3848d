package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.PutResult;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Both directions of a call at once, and ends that stop in the middle of it. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class DuplexTest {
    private static final FlightDescriptor ANY = FlightDescriptor.path("any");
    private static final int ROWS = 50_000;

    @Test
    void anExchangeLargerThanAllWindowsFromTwoThreads(BufferAllocator memory) throws Exception {
        int batches = 40;
        try (Duo duo = Duo.of(memory, new FlightService() {
                    @Override
                    public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
                        out.begin(in.schema());
                        while (in.next()) {
                            out.write(in.root(), in.metadata());
                        }
                    }
                });
                FlightExchange exchange = duo.client().doExchange(ANY)) {
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try (VectorSchemaRoot root = Rows.root(memory)) {
                    exchange.writer().begin(Rows.SCHEMA);
                    Rows.fill(root, 0, ROWS);
                    for (int i = 0; i < batches; i++) {
                        exchange.writer().write(root, new byte[] {(byte) i});
                    }
                    exchange.writer().doneWriting();
                }
            });
            FlightStreamReader reader = exchange.reader();
            for (int i = 0; i < batches; i++) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.metadata()).isEqualTo(new byte[] {(byte) i});
                assertThat(reader.root().getRowCount()).isEqualTo(ROWS);
                assertThat(Rows.read(reader.root(), 3)).isEqualTo(Rows.expected(0, 3));
            }
            assertThat(reader.next()).isFalse();
            writing.get(20, TimeUnit.SECONDS);
        }
    }

    /** Acknowledges without end what nobody reads. */
    private static final class Chatty implements FlightService {
        final AtomicInteger acknowledged = new AtomicInteger();
        final CompletableFuture<Throwable> end = new CompletableFuture<>();

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            byte[] megabyte = new byte[1 << 20];
            try {
                while (true) {
                    acks.write(megabyte);
                    acknowledged.incrementAndGet();
                }
            } catch (FlightException e) {
                end.complete(e);
                throw e;
            }
        }
    }

    @Test
    void acknowledgementsThatNobodyReadsStopTheServer(BufferAllocator memory) throws Exception {
        Chatty service = new Chatty();
        try (Duo duo = Duo.of(memory, service)) {
            FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA);
            PutResult first = put.metadataReader().read();
            assertThat(first.metadata()).hasSize(1 << 20);
            // The server runs into its limits or is still on its way to them; either way it must stop when told.
            put.cancel();
            put.close();
            assertThat(service.end.get(20, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
            // One stream's window, one send queue, what the kernel holds.
            assertThat(service.acknowledged.get()).isLessThan(64);
        }
    }

    /** Acknowledges more than the client decodes ahead, and fails. */
    private static final class Hasty implements FlightService {
        static final int ACKNOWLEDGEMENTS = 20_000;

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            for (int i = 0; i < ACKNOWLEDGEMENTS; i++) {
                acks.write(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
            }
            throw FlightInvalidArgumentException.of("no");
        }
    }

    @Test
    void aWriterLearnsOfAFailureBehindAcknowledgementsThatNobodyReads(BufferAllocator memory) throws Exception {
        try (Duo duo = Duo.of(memory, new Hasty());
                VectorSchemaRoot root = Rows.root(memory)) {
            FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA);
            Rows.fill(root, 0, ROWS);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000_000; i++) {
                            put.writer().write(root);
                        }
                    })
                    .isInstanceOf(FlightInvalidArgumentException.class);
            for (int i = 0; i < Hasty.ACKNOWLEDGEMENTS; i++) {
                assertThat(put.metadataReader().read().metadata())
                        .isEqualTo(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
            }
            assertThatThrownBy(() -> put.metadataReader().read()).isInstanceOf(FlightInvalidArgumentException.class);
            assertThatThrownBy(put::close).isInstanceOf(FlightInvalidArgumentException.class);
        }
    }

    @Test
    void closingTheClientWakesItsWriters(BufferAllocator memory) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
                call.onCancel(over::countDown);
                begun.countDown();
                awaitQuietly(over);
            }
        })) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread writing = new Thread(() -> {
                try (VectorSchemaRoot root = Rows.root(memory);
                        FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA)) {
                    Rows.fill(root, 0, ROWS);
                    while (true) {
                        put.writer().write(root);
                    }
                } catch (Throwable e) {
                    thrown.complete(e);
                }
            });
            writing.start();
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            duo.client().close();
            assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(FlightException.class);
            assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
            writing.join();
        }
    }

    @Test
    void closingTheServerWakesItsClients(BufferAllocator memory) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
                begun.countDown();
                while (in.next()) {}
            }
        })) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Thread reading = new Thread(() -> {
                try (FlightExchange exchange = duo.client().doExchange(ANY)) {
                    exchange.reader().next();
                } catch (Throwable e) {
                    thrown.complete(e);
                }
            });
            reading.start();
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            duo.server().shutdown(Duration.ZERO);
            assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(FlightException.class);
            reading.join();
        }
    }

    @Test
    void aServiceMayShutItsServerDown(BufferAllocator memory) throws Exception {
        CompletableFuture<FlightServer> self = new CompletableFuture<>();
        CompletableFuture<Boolean> down = new CompletableFuture<>();
        FlightServer server = FlightServer.builder("grpc://localhost:0", new FlightService() {
                    @Override
                    public Iterable<Result> doAction(ServerCall call, Action action) {
                        self.join().shutdown(Duration.ofMillis(50));
                        down.complete(Thread.currentThread().isInterrupted());
                        return List.of();
                    }
                })
                .allocator(memory)
                .start();
        self.complete(server);
        try (FlightClient client =
                FlightClient.builder(server.location()).allocator(memory).build()) {
            assertThatThrownBy(() -> client.doAction(new Action("stop")).toList())
                    .isInstanceOf(FlightException.class);
            assertThat(down.get(20, TimeUnit.SECONDS)).isFalse();
            server.awaitTermination();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
