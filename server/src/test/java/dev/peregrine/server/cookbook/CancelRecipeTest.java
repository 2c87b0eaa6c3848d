package dev.peregrine.server.cookbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.CancellationToken;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class CancelRecipeTest {
    private final CountDownLatch begun = new CountDownLatch(1);

    // begin read
    long readUntilCancelled(FlightClient client, CancellationToken token) {
        long rows = 0;
        CallOptions options = CallOptions.NONE.cancelledBy(token);
        try (FlightStreamReader reader = client.doGet(Ticket.of("endless"), options)) {
            while (reader.next()) {
                rows += reader.root().getRowCount();
                begun.countDown();
            }
        } catch (FlightCancelledException e) {
            return rows;
        }
        throw new IllegalStateException("an endless stream has ended");
    }
    // end read

    @Test
    void aTokenEndsTheRead(BufferAllocator allocator) throws Exception {
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new Readings())
                        .allocator(allocator)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(allocator)
                        .build()) {
            CancellationToken token = new CancellationToken();
            CompletableFuture<Long> rows = new CompletableFuture<>();
            new Thread(() -> rows.complete(readUntilCancelled(client, token))).start();
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
            // begin cancel
            token.cancel();
            // end cancel
            assertThat(rows.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(100);
            assertThatThrownBy(() -> client.doAction(new Action("x"), CallOptions.NONE.cancelledBy(token)))
                    .isInstanceOf(FlightCancelledException.class);
        }
    }
}
