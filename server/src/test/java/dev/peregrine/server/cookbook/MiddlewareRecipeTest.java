package dev.peregrine.server.cookbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.middleware.CallInfo;
import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.ServerMiddleware;
import dev.peregrine.testing.LeakCheck;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class MiddlewareRecipeTest {
    // begin client
    record Tracing(String traceId, BlockingQueue<String> log) implements ClientMiddleware.Factory {
        @Override
        public ClientMiddleware startCall(CallInfo call) {
            return new ClientMiddleware() {
                @Override
                public void sendingHeaders(CallHeaders headers) {
                    headers.add("x-trace", traceId);
                }

                @Override
                public void completed(@Nullable FlightException failure) {
                    log.add(call.method() + (failure == null ? " went well" : " failed: " + failure.status()));
                }
            };
        }
    }
    // end client

    // begin server
    record Traced(String traceId) implements ServerMiddleware {
        static final Key<Traced> KEY = Key.of(Traced.class);

        static Traced startCall(ServerCall call) {
            String sent = call.headers().get("x-trace");
            return new Traced(sent == null ? "none" : sent);
        }

        @Override
        public void sendingTrailers(CallHeaders trailers) {
            trailers.add("x-trace", traceId);
        }
    }
    // end server

    static final class Service implements FlightService {
        // begin service
        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            Traced traced = call.middleware(Traced.KEY);
            return List.of(Result.of("trace " + (traced == null ? "unknown" : traced.traceId())));
        }
        // end service
    }

    @Test
    void aTraceGoesThroughBothEnds(BufferAllocator allocator) {
        BlockingQueue<String> log = new LinkedBlockingQueue<>();
        // begin use
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", new Service())
                        .allocator(allocator)
                        .middleware(Traced.KEY, Traced::startCall)
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(allocator)
                        .middleware(new Tracing("4711", log))
                        .build()) {
            List<Result> results = client.doAction("work").toList();
            // end use
            assertThat(results).containsExactly(Result.of("trace 4711"));
            assertThat(log).containsExactly("DoAction went well");
            // begin use
        }
        // end use
    }
}
