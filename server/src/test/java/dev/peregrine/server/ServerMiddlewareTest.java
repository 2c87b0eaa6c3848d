package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightPut;
import dev.peregrine.client.ResponseMetadata;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.testing.LeakCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What middleware sees of the calls that a server serves, and what it can do to them. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class ServerMiddlewareTest {
    private static final ServerMiddleware.Key<Noting> A = new ServerMiddleware.Key<>(Noting.class, "a");
    private static final ServerMiddleware.Key<Noting> B = new ServerMiddleware.Key<>(Noting.class, "b");

    private final BlockingQueue<String> steps = new LinkedBlockingQueue<>();

    /** Notes each step, and fails one. */
    private final class Noting implements ServerMiddleware {
        private final String name;
        private final String failing;
        final String sent;

        Noting(String name, String failing, ServerCall call) {
            this.name = name;
            this.failing = failing;
            this.sent = String.valueOf(call.headers().get("x-" + name));
            reach("start " + call.method());
        }

        private void reach(String step) {
            steps.add(name + " " + step);
            if (step.equals(failing)) {
                throw FlightUnauthenticatedException.of("refused at " + step);
            }
        }

        @Override
        public void sendingHeaders(CallHeaders headers) {
            reach("headers");
            headers.add("x-header", name);
        }

        @Override
        public void sendingTrailers(CallHeaders trailers) {
            reach("trailers");
            trailers.add("x-trailer", name).add("x-trailer-bin", new byte[] {0, -1});
        }

        @Override
        public void completed(@Nullable FlightException failure) {
            reach("completed " + (failure == null ? "well" : failure.status()));
        }
    }

    private ServerMiddleware.Factory<Noting> noting(String name) {
        return failing(name, "");
    }

    private ServerMiddleware.Factory<Noting> failing(String name, String step) {
        return call -> new Noting(name, step, call);
    }

    private final class Service implements FlightService {
        @Override
        public Set<String> nonBlockingMethods() {
            return Set.of("GetFlightInfo");
        }

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            steps.add("served");
            call.addHeader("x-header", "service");
            call.addTrailer("x-trailer", "service");
            if (descriptor.command().length > 0) {
                throw FlightNotFoundException.of("nothing there");
            }
            return FlightInfo.of(null, descriptor);
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            if (action.type().equals("bug")) {
                throw new IllegalStateException("secret");
            }
            Noting a = call.middleware(A);
            Noting b = call.middleware(B);
            return List.of(Result.of((a == null ? "-" : a.sent) + " " + (b == null ? "-" : b.sent)));
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                out.begin(Rows.SCHEMA);
                Rows.fill(root, 0, 10);
                while (true) {
                    out.write(root);
                }
            }
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            while (in.next()) {
                acks.write(new byte[] {1});
            }
        }
    }

    private Duo duo(BufferAllocator memory, UnaryOperator<FlightServerBuilder> options) {
        return Duo.of(memory, new Service(), options, client -> client);
    }

    /** What has been noted up to the step that is awaited. */
    private List<String> until(String last) throws InterruptedException {
        List<String> seen = new ArrayList<>();
        String step = "";
        while (!step.equals(last)) {
            step = steps.poll(30, TimeUnit.SECONDS);
            assertThat(step).as("a step after %s", seen).isNotNull();
            seen.add(step);
        }
        return seen;
    }

    @Test
    void eachStepInTheOrderOfTheFactories(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, server -> server.middleware(noting("a"))
                .middleware(call -> null)
                .middleware(noting("b")))) {
            ResponseMetadata response = new ResponseMetadata();
            duo.client().getFlightInfo(FlightDescriptor.path("p"), CallOptions.NONE.response(response));
            assertThat(until("b completed well"))
                    .containsExactly(
                            "a start GetFlightInfo",
                            "b start GetFlightInfo",
                            "served",
                            "a headers",
                            "b headers",
                            "a trailers",
                            "b trailers",
                            "a completed well",
                            "b completed well");
            assertThat(response.headers().getAll("x-header")).containsExactly("service", "a", "b");
            assertThat(response.trailers().getAll("x-trailer")).containsExactly("service", "a", "b");
            assertThat(response.trailers().getBinary("x-trailer-bin")).containsExactly(0, -1);
        }
    }

    /** C++ adds the headers of GetFlightInfo twice, flight-core loses them. */
    @Test
    void anErrorTakesHeadersAndTrailersAlong(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, server -> server.middleware(noting("a")))) {
            ResponseMetadata response = new ResponseMetadata();
            assertThatThrownBy(() -> duo.client()
                            .getFlightInfo(FlightDescriptor.command("none"), CallOptions.NONE.response(response)))
                    .isInstanceOf(FlightNotFoundException.class);
            assertThat(until("a completed NOT_FOUND"))
                    .containsExactly(
                            "a start GetFlightInfo", "served", "a headers", "a trailers", "a completed NOT_FOUND");
            assertThat(response.headers().getAll("x-header")).containsExactly("service", "a");
            assertThat(response.trailers().getAll("x-trailer")).containsExactly("service", "a");
        }
    }

    @Test
    void aBugIsCompletedAsTheClientSeesIt(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, server -> server.middleware(noting("a")))) {
            assertThatThrownBy(() -> duo.client().doAction("bug").toList())
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageNotContaining("secret");
            assertThat(until("a completed INTERNAL"))
                    .containsExactly("a start DoAction", "a headers", "a trailers", "a completed INTERNAL");
        }
    }

    @Test
    void aServiceFindsItsMiddlewareByKey(BufferAllocator memory) {
        try (Duo duo = duo(memory, server -> server.middleware(A, noting("a")))) {
            CallOptions options = CallOptions.NONE.header("x-a", "sent");
            assertThat(duo.client().doAction(new Action("keys"), options).toList())
                    .containsExactly(Result.of("sent -"));
        }
        try (Duo duo = duo(memory, server -> server.middleware(A, call -> null).middleware(B, noting("b")))) {
            assertThat(duo.client().doAction("keys").toList()).containsExactly(Result.of("- null"));
        }
        FlightServerBuilder builder =
                FlightServer.builder("grpc://localhost:0", new Service()).middleware(A, noting("a"));
        assertThatThrownBy(() -> builder.middleware(A, noting("b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("already");
    }

    @Test
    void aCallCanBeRefusedBeforeTheServiceSeesIt(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, server -> server.middleware(noting("a"))
                .middleware(failing("b", "start GetFlightInfo"))
                .middleware(noting("c")))) {
            ResponseMetadata response = new ResponseMetadata();
            assertThatThrownBy(() ->
                            duo.client().getFlightInfo(FlightDescriptor.path("p"), CallOptions.NONE.response(response)))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("refused at start");
            assertThat(until("a completed UNAUTHENTICATED"))
                    .containsExactly(
                            "a start GetFlightInfo",
                            "b start GetFlightInfo",
                            "a headers",
                            "a trailers",
                            "a completed UNAUTHENTICATED");
            assertThat(response.trailers().getAll("x-trailer")).containsExactly("a");
        }
    }

    @Test
    void aPutCanBeRefusedBeforeTheServiceSeesIt(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, server -> server.middleware(failing("a", "start DoPut")))) {
            FlightPut put = duo.client().doPut(FlightDescriptor.path("p"), Rows.SCHEMA);
            assertThatThrownBy(() -> put.metadataReader().read()).isInstanceOf(FlightUnauthenticatedException.class);
            assertThatThrownBy(put::close).isInstanceOf(FlightUnauthenticatedException.class);
            assertThat(until("a start DoPut")).hasSize(1);
        }
    }

    @Test
    void whatFailsBeforeTheAnswerFailsTheCall(BufferAllocator memory) throws InterruptedException {
        for (String step : List.of("headers", "trailers")) {
            try (Duo duo = duo(memory, server -> server.middleware(noting("a")).middleware(failing("b", step)))) {
                assertThatThrownBy(() -> duo.client().getFlightInfo(FlightDescriptor.path("p")))
                        .isInstanceOf(FlightUnauthenticatedException.class)
                        .hasMessageContaining("refused at " + step);
                assertThat(until("b completed UNAUTHENTICATED")).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void whatFailsAtTheEndHasNoEffect(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, server -> server.middleware(failing("a", "completed well"))
                .middleware(noting("b")))) {
            duo.client().getFlightInfo(FlightDescriptor.path("p"));
            assertThat(until("b completed well")).contains("a completed well");
        }
    }

    @Test
    void aCallThatItsClientGivesUpIsCompletedOnce(BufferAllocator memory) throws InterruptedException {
        try (Duo duo = duo(memory, server -> server.middleware(noting("a")))) {
            try (FlightStreamReader reader = duo.client().doGet(Ticket.of("endless"))) {
                assertThat(reader.next()).isTrue();
            }
            duo.client().getFlightInfo(FlightDescriptor.path("p"));
            List<String> seen = new ArrayList<>(until("a completed CANCELLED"));
            if (!seen.contains("a completed well")) {
                seen.addAll(until("a completed well"));
            }
            assertThat(seen)
                    .containsExactlyInAnyOrder(
                            "a start DoGet",
                            "a headers",
                            "a completed CANCELLED",
                            "a start GetFlightInfo",
                            "served",
                            "a headers",
                            "a trailers",
                            "a completed well");
        }
    }
}
