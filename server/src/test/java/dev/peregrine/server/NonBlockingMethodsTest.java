package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.testing.LeakCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Methods that are declared non-blocking are served on the event loop, the others are not. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
final class NonBlockingMethodsTest {
    private static final class Service implements FlightService {
        final List<String> threads = new CopyOnWriteArrayList<>();

        @Override
        public Set<String> nonBlockingMethods() {
            return Set.of("DoAction", "GetFlightInfo");
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            threads.add(Thread.currentThread().getName());
            call.addHeader("served", "here");
            int n = action.body()[0];
            return IntStream.range(0, n)
                    .mapToObj(i -> new Result(new byte[i * 100]))
                    .toList();
        }

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            throw FlightNotFoundException.of("no such flight");
        }

        @Override
        public Iterable<FlightInfo> listFlights(ServerCall call, Criteria criteria) {
            threads.add(Thread.currentThread().getName());
            return List.of();
        }
    }

    @Test
    void runOnTheEventLoop(BufferAllocator memory) {
        Service service = new Service();
        try (Duo duo = Duo.of(memory, service)) {
            for (int n : new int[] {1, 0, 100}) {
                List<Integer> lengths = new ArrayList<>();
                for (Result result : duo.client().doAction("count", new byte[] {(byte) n})) {
                    lengths.add(result.body().length);
                }
                assertThat(lengths)
                        .isEqualTo(
                                IntStream.range(0, n).map(i -> i * 100).boxed().toList());
            }
            assertThat(duo.client().listFlights()).isEmpty();
        }
        assertThat(service.threads.subList(0, 3)).allMatch(name -> name.startsWith("peregrine-loop-"));
        assertThat(service.threads.get(3)).startsWith("peregrine-service-");
    }

    @Test
    void failLikeOthers(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Service())) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(FlightDescriptor.path("x")))
                    .isInstanceOf(FlightNotFoundException.class)
                    .hasMessageContaining("no such flight");
            assertThatThrownBy(() -> duo.client()
                            .doAction("count", new byte[0])
                            .iterator()
                            .next())
                    .hasMessageContaining("INTERNAL");
        }
    }

    @Test
    void cannotBeOnesThatWait(BufferAllocator memory) {
        FlightService service = new FlightService() {
            @Override
            public Set<String> nonBlockingMethods() {
                return Set.of("DoGet");
            }
        };
        assertThatThrownBy(() -> FlightServer.builder("grpc://127.0.0.1:0", service)
                        .allocator(memory)
                        .start())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names DoGet; only ListFlights");
    }
}
