package dev.peregrine.interop.types;

import dev.peregrine.client.FlightClient;
import dev.peregrine.interop.support.ChildProcess;
import dev.peregrine.interop.support.WithPython;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.testing.LeakCheck;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random streams to a pyarrow server and back. */
@Tag("interop")
@WithPython
@ExtendWith(LeakCheck.class)
class TypesWithPyarrowTest {
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
