package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A slow end stops a fast one, in bounded memory: 160 MiB go through allocators of 64 MiB. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class BackPressureTest {
    private static final Schema SCHEMA =
            new Schema(java.util.List.of(Field.notNullable("n", new ArrowType.Int(64, true))));
    private static final int ROWS = 128 << 10;
    private static final int BATCHES = 160;
    private static final long LIMIT = 64 << 20;

    private static void fill(VectorSchemaRoot root, int batch) {
        BigIntVector numbers = (BigIntVector) root.getVector(0);
        numbers.allocateNew(ROWS);
        for (int i = 0; i < ROWS; i++) {
            numbers.set(i, (long) batch * ROWS + i);
        }
        root.setRowCount(ROWS);
    }

    private static void check(VectorSchemaRoot root, int batch) {
        BigIntVector numbers = (BigIntVector) root.getVector(0);
        assertThat(root.getRowCount()).isEqualTo(ROWS);
        assertThat(numbers.get(0)).isEqualTo((long) batch * ROWS);
        assertThat(numbers.get(ROWS - 1)).isEqualTo((long) batch * ROWS + ROWS - 1);
    }

    /** The first batches are taken so slowly that everything in between fills up. */
    private static void dawdle(int batch) {
        if (batch < 4) {
            LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
        }
    }

    @Test
    void aSlowClientStopsTheServer(BufferAllocator memory) {
        AtomicInteger written = new AtomicInteger();
        AtomicInteger ahead = new AtomicInteger();
        try (BufferAllocator serverMemory = memory.newChildAllocator("server", 0, LIMIT);
                BufferAllocator clientMemory = memory.newChildAllocator("client", 0, LIMIT);
                FlightServer server = FlightServer.builder("grpc://localhost:0", new FlightService() {
                            @Override
                            public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
                                try (VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, call.allocator())) {
                                    out.begin(SCHEMA);
                                    for (int i = 0; i < BATCHES; i++) {
                                        fill(root, i);
                                        out.write(root);
                                        written.incrementAndGet();
                                    }
                                }
                            }
                        })
                        .allocator(serverMemory)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(clientMemory)
                        .build();
                FlightStreamReader reader = client.doGet(Ticket.of("t"))) {
            int read = 0;
            while (reader.next()) {
                check(reader.root(), read);
                dawdle(read);
                read++;
                ahead.accumulateAndGet(written.get() - read, Math::max);
            }
            assertThat(read).isEqualTo(BATCHES);
            // A stream's window, the send queue and the kernel's buffers lie in between.
            assertThat(ahead.get()).isLessThan(60);
        }
    }

    @Test
    void aSlowServerStopsTheClient(BufferAllocator memory) {
        AtomicInteger read = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(1);
        try (BufferAllocator serverMemory = memory.newChildAllocator("server", 0, LIMIT);
                BufferAllocator clientMemory = memory.newChildAllocator("client", 0, LIMIT);
                FlightServer server = FlightServer.builder("grpc://localhost:0", new FlightService() {
                            @Override
                            public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
                                while (in.next()) {
                                    check(in.root(), read.get());
                                    dawdle(read.getAndIncrement());
                                }
                                done.countDown();
                            }
                        })
                        .allocator(serverMemory)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(clientMemory)
                        .build();
                VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, clientMemory);
                FlightPut put = client.doPut(FlightDescriptor.path("p"), SCHEMA)) {
            int ahead = 0;
            for (int i = 0; i < BATCHES; i++) {
                fill(root, i);
                put.writer().write(root);
                ahead = Math.max(ahead, i + 1 - read.get());
            }
            put.writer().doneWriting();
            assertThat(put.metadataReader().read()).isNull();
            assertThat(read.get()).isEqualTo(BATCHES);
            assertThat(done.getCount()).isZero();
            assertThat(ahead).isLessThan(60);
        }
    }
}
