package dev.peregrine.interop.middleware;

import dev.peregrine.interop.parade.FlightCoreParade;
import dev.peregrine.protocol.Location;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.RequestContext;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Middleware of a client of ours with that of a flight-core server. */
@Tag("interop")
class FlightCoreServerMiddlewareTest extends MiddlewareChecks {
    /** flight-core's own memory: what it may leak is not ours to judge. */
    private final BufferAllocator serverMemory = new RootAllocator();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Steps steps = new Steps();
    private FlightServer server;

    /** Notes what it is told. */
    private final class Noting implements FlightServerMiddleware {
        private final String method;

        Noting(String method) {
            this.method = method;
        }

        @Override
        public void onBeforeSendingHeaders(CallHeaders headers) {
            headers.insert("x-answer", "one");
            headers.insert("x-answer", "two");
            headers.insert("x-answer-bin", new byte[] {0, -1});
        }

        @Override
        public void onCallCompleted(CallStatus status) {
            steps.add("completed " + method + " " + status.code());
        }

        @Override
        public void onCallErrored(Throwable failure) {
            steps.add("completed " + method + " with " + failure);
        }
    }

    private Noting begin(CallInfo call, CallHeaders headers, RequestContext context) {
        if (headers.containsKey("x-refuse")) {
            throw CallStatus.UNAUTHORIZED
                    .withDescription("refused by middleware")
                    .toRuntimeException();
        }
        steps.add("started " + call.method() + Steps.shown(headers));
        return new Noting(call.method().toString());
    }

    @BeforeAll
    void start() throws IOException {
        server = FlightServer.builder(
                        serverMemory,
                        org.apache.arrow.flight.Location.forGrpcInsecure("127.0.0.1", 0),
                        new FlightCoreParade(serverMemory, threads))
                .middleware(FlightServerMiddleware.Key.of("steps"), this::begin)
                .build()
                .start();
    }

    @AfterAll
    void stop() throws InterruptedException {
        server.shutdown();
        server.awaitTermination(5, TimeUnit.SECONDS);
        threads.shutdownNow();
    }

    @Override
    Location server() {
        return Location.tcp("127.0.0.1", server.getPort());
    }

    @Override
    String serverStep() throws InterruptedException {
        return steps.next();
    }

    @Override
    boolean hearsOfCancelling() {
        return false;
    }
}
