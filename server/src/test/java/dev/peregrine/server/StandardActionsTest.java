package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.AsyncFlightClient;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.CancelFlightInfoResult;
import dev.peregrine.protocol.CancelStatus;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightEndpoint;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightInvalidArgumentException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import dev.peregrine.protocol.session.CloseSessionResult;
import dev.peregrine.protocol.session.GetSessionOptionsResult;
import dev.peregrine.protocol.session.SessionOptionValue;
import dev.peregrine.protocol.session.SetSessionOptionsResult;
import dev.peregrine.protocol.session.SetSessionOptionsResult.Error;
import dev.peregrine.testing.LeakCheck;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The actions that the specification defines, between our client and our server. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class StandardActionsTest {
    private static final Instant LATER = Instant.ofEpochSecond(2_000_000_000);
    private static final FlightInfo INFO =
            FlightInfo.of(Rows.SCHEMA, FlightDescriptor.command("q"), new FlightEndpoint(Ticket.of("t")));

    /** One session for everybody. */
    private static final class Everything implements FlightService {
        private final Map<String, SessionOptionValue> session = new ConcurrentHashMap<>();

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return action.type().equals("own")
                    ? List.of(Result.of("mine"))
                    : FlightService.super.doAction(call, action);
        }

        @Override
        public CancelFlightInfoResult cancelFlightInfo(ServerCall call, FlightInfo info) {
            return new CancelFlightInfoResult(
                    info.equals(INFO) ? CancelStatus.CANCELLED : CancelStatus.NOT_CANCELLABLE);
        }

        @Override
        public FlightEndpoint renewFlightEndpoint(ServerCall call, FlightEndpoint endpoint) {
            return new FlightEndpoint(endpoint.ticket(), endpoint.locations(), LATER, endpoint.appMetadata());
        }

        @Override
        public SetSessionOptionsResult setSessionOptions(ServerCall call, Map<String, SessionOptionValue> options) {
            if (options.containsKey("bad")) {
                return new SetSessionOptionsResult(Map.of("bad", Error.INVALID_NAME));
            }
            session.putAll(options);
            session.values().removeIf(SessionOptionValue.UNSET::equals);
            return SetSessionOptionsResult.OK;
        }

        @Override
        public GetSessionOptionsResult getSessionOptions(ServerCall call) {
            return new GetSessionOptionsResult(session);
        }

        @Override
        public CloseSessionResult closeSession(ServerCall call) {
            return new CloseSessionResult(CloseSessionResult.Status.CLOSING);
        }
    }

    @Test
    void eachIsAMethodOfTheClientAndOfTheService(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Everything())) {
            FlightClient client = duo.client();
            assertThat(client.cancelFlightInfo(INFO).status()).isEqualTo(CancelStatus.CANCELLED);
            assertThat(client.cancelFlightInfo(INFO.withTotals(1, 1)).status()).isEqualTo(CancelStatus.NOT_CANCELLABLE);
            assertThat(client.renewFlightEndpoint(INFO.endpoints().get(0)))
                    .isEqualTo(new FlightEndpoint(Ticket.of("t"), List.of(), LATER, new byte[0]));

            SessionOptionValue one = SessionOptionValue.of(1);
            assertThat(client.setSessionOptions(Map.of("a", one, "b", SessionOptionValue.of(true))))
                    .isEqualTo(SetSessionOptionsResult.OK);
            assertThat(client.setSessionOptions(Map.of("bad", one)).errors())
                    .isEqualTo(Map.of("bad", Error.INVALID_NAME));
            client.setSessionOptions(Map.of("b", SessionOptionValue.UNSET));
            assertThat(client.getSessionOptions().sessionOptions()).isEqualTo(Map.of("a", one));
            assertThat(client.closeSession().status()).isEqualTo(CloseSessionResult.Status.CLOSING);

            assertThat(client.doAction("own").toList()).containsExactly(Result.of("mine"));
        }
    }

    @Test
    void eachIsAFutureToo(BufferAllocator memory) throws Exception {
        try (Duo duo = Duo.of(memory, new Everything())) {
            AsyncFlightClient client = duo.client().async();
            assertThat(soon(client.cancelFlightInfo(INFO)).status()).isEqualTo(CancelStatus.CANCELLED);
            assertThat(soon(client.renewFlightEndpoint(INFO.endpoints().get(0))).expirationTime())
                    .isEqualTo(LATER);
            assertThat(soon(client.setSessionOptions(Map.of("bad", SessionOptionValue.of(1))))
                            .errors())
                    .isEqualTo(Map.of("bad", Error.INVALID_NAME));
            assertThat(soon(client.setSessionOptions(Map.of("a", SessionOptionValue.of(1)))))
                    .isEqualTo(SetSessionOptionsResult.OK);
            assertThat(soon(client.getSessionOptions()).sessionOptions())
                    .isEqualTo(Map.of("a", SessionOptionValue.of(1)));
            assertThat(soon(client.closeSession()).status()).isEqualTo(CloseSessionResult.Status.CLOSING);
        }
    }

    @Test
    void theFutureOfAnAnswerThatIsNoneFails(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Fixed())) {
            assertThatThrownBy(() -> soon(duo.client().async().getSessionOptions()))
                    .hasCauseInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("the server ended the action GetSessionOptions without a result");
        }
        try (Duo duo = Duo.of(memory, new Fixed(Result.of("this is no message")))) {
            assertThatThrownBy(() -> soon(duo.client().async().closeSession()))
                    .hasCauseInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("CloseSessionResult");
        }
    }

    private static <T> T soon(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    @Test
    void whatAServiceDoesNotOverrideIsUnimplemented(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new FlightService() {})) {
            FlightClient client = duo.client();
            assertThatThrownBy(() -> client.cancelFlightInfo(INFO))
                    .isInstanceOf(FlightUnimplementedException.class)
                    .hasMessageContaining("CancelFlightInfo is not implemented by this server");
            assertThatThrownBy(client::getSessionOptions).isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(client::closeSession).isInstanceOf(FlightUnimplementedException.class);
            assertThatThrownBy(() -> client.doAction("dance").toList())
                    .isInstanceOf(FlightUnimplementedException.class)
                    .hasMessageContaining("the action \"dance\" is not implemented by this server");
        }
    }

    @Test
    void aBodyThatIsNoRequestIsInvalid(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Everything())) {
            byte[] garbled = {0x0a, 100, 1};
            for (String type : List.of("CancelFlightInfo", "RenewFlightEndpoint", "SetSessionOptions")) {
                assertThatThrownBy(() -> duo.client().doAction(type, garbled).toList())
                        .isInstanceOf(FlightInvalidArgumentException.class)
                        .hasMessageContaining("the body of action " + type + ": 3 bytes are no " + type + "Request");
            }
        }
    }

    /** Answers each action with these results. */
    private static final class Fixed implements FlightService {
        private final List<Result> results;

        Fixed(Result... results) {
            this.results = List.of(results);
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            return results;
        }
    }

    @Test
    void anAnswerThatIsNoneIsTheServersFault(BufferAllocator memory) {
        try (Duo duo = Duo.of(memory, new Fixed())) {
            assertThatThrownBy(() -> duo.client().cancelFlightInfo(INFO))
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("the server ended the action CancelFlightInfo without a result");
        }
        Result cancelling = new Result(new CancelFlightInfoResult(CancelStatus.CANCELLING).serialize());
        try (Duo duo = Duo.of(memory, new Fixed(cancelling, new Result(new byte[0])))) {
            assertThat(duo.client().cancelFlightInfo(INFO).status()).isEqualTo(CancelStatus.CANCELLING);
        }
        try (Duo duo = Duo.of(memory, new Fixed(new Result(new byte[] {0x0a, 100})))) {
            assertThatThrownBy(() ->
                            duo.client().renewFlightEndpoint(INFO.endpoints().get(0)))
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("2 bytes are no FlightEndpoint");
        }
    }
}
