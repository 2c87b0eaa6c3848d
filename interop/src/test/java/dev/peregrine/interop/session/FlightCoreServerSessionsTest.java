package dev.peregrine.interop.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.client.middleware.CookieMiddleware;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.testing.LeakCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightConstants;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightServerMiddleware;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.ServerSessionMiddleware;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client of ours that keeps cookies, with the sessions of a flight-core server. */
@Tag("interop")
@ExtendWith(LeakCheck.class)
@Timeout(60)
class FlightCoreServerSessionsTest {
    private static final FlightServerMiddleware.Key<ServerSessionMiddleware> SESSION =
            FlightServerMiddleware.Key.of("session");

    /** flight-core's own memory: what it may leak is not ours to judge. */
    private final BufferAllocator serverMemory = new RootAllocator();

    private final AtomicInteger sessions = new AtomicInteger();
    private FlightServer server;
    private BufferAllocator allocator;

    /** Answers the session actions from flight-core's own middleware. */
    private static final class Producer extends NoOpFlightProducer {
        @Override
        public void doAction(
                CallContext context, org.apache.arrow.flight.Action action, StreamListener<Result> listener) {
            try {
                ByteBuffer answer = answer(context, action);
                byte[] bytes = new byte[answer.remaining()];
                answer.get(bytes);
                listener.onNext(new Result(bytes));
                listener.onCompleted();
            } catch (IOException | RuntimeException e) {
                listener.onError(e);
            }
        }

        private static ByteBuffer answer(CallContext context, org.apache.arrow.flight.Action action)
                throws IOException {
            ServerSessionMiddleware middleware = context.getMiddleware(SESSION);
            switch (action.getType()) {
                case "SetSessionOptions" -> {
                    SetSessionOptionsRequest.deserialize(ByteBuffer.wrap(action.getBody()))
                            .getSessionOptions()
                            .forEach(middleware.getSession()::setSessionOption);
                    return new SetSessionOptionsResult(Map.of()).serialize();
                }
                case "GetSessionOptions" -> {
                    return new GetSessionOptionsResult(
                                    middleware.hasSession()
                                            ? middleware.getSession().getSessionOptions()
                                            : Map.of())
                            .serialize();
                }
                case "CloseSession" -> {
                    middleware.closeSession();
                    return new org.apache.arrow.flight.CloseSessionResult(
                                    org.apache.arrow.flight.CloseSessionResult.Status.CLOSED)
                            .serialize();
                }
                case "fail" -> {
                    middleware.getSession();
                    throw CallStatus.UNAVAILABLE.withDescription("not now").toRuntimeException();
                }
                default -> {
                    CallHeaders headers =
                            context.getMiddleware(FlightConstants.HEADER_KEY).headers();
                    String cookies = headers.get("cookie");
                    return ByteBuffer.wrap((cookies == null ? "none" : cookies).getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }

    @BeforeEach
    void start(BufferAllocator allocator) throws IOException {
        this.allocator = allocator;
        server = FlightServer.builder(
                        serverMemory, org.apache.arrow.flight.Location.forGrpcInsecure("127.0.0.1", 0), new Producer())
                .middleware(SESSION, new ServerSessionMiddleware.Factory(() -> "session-" + sessions.incrementAndGet()))
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdown();
        server.awaitTermination(5, TimeUnit.SECONDS);
    }

    private FlightClient client(CookieMiddleware cookies) {
        return FlightClient.builder(Location.tcp("127.0.0.1", server.getPort()))
                .allocator(allocator)
                .middleware(cookies)
                .build();
    }

    private static String cookies(FlightClient client) {
        return new String(client.doAction(new Action("cookies")).toList().get(0).body(), StandardCharsets.UTF_8);
    }

    @Test
    void eachClientHasItsSession() {
        SessionOptionValue name = SessionOptionValue.of("Zo\u00eb");
        try (FlightClient ada = client(new CookieMiddleware());
                FlightClient bob = client(new CookieMiddleware())) {
            assertThat(ada.getSessionOptions().sessionOptions()).isEmpty();
            assertThat(ada.setSessionOptions(Map.of("name", name)).errors()).isEmpty();
            assertThat(cookies(ada)).isEqualTo("arrow_flight_session_id=session-1");
            assertThat(ada.getSessionOptions().sessionOptions()).isEqualTo(Map.of("name", name));
            assertThat(bob.getSessionOptions().sessionOptions()).isEmpty();
            assertThat(bob.setSessionOptions(Map.of("n", SessionOptionValue.of(1L)))
                            .errors())
                    .isEmpty();
            assertThat(ada.getSessionOptions().sessionOptions()).isEqualTo(Map.of("name", name));
            assertThat(sessions).hasValue(2);

            assertThat(ada.closeSession().status()).isEqualTo(CloseSessionResult.Status.CLOSED);
            assertThat(cookies(ada)).isEqualTo("none");
            assertThat(cookies(bob)).isEqualTo("arrow_flight_session_id=session-2");
        }
    }

    @Test
    void clientsMayShareASession() {
        CookieMiddleware cookies = new CookieMiddleware();
        try (FlightClient one = client(cookies);
                FlightClient other = client(cookies)) {
            one.setSessionOptions(Map.of("a", SessionOptionValue.of(true)));
            assertThat(other.getSessionOptions().sessionOptions()).isEqualTo(Map.of("a", SessionOptionValue.of(true)));
            assertThat(sessions).hasValue(1);
            cookies.clear();
            assertThat(other.getSessionOptions().sessionOptions()).isEmpty();
        }
    }

    /** The cookie is in the headers or the trailers of an answer that has no message. */
    @Test
    void aSessionThatBeginsWithAnError() {
        try (FlightClient client = client(new CookieMiddleware())) {
            assertThatThrownBy(() -> client.doAction(new Action("fail")).toList())
                    .isInstanceOf(FlightUnavailableException.class);
            assertThat(cookies(client)).isEqualTo("arrow_flight_session_id=session-1");
        }
    }
}
