package dev.peregrine.interop.parade;

import dev.peregrine.client.FlightClient;
import dev.peregrine.interop.support.TestCertificate;
import dev.peregrine.protocol.Location;
import dev.peregrine.testing.LeakCheck;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** All checks of a client of ours against one peer; a subclass brings the peer. Each test has a client of its own. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
abstract class PeerTest implements InfoChecks, GetChecks, PutChecks, ExchangeChecks, ActionChecks, AuthChecks {
    final TestCertificate certificate = TestCertificate.make();
    private BufferAllocator allocator;
    private FlightClient client;

    @BeforeEach
    void connect(BufferAllocator allocator) {
        this.allocator = allocator;
        client = connect(plain());
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    @Override
    public FlightClient connect(Location location) {
        return FlightClient.builder(location).allocator(allocator).build();
    }

    @Override
    public FlightClient client() {
        return client;
    }

    @Override
    public BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public TestCertificate certificate() {
        return certificate;
    }
}
