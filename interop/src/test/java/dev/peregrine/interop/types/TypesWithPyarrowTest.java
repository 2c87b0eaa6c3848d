package dev.peregrine.interop.types;

import dev.peregrine.client.FlightClient;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random streams to a pyarrow server and back, and by a pyarrow client from our server and back. */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
class TypesWithPyarrowTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final RandomStream.Limits LIMITS = RandomStream.Limits.PYARROW;

    @Test
    @Timeout(300)
    void hundredStreamsThroughTheirServer(BufferAllocator allocator) {
        throughTheirServer(2_000_000, 100, allocator);
    }

    @Test
    @Tag("slow")
    @Timeout(1800)
    void thousandStreamsThroughTheirServer(BufferAllocator allocator) {
        throughTheirServer(3_000_000, 1_000, allocator);
    }

    @Test
    @Timeout(300)
    void hundredStreamsByTheirClient(BufferAllocator allocator) {
        byTheirClient(4_000_000, 100, allocator);
    }

    @Test
    @Tag("slow")
    @Timeout(1800)
    void thousandStreamsByTheirClient(BufferAllocator allocator) {
        byTheirClient(5_000_000, 1_000, allocator);
    }

    /** Their client gets what ours has put, looks at every value, exchanges it and puts it back. */
    private static void byTheirClient(long firstSeed, int count, BufferAllocator allocator) {
        try (EchoService service = new EchoService(allocator);
                FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", service)
                        .allocator(allocator)
                        .start();
                FlightClient client = FlightClient.builder("grpc://127.0.0.1:" + server.port())
                        .allocator(allocator)
                        .build();
                ChildProcess theirs = ChildProcess.pythonPeer("carry.py", "grpc://127.0.0.1:" + server.port())) {
            Carried.all(firstSeed, count, LIMITS, allocator, stream -> {
                service.options(stream.options());
                try {
                    Carried.put(client, stream);
                    theirs.check("carry x " + codec(stream), PATIENCE);
                    Carried.get(client, stream);
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(e.getMessage() + ", and our server: " + service.takeFailure(), e);
                } finally {
                    // Before the server, whose memory it is.
                    service.close();
                }
            });
        }
    }

    /** C++ dies when it compresses a union without values that it has read, be it below an empty list. */
    private static String codec(RandomStream stream) {
        if (Stream.concat(
                        stream.schema().getFields().stream(),
                        stream.dictionaries().stream().map(d -> d.getVector().getField()))
                .anyMatch(TypesWithPyarrowTest::hasUnion)) {
            return "none";
        }
        return switch (stream.options().compression()) {
            case NONE -> "none";
            case LZ4_FRAME -> "lz4";
            case ZSTD -> "zstd";
        };
    }

    private static boolean hasUnion(Field field) {
        return field.getType() instanceof ArrowType.Union
                || field.getChildren().stream().anyMatch(TypesWithPyarrowTest::hasUnion);
    }

    private static void throughTheirServer(long firstSeed, int count, BufferAllocator allocator) {
        try (ChildProcess peer = ChildProcess.pythonPeer("server.py");
                FlightClient client = FlightClient.builder("grpc://127.0.0.1:" + peer.port())
                        .allocator(allocator)
                        .build()) {
            Carried.all(
                    firstSeed,
                    count,
                    LIMITS,
                    allocator,
                    stream -> Carried.exchange(client, stream, FlightDescriptor.command("echo")));
        }
    }
}
