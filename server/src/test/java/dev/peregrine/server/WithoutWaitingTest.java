package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Streams that are read and written by callbacks, at either end, without a thread that waits. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class WithoutWaitingTest {
    private static final FlightDescriptor ANY = FlightDescriptor.path("any");
    private static final int BATCHES = 200;

    /** So many that not all batches fit into windows and queues. */
    private static final int ROWS = 8_000;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(body -> new Thread(body, "application"));

    @AfterEach
    void end() throws InterruptedException {
        thread.shutdownNow();
        assertThat(thread.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    private static void get(CompletableFuture<?> future) throws Exception {
        future.get(50, TimeUnit.SECONDS);
    }

    /** Writes batches whenever there is room. */
    private static final class Producing {
        private final FlightStreamWriter out;
        private final BufferAllocator memory;
        private final ExecutorService thread;
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private int written;

        Producing(FlightStreamWriter out, BufferAllocator memory, ExecutorService thread) {
            this.out = out;
            this.memory = memory;
            this.thread = thread;
        }

        /** A batch of its own: the writer keeps it as long as the socket needs it. */
        private void writeOne() {
            try (VectorSchemaRoot root = Rows.root(memory)) {
                Rows.fill(root, written * ROWS, ROWS);
                try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
                    out.write(batch);
                }
            }
            written++;
        }

        void go() {
            try {
                while (out.isReady() && written < BATCHES) {
                    writeOne();
                }
                if (written == BATCHES) {
                    end.complete(null);
                    return;
                }
            } catch (RuntimeException e) {
                end.completeExceptionally(e);
                return;
            }
            out.whenReady(thread).thenRun(this::go);
        }
    }

    /** Reads batches whenever one is there. */
    private static final class Consuming {
        final List<Long> rows = new ArrayList<>();
        final List<String> threads = new ArrayList<>();
        private final FlightStreamReader in;
        private final ExecutorService thread;
        private final CompletableFuture<Void> end = new CompletableFuture<>();

        Consuming(FlightStreamReader in, ExecutorService thread) {
            this.in = in;
            this.thread = thread;
        }

        void go() {
            try {
                while (in.isReady()) {
                    if (!in.next()) {
                        end.complete(null);
                        return;
                    }
                    rows.add((long) in.root().getRowCount());
                    threads.add(Thread.currentThread().getName());
                }
            } catch (RuntimeException e) {
                end.completeExceptionally(e);
                return;
            }
            in.whenReady(thread).whenComplete((nothing, failure) -> go());
        }
    }

    /** Serves all streams by callbacks; the rows that were put are acknowledged at the end. */
    private final class Service implements FlightService {
        final CountDownLatch returned = new CountDownLatch(1);

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            out.begin(Rows.SCHEMA);
            if (ticket.equals(Ticket.of("none"))) {
                call.endsWith(CompletableFuture.runAsync(
                        () -> {
                            throw new CompletionException(FlightNotFoundException.of("no such flight"));
                        },
                        thread));
                return;
            }
            Producing producing = new Producing(out, call.allocator(), thread);
            call.endsWith(producing.end);
            producing.go();
            returned.countDown();
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            Consuming consuming = new Consuming(in, thread);
            call.endsWith(consuming.end.thenRun(
                    () -> acks.write(String.valueOf(consuming.rows.size()).getBytes(StandardCharsets.US_ASCII))));
            consuming.go();
        }

        @Override
        public void doExchange(ServerCall call, FlightStreamReader in, FlightStreamWriter out) {
            CompletableFuture<Void> never = new CompletableFuture<>();
            call.endsWith(never);
            call.onCancel(() -> never.complete(null));
            assertThatThrownBy(() -> call.endsWith(never)).isInstanceOf(IllegalStateException.class);
            returned.countDown();
        }
    }

    @Test
    void aGetByCallbacksAtBothEnds(BufferAllocator memory) throws Exception {
        Service service = new Service();
        try (Duo duo = Duo.of(memory, service);
                FlightStreamReader reader = duo.client().doGet(Ticket.of("all"))) {
            assertThat(service.returned.await(50, TimeUnit.SECONDS))
                    .as("the method has returned although nobody reads")
                    .isTrue();
            Consuming consuming = new Consuming(reader, thread);
            reader.whenReady(thread).thenRun(consuming::go);
            get(consuming.end);
            assertThat(consuming.rows).hasSize(BATCHES).containsOnly((long) ROWS);
            assertThat(consuming.threads).as("never an event loop").noneMatch(name -> name.contains("loop"));
        }
    }

    @Test
    void aPutByCallbacksAtBothEnds(BufferAllocator memory) throws Exception {
        try (Duo duo = Duo.of(memory, new Service());
                FlightPut put = duo.client().doPut(ANY, Rows.SCHEMA)) {
            Producing producing = new Producing(put.writer(), memory, thread);
            producing.go();
            get(producing.end);
            put.writer().doneWriting();
            get(put.metadataReader().whenReady(thread));
            assertThat(put.metadataReader().isReady()).isTrue();
            assertThat(new String(put.metadataReader().read().metadata(), StandardCharsets.US_ASCII))
                    .isEqualTo("" + BATCHES);
        }
    }

    @Test
    void aCallEndsWithTheFailureOfItsStage(BufferAllocator memory) throws Exception {
        try (Duo duo = Duo.of(memory, new Service());
                FlightStreamReader reader = duo.client().doGet(Ticket.of("none"))) {
            get(reader.whenReady(thread));
            assertThatThrownBy(reader::next)
                    .isInstanceOf(FlightNotFoundException.class)
                    .hasMessageContaining("no such flight");
        }
    }

    @Test
    void aReaderIsReadyWhenItsCallIsCancelled(BufferAllocator memory) throws Exception {
        Service service = new Service();
        try (Duo duo = Duo.of(memory, service);
                FlightExchange exchange = duo.client().doExchange(ANY)) {
            assertThat(service.returned.await(50, TimeUnit.SECONDS)).isTrue();
            assertThat(exchange.reader().isReady()).isFalse();
            CompletableFuture<Void> ready = exchange.reader().whenReady(thread);
            assertThat(ready).isNotDone();
            exchange.cancel();
            get(ready);
            assertThat(exchange.reader().isReady()).isTrue();
        }
    }
}
