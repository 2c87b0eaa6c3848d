package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.RetryPolicy;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.protocol.metrics.CallMetrics;
import dev.peregrine.protocol.metrics.FlightMetrics;
import dev.peregrine.testing.LeakCheck;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What metrics hear at both ends. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class MetricsTest {
    private static final FlightDescriptor ANY = FlightDescriptor.path("any");

    /** Notes what it hears: a line for each call when it ends, and one for each connection. */
    private static final class Notes implements FlightMetrics {
        final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        final BlockingQueue<String> connections = new LinkedBlockingQueue<>();

        @Override
        public CallMetrics callStarted(Side side, String method, String peer) {
            assertThat(peer).contains(":");
            return new Call(side + " " + method);
        }

        @Override
        public void connectionOpened(Side side, String peer) {
            connections.add(side + " opened");
        }

        @Override
        public void connectionClosed(Side side, String peer, Duration lived) {
            assertThat(lived).isPositive();
            connections.add(side + " closed");
        }

        private final class Call implements CallMetrics {
            private final String name;
            private final AtomicInteger sent = new AtomicInteger();
            private final AtomicInteger received = new AtomicInteger();
            private final AtomicInteger repeated = new AtomicInteger();

            Call(String name) {
                this.name = name;
            }

            @Override
            public void messageSent(long bytes) {
                sent.addAndGet((int) bytes);
            }

            @Override
            public void messageReceived(long bytes) {
                received.addAndGet((int) bytes);
            }

            @Override
            public void repeated() {
                repeated.incrementAndGet();
            }

            @Override
            public void ended(@Nullable FlightStatusCode failure, Duration duration) {
                assertThat(duration).isPositive();
                calls.add(name + " sent " + sent + " received " + received + " repeated " + repeated + " "
                        + (failure == null ? "OK" : failure));
            }
        }
    }

    private static String next(BlockingQueue<String> notes) throws InterruptedException {
        String note = notes.poll(50, TimeUnit.SECONDS);
        return note == null ? "nothing" : note;
    }

    private static final class Service implements FlightService {
        final AtomicInteger calls = new AtomicInteger();

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            if (calls.incrementAndGet() == 1) {
                throw FlightUnavailableException.of("not now");
            }
            throw FlightNotFoundException.of("not there");
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(new Result(new byte[100]), new Result(new byte[100]));
        }
    }

    @Test
    void bothEndsHearOfCallsAndConnections(BufferAllocator memory) throws Exception {
        Notes server = new Notes();
        Notes client = new Notes();
        int message = 5 + 2 + 100;
        byte[] request = new Action("any", new byte[50]).serialize();
        try (Duo duo = Duo.of(memory, new Service(), s -> s.metrics(server), c -> c.metrics(client)
                .retryPolicy(RetryPolicy.DEFAULT.backoff(Duration.ofMillis(1), Duration.ofMillis(1))))) {
            assertThat(duo.client().doAction("any", new byte[50]).toList()).hasSize(2);
            int asked = 5 + request.length;
            assertThat(next(client.calls))
                    .isEqualTo("CLIENT DoAction sent " + asked + " received " + 2 * message + " repeated 0 OK");
            assertThat(next(server.calls))
                    .isEqualTo("SERVER DoAction sent " + 2 * message + " received " + asked + " repeated 0 OK");
            assertThatThrownBy(() -> duo.client().getFlightInfo(ANY)).isInstanceOf(FlightNotFoundException.class);
            int described = 5 + ANY.serialize().length;
            assertThat(next(client.calls))
                    .isEqualTo("CLIENT GetFlightInfo sent " + described + " received 0 repeated 1 NOT_FOUND");
            assertThat(next(server.calls))
                    .isEqualTo("SERVER GetFlightInfo sent 0 received " + described + " repeated 0 UNAVAILABLE");
            assertThat(next(server.calls))
                    .isEqualTo("SERVER GetFlightInfo sent 0 received " + described + " repeated 0 NOT_FOUND");
        }
        assertThat(next(client.connections)).isEqualTo("CLIENT opened");
        assertThat(next(client.connections)).isEqualTo("CLIENT closed");
        assertThat(next(server.connections)).isEqualTo("SERVER opened");
        assertThat(next(server.connections)).isEqualTo("SERVER closed");
    }

    @Test
    void metricsThatFailDoNotHarmTheCall(BufferAllocator memory) {
        FlightMetrics failing = new FlightMetrics() {
            @Override
            public CallMetrics callStarted(Side side, String method, String peer) {
                return new CallMetrics() {
                    @Override
                    public void messageSent(long bytes) {
                        throw new IllegalStateException("sent");
                    }

                    @Override
                    public void ended(@Nullable FlightStatusCode failure, Duration duration) {
                        throw new IllegalStateException("ended");
                    }
                };
            }

            @Override
            public void connectionOpened(Side side, String peer) {
                throw new IllegalStateException("opened");
            }
        };
        try (Duo duo = Duo.of(memory, new Service(), s -> s.metrics(failing), c -> c.metrics(failing))) {
            assertThat(duo.client().doAction("any").toList()).hasSize(2);
        }
    }
}
