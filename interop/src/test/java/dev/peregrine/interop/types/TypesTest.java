package dev.peregrine.interop.types;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random streams through DoPut, DoGet and DoExchange between our client and our server. */
@ExtendWith(LeakCheck.class)
class TypesTest {
    @Test
    @Timeout(300)
    void hundredStreams(BufferAllocator allocator) {
        carry(0, 100, allocator);
    }

    @Test
    @Tag("slow")
    @Timeout(1800)
    void twoThousandStreams(BufferAllocator allocator) {
        carry(1_000_000, 2_000, allocator);
    }

    private static void carry(long firstSeed, int count, BufferAllocator allocator) {
        try (EchoService service = new EchoService(allocator);
                FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", service)
                        .allocator(allocator)
                        .start();
                FlightClient client = FlightClient.builder("grpc://127.0.0.1:" + server.port())
                        .allocator(allocator)
                        .build()) {
            Carried.all(firstSeed, count, RandomStream.Limits.NONE, allocator, stream -> {
                service.options(stream.options());
                try {
                    Carried.putAndGet(client, stream);
                    Carried.exchange(client, stream, FlightDescriptor.command("echo"));
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError(e.getMessage() + ", and the server: " + service.takeFailure(), e);
                } finally {
                    // Before the server, whose memory it is.
                    service.close();
                }
            });
        }
    }
}
