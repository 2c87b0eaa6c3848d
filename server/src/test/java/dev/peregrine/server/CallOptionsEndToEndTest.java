package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.CancellationToken;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.Parked;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An allocator for one call, a token that cancels several, a put whose schema comes late, and what a failure says of its call. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CallOptionsEndToEndTest {
    private static final class Service implements FlightService {
        final CountDownLatch cancelled = new CountDownLatch(2);

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            call.onCancel(cancelled::countDown);
            try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                out.begin(Rows.SCHEMA);
                Rows.fill(root, 0, 1000);
                out.write(root);
                if (ticket.equals(Ticket.of("silent"))) {
                    CountDownLatch over = new CountDownLatch(1);
                    call.onCancel(over::countDown);
                    over.await();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            FlightDescriptor descriptor = in.descriptor();
            if (!FlightDescriptor.path("late").equals(descriptor)) {
                throw FlightNotFoundException.of("no " + descriptor);
            }
            while (in.next()) {
                acks.write(new byte[] {(byte) in.root().getRowCount()});
            }
        }
    }

    private final Service service = new Service();

    @Test
    void aCallsOwnAllocatorHasItsBatches(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, service);
                BufferAllocator own = memory.newChildAllocator("call", 0, 1 << 20);
                FlightStreamReader reader = duo.client().doGet(Ticket.of("data"), CallOptions.NONE.allocator(own))) {
            assertThat(own.getAllocatedMemory()).isZero();
            assertThat(reader.next()).isTrue();
            assertThat(own.getAllocatedMemory()).isPositive();
            assertThat(reader.root().getVector(0).getAllocator()).isSameAs(own);
        }
        try (Duo duo = Duo.of(memory, service);
                BufferAllocator tiny = memory.newChildAllocator("call", 0, 16);
                FlightStreamReader reader = duo.client().doGet(Ticket.of("data"), CallOptions.NONE.allocator(tiny))) {
            assertThatThrownBy(reader::next)
                    .as("its limit is the call's")
                    .isInstanceOf(FlightException.class)
                    .hasMessageContaining("RESOURCE_EXHAUSTED");
        }
    }

    private CompletableFuture<FlightException> readingUntilItFails(FlightClient client, CallOptions options)
            throws InterruptedException {
        CompletableFuture<FlightException> failure = new CompletableFuture<>();
        CountDownLatch first = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try (FlightStreamReader reader = client.doGet(Ticket.of("silent"), options)) {
                while (reader.next()) {
                    first.countDown();
                }
            } catch (FlightException e) {
                failure.complete(e);
            }
        });
        thread.start();
        assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
        Parked.await(thread);
        return failure;
    }

    @Test
    void oneTokenEndsAllItsCallsAndLetsNoneStart(BufferAllocator memory) throws Exception {
        CancellationToken token = new CancellationToken();
        CallOptions options = CallOptions.NONE.cancelledBy(token);
        try (Duo duo = Duo.of(memory, service)) {
            CompletableFuture<FlightException> one = readingUntilItFails(duo.client(), options);
            CompletableFuture<FlightException> other = readingUntilItFails(duo.client(), options);
            assertThat(token.isCancelled()).isFalse();
            token.cancel();
            token.cancel();
            assertThat(one.get(30, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
            assertThat(other.get(30, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
            assertThat(service.cancelled.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(token.isCancelled()).isTrue();
            assertThatThrownBy(() -> duo.client().doGet(Ticket.of("data"), options))
                    .isInstanceOf(FlightCancelledException.class)
                    .hasMessageContaining("DoGet was not started");
            assertThatThrownBy(() -> duo.client()
                            .async()
                            .getFlightInfo(FlightDescriptor.path("p"), options)
                            .get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(FlightCancelledException.class);
        }
    }

    @Test
    void aPutsSchemaMayComeLate(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, service);
                VectorSchemaRoot root = Rows.root(memory);
                FlightPut put = duo.client().doPut(FlightDescriptor.path("late"))) {
            put.writer().writeMetadata(new byte[] {1});
            put.writer().begin(Rows.SCHEMA);
            Rows.fill(root, 0, 7);
            put.writer().write(root);
            put.writer().doneWriting();
            assertThat(put.metadataReader().read().metadata()).containsExactly(0);
            assertThat(put.metadataReader().read().metadata()).containsExactly(7);
            assertThat(put.metadataReader().read()).isNull();
        }
    }

    @Test
    void aFailureKnowsItsMethodAndItsPeer(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, service)) {
            FlightPut put = duo.client().doPut(FlightDescriptor.path("other"), Rows.SCHEMA);
            assertThatThrownBy(() -> put.metadataReader().read())
                    .isInstanceOfSatisfying(FlightNotFoundException.class, e -> {
                        assertThat(e.method()).isEqualTo("DoPut");
                        assertThat(e.peer())
                                .isEqualTo("localhost:" + duo.server().port());
                        assertThat(e.description()).isEqualTo("no path other");
                        assertThat(e.getMessage())
                                .isEqualTo("DoPut at " + e.peer() + " failed with NOT_FOUND: no path other");
                    });
            assertThatThrownBy(put::close).isInstanceOf(FlightNotFoundException.class);
            assertThat(FlightNotFoundException.of("alone").method()).isEmpty();
            assertThat(FlightNotFoundException.of("alone").peer()).isEmpty();
        }
    }
}
