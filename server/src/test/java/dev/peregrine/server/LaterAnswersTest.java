package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.CancellationToken;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightUnauthorizedException;
import dev.peregrine.testing.LeakCheck;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A service that gives its answers when it has them, and holds no thread until then. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
final class LaterAnswersTest {
    private static final FlightDescriptor ONE = FlightDescriptor.path("one");
    private static final FlightInfo INFO = FlightInfo.of(Rows.SCHEMA, ONE, new FlightEndpoint(Ticket.of("1")));

    /** A call that waits for its answer. */
    private record Asked(String method, String thread, CompletableFuture<Object> answer) {}

    /** Answers whatever the test says, when it says it. */
    private static final class Service implements FlightService {
        final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
        private final Set<String> nonBlocking;

        Service(String... nonBlocking) {
            this.nonBlocking = Set.of(nonBlocking);
        }

        @Override
        public Set<String> nonBlockingMethods() {
            return nonBlocking;
        }

        @SuppressWarnings("unchecked") // The test knows what it answers.
        private <T> CompletionStage<T> ask(ServerCall call) {
            CompletableFuture<Object> answer = new CompletableFuture<>();
            call.onCancel(() -> answer.cancel(false));
            asked.add(new Asked(call.method(), Thread.currentThread().getName(), answer));
            return (CompletionStage<T>) answer;
        }

        Asked next() throws InterruptedException {
            Asked next = asked.poll(30, TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return next;
        }

        @Override
        public CompletionStage<List<FlightInfo>> listFlightsLater(ServerCall call, Criteria criteria) {
            return ask(call);
        }

        @Override
        public CompletionStage<FlightInfo> getFlightInfoLater(ServerCall call, FlightDescriptor descriptor) {
            return ask(call);
        }

        @Override
        public CompletionStage<PollInfo> pollFlightInfoLater(ServerCall call, FlightDescriptor descriptor) {
            return ask(call);
        }

        @Override
        public CompletionStage<List<Result>> doActionLater(ServerCall call, Action action) {
            return action.type().equals("later") ? ask(call) : null;
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return List.of(Result.of("now"));
        }
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    /** With one thread, the second call is begun only if the first one has let go of it. */
    @Test
    void holdNoThread(BufferAllocator memory) throws Exception {
        ExecutorService one = Executors.newSingleThreadExecutor();
        Service service = new Service();
        try (Duo duo = Duo.of(memory, service, server -> server.executor(one), client -> client)) {
            CompletableFuture<FlightInfo> info = duo.client().async().getFlightInfo(ONE);
            Asked forInfo = service.next();
            CompletableFuture<PollInfo> poll = duo.client().async().pollFlightInfo(ONE);
            Asked forPoll = service.next();
            assertThat(List.of(forInfo.method, forPoll.method)).containsExactly("GetFlightInfo", "PollFlightInfo");

            PollInfo done = new PollInfo(INFO, null, OptionalDouble.of(1), null);
            forPoll.answer.complete(done);
            assertThat(soon(poll)).isEqualTo(done);
            assertThat(info).isNotDone();
            forInfo.answer.complete(INFO);
            assertThat(soon(info)).isEqualTo(INFO);
        } finally {
            one.shutdown();
        }
    }

    @Test
    void ofSeveralParts(BufferAllocator memory) throws Exception {
        Service service = new Service();
        try (Duo duo = Duo.of(memory, service)) {
            CompletableFuture<List<FlightInfo>> flights = duo.client().async().listFlights(Criteria.EMPTY);
            service.next().answer.complete(List.of(INFO, INFO));
            assertThat(soon(flights)).containsExactly(INFO, INFO);

            List<Result> results = IntStream.range(0, 1000)
                    .mapToObj(i -> new Result(new byte[i]))
                    .toList();
            CompletableFuture<List<Result>> action = duo.client().async().doAction(new Action("later"));
            service.next().answer.complete(results);
            assertThat(soon(action)).isEqualTo(results);
            assertThat(duo.client().doAction("another").toList()).containsExactly(Result.of("now"));
        }
    }

    @Test
    void theSchemaIsThatOfTheInfo(BufferAllocator memory) throws Exception {
        Service service = new Service();
        try (Duo duo = Duo.of(memory, service)) {
            var schema = duo.client().async().getSchema(ONE);
            service.next().answer.complete(INFO);
            assertThat(soon(schema)).isEqualTo(Rows.SCHEMA);

            var none = duo.client().async().getSchema(ONE);
            service.next().answer.complete(FlightInfo.of(null, ONE));
            assertThatThrownBy(() -> soon(none))
                    .hasCauseInstanceOf(FlightNotFoundException.class)
                    .hasMessageContaining("has no schema");
        }
    }

    @Test
    void failAsThoseThatAreGivenAtOnce(BufferAllocator memory) throws Exception {
        Service service = new Service();
        try (Duo duo = Duo.of(memory, service)) {
            var refused = duo.client().async().getFlightInfo(ONE);
            service.next().answer.completeExceptionally(FlightUnauthorizedException.of("not for you"));
            assertThatThrownBy(() -> soon(refused))
                    .hasCauseInstanceOf(FlightUnauthorizedException.class)
                    .hasMessageContaining("not for you");

            var nothing = duo.client().async().getFlightInfo(ONE);
            service.next().answer.complete(null);
            assertThatThrownBy(() -> soon(nothing)).hasCauseInstanceOf(FlightNotFoundException.class);

            var broken = duo.client().async().doAction(new Action("later"));
            service.next().answer.completeExceptionally(new IllegalStateException("a secret"));
            assertThatThrownBy(() -> soon(broken))
                    .hasCauseInstanceOf(FlightInternalException.class)
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void nobodyWaitsForThemAnyMore(BufferAllocator memory) throws Exception {
        Service service = new Service();
        try (Duo duo = Duo.of(memory, service)) {
            CancellationToken token = new CancellationToken();
            var info = duo.client().async().getFlightInfo(ONE, CallOptions.NONE.cancelledBy(token));
            Asked asked = service.next();
            token.cancel();
            assertThatThrownBy(() -> soon(info)).hasCauseInstanceOf(FlightCancelledException.class);
            assertThatThrownBy(() -> soon(asked.answer)).isInstanceOf(java.util.concurrent.CancellationException.class);
        }
    }

    @Test
    void askedForOnTheEventLoop(BufferAllocator memory) throws Exception {
        Service service = new Service("GetFlightInfo");
        try (Duo duo = Duo.of(memory, service)) {
            var info = duo.client().async().getFlightInfo(ONE);
            Asked asked = service.next();
            assertThat(asked.thread).startsWith("peregrine-loop-");
            asked.answer.complete(INFO);
            assertThat(soon(info)).isEqualTo(INFO);
        }
    }
}
