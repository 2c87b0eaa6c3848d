package dev.peregrine.interop.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.interop.parade.Parade;
import dev.peregrine.interop.parade.PeerServer;
import dev.peregrine.interop.support.Await;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.folder.FolderService;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A peer that is killed, or hangs, in the middle of a stream: the other side learns of it, frees everything and goes on. Each
 * peer is a JVM of its own.
 */
@Tag("slow")
@ExtendWith(LeakCheck.class)
@Timeout(120)
class KilledPeerTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final Duration KEEPALIVE = Duration.ofSeconds(1);
    private static final Duration WITHIN_KEEPALIVE = Duration.ofSeconds(10);
    private static final String WITHOUT_END = "1000000000";
    private static final List<String> JVM = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private static long bytesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(KilledPeerTest::size)
                    .sum();
        } catch (IOException | UncheckedIOException e) {
            return 0; // a file went while we looked
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a server must be after its client is gone. */
    private static void assertServesOn(FlightServer server, Path folder, BufferAllocator allocator, Duration patience)
            throws IOException {
        Await.until("the server has freed everything", patience, () -> allocator.getAllocatedMemory() == 0);
        Await.until("the folder is empty", patience, () -> bytesIn(folder) == 0);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("nothing is left of the put").isEmpty();
        }
        try (FlightClient other = FlightClient.builder("grpc://127.0.0.1:" + server.port())
                        .allocator(allocator)
                        .build();
                VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, allocator)) {
            assertThat(other.listFlights(Criteria.EMPTY).toList()).isEmpty();
            try (FlightPut put = other.doPut(FlightDescriptor.path("after"), Parade.INTS)) {
                Parade.fillInts(root, 0);
                put.writer().write(root);
                put.writer().doneWriting();
            }
            assertThat(other.getFlightInfo(FlightDescriptor.path("after")).totalRecords())
                    .isEqualTo(4);
        }
    }

    @Test
    void clientKilledWhilePutting(BufferAllocator allocator, @TempDir Path folder) throws IOException {
        try (FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", FolderService.open(folder))
                        .allocator(allocator)
                        .start();
                ChildProcess client = ChildProcess.java(TransferClient.class, JVM, server.port(), "put", WITHOUT_END)) {
            Await.until("64 MiB have been put", ChildProcess.PATIENCE, () -> bytesIn(folder) > 64 << 20);
            client.kill();
            assertServesOn(server, folder, allocator, AT_ONCE);
        }
    }

    /** No FIN, no RST: only the keepalive finds out. */
    @Test
    void clientHangsWhilePutting(BufferAllocator allocator, @TempDir Path folder) throws Exception {
        try (FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", FolderService.open(folder))
                        .allocator(allocator)
                        .keepalive(KEEPALIVE, KEEPALIVE)
                        .start();
                ChildProcess client = ChildProcess.java(TransferClient.class, JVM, server.port(), "put", WITHOUT_END)) {
            Await.until("64 MiB have been put", ChildProcess.PATIENCE, () -> bytesIn(folder) > 64 << 20);
            client.freeze();
            assertServesOn(server, folder, allocator, WITHIN_KEEPALIVE);
        }
    }

    /** The service is in the middle of writing to a client that sleeps. */
    @Test
    void clientKilledWhileGetting(BufferAllocator allocator) {
        try (FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", new TransferServer())
                        .allocator(allocator)
                        .start();
                ChildProcess client = ChildProcess.java(TransferClient.class, JVM, server.port(), "get", WITHOUT_END)) {
            Await.until(
                    "the service writes",
                    ChildProcess.PATIENCE,
                    () -> allocator.getAllocatedMemory() >= TransferServer.BATCH_BYTES);
            client.kill();
            Await.until("the server has freed everything", AT_ONCE, () -> allocator.getAllocatedMemory() == 0);
            try (FlightClient other = FlightClient.builder("grpc://127.0.0.1:" + server.port())
                    .allocator(allocator)
                    .build()) {
                assertThat(PeerServer.act(other, "echo", "x")).containsExactly("x");
            }
        }
    }

    private static void readUntilTheEnd(FlightStreamReader reader) {
        while (reader.next()) {
            assertThat(reader.root().getRowCount()).isEqualTo(TransferServer.ROWS);
        }
    }

    private static void assertEndsSoon(Duration patience, Runnable body) {
        long started = System.nanoTime();
        Throwable failure = catchThrowable(body::run);
        assertThat(failure).isInstanceOf(FlightUnavailableException.class).hasMessageContaining("127.0.0.1");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(patience);
    }

    @Test
    void serverKilledWhileGetting(BufferAllocator allocator) {
        ChildProcess server = ChildProcess.java(TransferServer.class, JVM, 0);
        try (FlightClient client = FlightClient.builder("grpc://127.0.0.1:" + server.port())
                .allocator(allocator)
                .build()) {
            try (FlightStreamReader reader = client.doGet(Ticket.of(WITHOUT_END))) {
                for (int n = 0; n < 50; n++) {
                    assertThat(reader.next()).isTrue();
                    TransferServer.check(reader.root(), n);
                }
                server.kill();
                assertEndsSoon(AT_ONCE, () -> readUntilTheEnd(reader));
            }
            assertThat(allocator.getAllocatedMemory()).isZero();
            assertThatThrownBy(() -> PeerServer.act(client, "echo", "x"))
                    .isInstanceOf(FlightUnavailableException.class);
            try (ChildProcess again = ChildProcess.java(TransferServer.class, JVM, server.port())) {
                assertThat(again.port()).isEqualTo(server.port());
                client.waitForAvailable(Duration.ofSeconds(10));
                assertThat(PeerServer.act(client, "echo", "x")).containsExactly("x");
            }
        } finally {
            server.close();
        }
    }

    @Test
    void serverKilledWhilePutting(BufferAllocator allocator) {
        try (ChildProcess server = ChildProcess.java(TransferServer.class, JVM, 0);
                FlightClient client = FlightClient.builder("grpc://127.0.0.1:" + server.port())
                        .allocator(allocator)
                        .build()) {
            FlightPut put = client.doPut(FlightDescriptor.path("put"), Parade.BIG);
            try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, allocator)) {
                Parade.fillBig(root, TransferServer.ROWS, 0);
                for (int n = 0; n < 50; n++) {
                    TransferServer.mark(root, n);
                    put.writer().write(root);
                }
                server.kill();
                assertEndsSoon(AT_ONCE, () -> {
                    for (int n = 50; n < 10_000; n++) {
                        TransferServer.mark(root, n);
                        put.writer().write(root);
                    }
                });
            }
            put.cancel();
            assertThat(catchThrowable(put::close))
                    .satisfiesAnyOf(t -> assertThat(t).isNull(), t -> assertThat(t)
                            .isInstanceOf(FlightUnavailableException.class));
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }

    @Test
    void serverHangsWhileGetting(BufferAllocator allocator) throws Exception {
        try (ChildProcess server = ChildProcess.java(TransferServer.class, JVM, 0);
                FlightClient client = FlightClient.builder("grpc://127.0.0.1:" + server.port())
                        .allocator(allocator)
                        .keepalive(KEEPALIVE, KEEPALIVE)
                        .build()) {
            try (FlightStreamReader reader = client.doGet(Ticket.of(WITHOUT_END))) {
                for (int n = 0; n < 50; n++) {
                    assertThat(reader.next()).isTrue();
                }
                server.freeze();
                assertEndsSoon(WITHIN_KEEPALIVE, () -> readUntilTheEnd(reader));
            }
            assertThat(allocator.getAllocatedMemory()).isZero();
        }
    }
}
