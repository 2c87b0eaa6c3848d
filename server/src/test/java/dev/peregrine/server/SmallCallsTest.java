package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightIterable;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.Criteria;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.PollInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.testing.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The RPCs without batches, between our client and our server. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class SmallCallsTest {
    private static final FlightDescriptor TRADES = FlightDescriptor.path("a", "trades \u00e4");

    private static FlightInfo rich() {
        return new FlightInfo(
                Rows.SCHEMA,
                TRADES,
                List.of(
                        new FlightEndpoint(
                                Ticket.of("first"),
                                List.of(Location.tcp("db", 1), Location.REUSE_CONNECTION),
                                Instant.ofEpochSecond(1_700_000_000, 5),
                                new byte[] {7}),
                        new FlightEndpoint(Ticket.of("second"))),
                -1,
                1L << 40,
                true,
                new byte[] {1, 2});
    }

    @Test
    void everyFieldOfAFlightInfoArrives(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                assertThat(descriptor).isEqualTo(TRADES);
                return rich();
            }
        })) {
            assertThat(duo.client().getFlightInfo(TRADES)).isEqualTo(rich());
            assertThat(duo.client().getSchema(TRADES)).isEqualTo(Rows.SCHEMA);
        }
    }

    @Test
    void pollingTellsProgressAndEnd(BufferAllocator memory) {
        FlightDescriptor query = FlightDescriptor.command("heavy query");
        FlightDescriptor poll = FlightDescriptor.command("poll");
        Instant expiry = Instant.ofEpochSecond(1_800_000_000L);
        PollInfo running = new PollInfo(rich(), poll, OptionalDouble.of(0.1), expiry);
        PollInfo complete = new PollInfo(rich(), null, OptionalDouble.of(1.0), null);
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                return descriptor.equals(query) ? running : complete;
            }
        })) {
            assertThat(duo.client().pollFlightInfo(query)).isEqualTo(running);
            assertThat(duo.client().pollFlightInfo(poll)).isEqualTo(complete);
            assertThat(duo.client().pollFlightInfo(poll).isComplete()).isTrue();
        }
    }

    @Test
    void whatIsNotThereIsNotFound(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                return null;
            }

            @Override
            public PollInfo pollFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                return null;
            }
        })) {
            FlightClient client = duo.client();
            assertThatThrownBy(() -> client.getFlightInfo(TRADES))
                    .isInstanceOf(FlightNotFoundException.class)
                    .hasMessageContaining("Flight not found");
            assertThatThrownBy(() -> client.getSchema(TRADES)).isInstanceOf(FlightNotFoundException.class);
            assertThatThrownBy(() -> client.pollFlightInfo(TRADES)).isInstanceOf(FlightNotFoundException.class);
        }
    }

    @Test
    void whatIsNotOverriddenIsUnimplemented(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new FlightService() {})) {
            FlightClient client = duo.client();
            assertThatThrownBy(() -> client.getFlightInfo(TRADES)).isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> client.pollFlightInfo(TRADES)).isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> client.getSchema(TRADES)).isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> client.listFlights(Criteria.EMPTY).toList())
                    .isInstanceOf(FlightUnimplementedException.class)
                    .hasMessageContaining("ListFlights");
            assertThatThrownBy(() -> client.listActions().toList()).isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> client.doAction(new Action("x")).toList())
                    .isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> {
                        try (var reader = client.doGet(Ticket.of("x"))) {
                            reader.schema();
                        }
                    })
                    .isInstanceOf(FlightUnimplementedException.class)
                    .hasMessageContaining("DoGet");
            assertThatThrownBy(() -> {
                        try (var put = client.doPut(TRADES, Rows.SCHEMA)) {
                            put.metadataReader().read();
                        }
                    })
                    .isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> {
                        try (var exchange = client.doExchange(TRADES)) {
                            exchange.reader().schema();
                        }
                    })
                    .isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> client.authenticateBasicToken("a", "b"))
                    .isInstanceOf(FlightUnimplementedException.class);
        }
    }

    @Test
    void listsAreLazyAndClosed(BufferAllocator memory) {
        AtomicInteger made = new AtomicInteger();
        CountDownLatch closed = new CountDownLatch(2);
        final class Numbers implements Iterable<Result>, AutoCloseable {
            @Override
            public Iterator<Result> iterator() {
                final class Each implements Iterator<Result>, AutoCloseable {
                    @Override
                    public boolean hasNext() {
                        return made.get() < 1000;
                    }

                    @Override
                    public Result next() {
                        return Result.of("" + made.getAndIncrement());
                    }

                    @Override
                    public void close() {
                        closed.countDown();
                    }
                }
                return new Each();
            }

            @Override
            public void close() {
                closed.countDown();
            }
        }
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public Iterable<Result> doAction(ServerCall call, Action action) {
                return new Numbers();
            }
        })) {
            List<Result> expected =
                    IntStream.range(0, 1000).mapToObj(i -> Result.of("" + i)).toList();
            assertThat(duo.client().doAction(new Action("count")).toList()).isEqualTo(expected);
            assertThat(closed.getCount()).isZero();
        }
    }

    @Test
    void anEndlessListIsStoppedByClosingIt(BufferAllocator memory) throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public Iterable<FlightInfo> listFlights(ServerCall call, Criteria criteria) {
                assertThat(criteria).isEqualTo(Criteria.of("all of them"));
                return () -> new Endless<>(rich(), closed);
            }
        })) {
            try (FlightIterable<FlightInfo> flights = duo.client().listFlights(Criteria.of("all of them"))) {
                Iterator<FlightInfo> iterator = flights.iterator();
                for (int i = 0; i < 10; i++) {
                    assertThat(iterator.next()).isEqualTo(rich());
                }
                assertThatThrownBy(flights::iterator).isInstanceOf(IllegalStateException.class);
            }
            assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private record Endless<T>(T each, CountDownLatch closed) implements Iterator<T>, AutoCloseable {
        @Override
        public boolean hasNext() {
            return true;
        }

        @Override
        public T next() {
            return each;
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }

    @Test
    void anErrorComesAfterTheResultsBeforeIt(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public Iterable<ActionType> listActions(ServerCall call) {
                return () -> IntStream.range(0, 4)
                        .mapToObj(i -> {
                            if (i == 3) {
                                throw FlightInvalidArgumentException.of("no fourth");
                            }
                            return new ActionType("" + i, "number " + i);
                        })
                        .iterator();
            }
        })) {
            List<ActionType> seen = new ArrayList<>();
            assertThatThrownBy(() -> duo.client().listActions().forEach(seen::add))
                    .isInstanceOf(FlightInvalidArgumentException.class)
                    .hasMessageContaining("no fourth");
            assertThat(seen)
                    .containsExactly(
                            new ActionType("0", "number 0"),
                            new ActionType("1", "number 1"),
                            new ActionType("2", "number 2"));
        }
    }

    @Test
    void anActionActsEvenIfNobodyIterates(BufferAllocator memory) throws Exception {
        CountDownLatch acted = new CountDownLatch(1);
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public Iterable<Result> doAction(ServerCall call, Action action) {
                acted.countDown();
                return List.of();
            }
        })) {
            duo.client().doAction("compact", new byte[0]);
            assertThat(acted.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void headersTravelBothWays(BufferAllocator memory) {
        byte[] binary = {0, (byte) 0xff, 10};
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                CallHeaders headers = call.headers();
                assertThat(headers.getAll("x-tag")).containsExactly("one", "two");
                assertThat(headers.getBinary("x-raw-bin")).isEqualTo(binary);
                assertThat(call.method()).isEqualTo("GetFlightInfo");
                assertThat(call.peer()).contains(":");
                Duration left = call.timeRemaining();
                assertThat(left).isNotNull().isBetween(Duration.ofSeconds(5), Duration.ofSeconds(20));
                call.addHeader("x-header", "early");
                call.addTrailer("x-trailer", "late");
                call.addTrailer("x-raw-bin", binary);
                throw FlightInvalidArgumentException.of("look at my trailers");
            }
        })) {
            CallOptions options = CallOptions.of(Duration.ofSeconds(20))
                    .header("X-Tag", "one")
                    .header("x-tag", "two")
                    .header("x-raw-bin", binary);
            assertThatThrownBy(() -> duo.client().getFlightInfo(TRADES, options))
                    .isInstanceOfSatisfying(FlightInvalidArgumentException.class, e -> {
                        assertThat(e.trailers().get("x-trailer")).isEqualTo("late");
                        assertThat(e.trailers().getBinary("x-raw-bin")).isEqualTo(binary);
                    });
        }
    }

    @Test
    void twinsDoTheSame(BufferAllocator memory) throws Exception {
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
                return descriptor.equals(TRADES) ? rich() : null;
            }

            @Override
            public Iterable<FlightInfo> listFlights(ServerCall call, Criteria criteria) {
                return List.of(rich(), rich());
            }

            @Override
            public Iterable<Result> doAction(ServerCall call, Action action) {
                return List.of(Result.of(action.type()));
            }
        })) {
            var async = duo.client().async();
            CompletableFuture<String> thread = async.getFlightInfo(TRADES)
                    .thenApply(
                            info -> info.equals(rich()) ? Thread.currentThread().getName() : "wrong");
            assertThat(thread.get(20, TimeUnit.SECONDS)).doesNotContain("loop").isNotEqualTo("wrong");
            assertThat(async.getSchema(TRADES).get(20, TimeUnit.SECONDS)).isEqualTo(Rows.SCHEMA);
            assertThat(async.listFlights(Criteria.EMPTY).get(20, TimeUnit.SECONDS))
                    .containsExactly(rich(), rich());
            assertThat(async.doAction(new Action("ping")).get(20, TimeUnit.SECONDS))
                    .containsExactly(Result.of("ping"));
            assertThatThrownBy(() ->
                            async.getFlightInfo(FlightDescriptor.path("no")).get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(FlightNotFoundException.class);
            assertThatThrownBy(() -> async.listActions().get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> async.pollFlightInfo(TRADES).get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(FlightUnimplementedException.class);
        }
    }

    @Test
    void manyCallsAtOnceGetTheirOwnAnswers(BufferAllocator memory) throws Exception {
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public Iterable<Result> doAction(ServerCall call, Action action) {
                return List.of(new Result(action.body()), Result.of("done"));
            }
        })) {
            List<CompletableFuture<List<Result>>> futures = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                byte[] body = ("call " + i).getBytes(StandardCharsets.UTF_8);
                futures.add(duo.client().async().doAction(new Action("echo", body)));
            }
            for (int i = 0; i < 500; i++) {
                assertThat(futures.get(i).get(20, TimeUnit.SECONDS))
                        .containsExactly(Result.of("call " + i), Result.of("done"));
            }
        }
    }

    @Test
    void aLargeAnswerArrives(BufferAllocator memory) {
        byte[] body = new byte[40 << 20];
        body[0] = 1;
        body[body.length - 1] = 2;
        try (Duo duo = Duo.of(memory, new FlightService() {
            @Override
            public Iterable<Result> doAction(ServerCall call, Action action) {
                return List.of(new Result(action.body()));
            }
        })) {
            assertThat(duo.client().doAction("echo", body).toList()).containsExactly(new Result(body));
        }
    }
}
