package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.retry.Repeater;
import dev.peregrine.transport.retry.Retries;
import dev.peregrine.transport.retry.RetryPolicy;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Calls that are made again, against a server that the test plays. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class RepeatedCallsTest {
    private static final RetryPolicy POLICY = new RetryPolicy(
            3, Duration.ofMillis(1), Duration.ofMillis(1), 1, Set.of(GrpcCode.UNAVAILABLE, GrpcCode.ABORTED));
    private static final CallSettings BY_POLICY = settings(null, POLICY, null);

    private final ScriptedPeer.Port port = new ScriptedPeer.Port();
    private ClientTransport client = ClientTransport.create(Loopback.address(port), Loopback.OPTIONS);

    RepeatedCallsTest() throws IOException {}

    private static CallSettings settings(
            @Nullable Duration timeout, @Nullable RetryPolicy policy, @Nullable Repeater repeater) {
        return CallSettings.of(timeout, null, false, policy, repeater);
    }

    private void use(Retries retries) {
        client.close();
        TransportOptions options = Loopback.OPTIONS.toBuilder().retries(retries).build();
        client = ClientTransport.create(Loopback.address(port), options);
    }

    private Asked ask(CallSettings settings) {
        Asked asked = Asked.start(client, settings);
        asked.call().sendLast(Loopback.message(new byte[] {1, 2, 3}));
        return asked;
    }

    private static void receivesTheRequest(ScriptedPeer peer, int stream) throws IOException {
        Frame data = peer.receives("the request", Http2FrameTypes.DATA, stream, 8);
        assertThat(data.payload()).isEqualTo(new byte[] {0, 0, 0, 0, 3, 1, 2, 3});
        assertThat(data.endsStream()).isTrue();
    }

    private static Http2Headers receives(ScriptedPeer peer, int stream) throws IOException {
        Http2Headers headers = peer.receivesHeaders("the call", stream, false);
        receivesTheRequest(peer, stream);
        return headers;
    }

    private static void fails(ScriptedPeer peer, int stream, GrpcCode code, String... more) throws IOException {
        String[] fields = {":status", "200", "content-type", "application/grpc", "grpc-status", "" + code.number()};
        String[] all = java.util.Arrays.copyOf(fields, fields.length + more.length);
        System.arraycopy(more, 0, all, fields.length, more.length);
        peer.sends(peer.headers(stream, true, all));
    }

    private static void succeeds(ScriptedPeer peer, int stream, Asked asked) throws Exception {
        peer.sends(peer.trailersOnlyOk(stream));
        assertThat(asked.inbox().take()).isNull();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        port.close();
    }

    @Test
    void aStreamThatWasRefusedIsOpenedOnceMore() throws Exception {
        Asked asked = ask(CallSettings.NONE);
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            peer.sends(Frame.reset(3, Http2Error.REFUSED_STREAM.code()));
            Http2Headers again = receives(peer, 5);
            assertThat(again.get("grpc-previous-rpc-attempts"))
                    .as("the server's application has not seen the first")
                    .isNull();
            succeeds(peer, 5, asked);
        }
    }

    @Test
    void aStreamThatIsRefusedTwiceFails() throws Exception {
        Asked asked = ask(CallSettings.NONE);
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            peer.sends(Frame.reset(3, Http2Error.REFUSED_STREAM.code()));
            receives(peer, 5);
            peer.sends(Frame.reset(5, Http2Error.REFUSED_STREAM.code()));
            assertThat(asked.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        }
    }

    @Test
    void nothingIsMadeAgainIfThatIsSwitchedOff() throws Exception {
        use(new Retries(false, 1 << 20, null));
        Asked asked = ask(BY_POLICY);
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            peer.sends(Frame.reset(3, Http2Error.REFUSED_STREAM.code()));
            assertThat(asked.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        }
    }

    @Test
    void aStreamOfMessagesIsSentAgainAndGoesOn() throws Exception {
        Asked asked = Asked.start(client, CallSettings.NONE);
        try (ScriptedPeer peer = port.accept()) {
            peer.receivesHeaders("the call", 3, false);
            asked.call().send(Loopback.message(new byte[] {1}));
            peer.receivesData("the first message", 3, 6);
            asked.call().send(Loopback.message(new byte[] {2}));
            peer.receivesData("the second message", 3, 6);
            peer.sends(Frame.reset(3, Http2Error.REFUSED_STREAM.code()));
            peer.receivesHeaders("the call", 5, false);
            assertThat(peer.receivesData("both again", 5, 12)).containsExactly(0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 2);
            asked.call().send(Loopback.message(new byte[] {3}));
            peer.receivesData("the third message", 5, 6);
            asked.call().halfClose();
            peer.receives("its end", Frame.data(5, true, new byte[0]));
            succeeds(peer, 5, asked);
        }
    }

    @Test
    void aStreamThatHasSentMoreThanIsKeptFails() throws Exception {
        use(new Retries(true, 10, null));
        Asked asked = Asked.start(client, BY_POLICY);
        try (ScriptedPeer peer = port.accept()) {
            peer.receivesHeaders("the call", 3, false);
            asked.call().send(Loopback.message(new byte[6]));
            peer.receivesData("a message", 3, 11);
            peer.sends(Frame.reset(3, Http2Error.REFUSED_STREAM.code()));
            assertThat(asked.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        }
    }

    @Test
    void aRequestThatIsCompleteIsKeptHoweverLong() throws Exception {
        use(new Retries(true, 0, null));
        Asked asked = ask(CallSettings.NONE);
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            peer.sends(Frame.reset(3, Http2Error.REFUSED_STREAM.code()));
            receives(peer, 5);
            succeeds(peer, 5, asked);
        }
    }

    @Test
    void aPolicyHasFailuresMadeAgain() throws Exception {
        Asked asked = ask(BY_POLICY);
        try (ScriptedPeer peer = port.accept()) {
            assertThat(receives(peer, 3).get("grpc-previous-rpc-attempts")).isNull();
            fails(peer, 3, GrpcCode.UNAVAILABLE);
            assertThat(receives(peer, 5).get("grpc-previous-rpc-attempts")).hasToString("1");
            fails(peer, 5, GrpcCode.ABORTED);
            assertThat(receives(peer, 7).get("grpc-previous-rpc-attempts")).hasToString("2");
            fails(peer, 7, GrpcCode.UNAVAILABLE, "grpc-message", "still down");
            assertThat(asked.failure()).isEqualTo(GrpcCode.UNAVAILABLE.with("still down"));
        }
    }

    @Test
    void otherFailuresAreNotMadeAgain() throws Exception {
        Asked asked = ask(BY_POLICY);
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            fails(peer, 3, GrpcCode.NOT_FOUND);
            assertThat(asked.failure().code()).isEqualTo(GrpcCode.NOT_FOUND);
        }
    }

    @Test
    void aFailureAfterHeadersAloneIsMadeAgain() throws Exception {
        Asked asked = ask(BY_POLICY);
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            peer.sends(peer.headers(3, false, ":status", "200", "content-type", "application/grpc", "try", "first"));
            peer.sends(peer.trailers(3, "14"));
            receives(peer, 5);
            peer.sends(peer.headers(5, false, ":status", "200", "content-type", "application/grpc", "try", "second"));
            peer.sends(Frame.data(5, false, Frame.message(4)), peer.trailers(5, "0"));
            assertThat(asked.inbox().take()).hasSize(4);
            assertThat(asked.inbox().awaitHeaders().get("try")).isEqualTo("second");
            assertThat(asked.inbox().take()).isNull();
        }
    }

    @Test
    void nothingIsMadeAgainAfterTheFirstMessage() throws Exception {
        Asked asked = ask(BY_POLICY);
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            peer.sends(peer.responseHeaders(3), Frame.data(3, false, Frame.message(4)), peer.trailers(3, "14"));
            assertThat(asked.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
            peer.receivesNothing("something of the answer was delivered");
        }
    }

    @Test
    void aLostConnectionIsAFailureOfItsCalls() throws Exception {
        Asked asked = ask(BY_POLICY);
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
        }
        try (ScriptedPeer peer = port.accept()) {
            assertThat(receives(peer, 3).get("grpc-previous-rpc-attempts")).hasToString("1");
            succeeds(peer, 3, asked);
        }
    }

    @Test
    void theServerCanForbidIt() throws Exception {
        Asked asked = ask(BY_POLICY);
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            fails(peer, 3, GrpcCode.UNAVAILABLE, "grpc-retry-pushback-ms", "-1");
            assertThat(asked.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        }
    }

    @Test
    void aCancellationEndsTheWaitForTheNextAttempt() throws Exception {
        Duration hour = Duration.ofHours(1);
        Asked asked = ask(settings(null, new RetryPolicy(2, hour, hour, 1, Set.of(GrpcCode.UNAVAILABLE)), null));
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            fails(peer, 3, GrpcCode.UNAVAILABLE);
            peer.receivesNothing("it waits");
            asked.call().cancel(GrpcCode.CANCELLED.with("enough"));
            assertThat(asked.failure()).isEqualTo(GrpcCode.CANCELLED.with("enough"));
        }
    }

    @Test
    void theClosingOfTheClientEndsTheWaitForTheNextAttempt() throws Exception {
        Duration hour = Duration.ofHours(1);
        Asked asked = ask(settings(null, new RetryPolicy(2, hour, hour, 1, Set.of(GrpcCode.UNAVAILABLE)), null));
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            fails(peer, 3, GrpcCode.UNAVAILABLE);
            peer.receivesNothing("it waits");
            client.close();
            assertThat(asked.failure().code()).isEqualTo(GrpcCode.CANCELLED);
        }
    }

    @Test
    void aCallWaitsForWhoeverFindsNewHeaders() throws Exception {
        CompletableFuture<@Nullable Metadata> found = new CompletableFuture<>();
        Asked asked = ask(settings(
                null,
                null,
                (status, trailers, repeats) ->
                        status.code() == GrpcCode.UNAUTHENTICATED && repeats == 0 ? found : null));
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            fails(peer, 3, GrpcCode.UNAUTHENTICATED);
            peer.receivesNothing("it waits");
            found.complete(new Metadata().add("authorization", "Bearer new"));
            assertThat(receives(peer, 5).get("authorization")).hasToString("Bearer new");
            fails(peer, 5, GrpcCode.UNAUTHENTICATED, "grpc-message", "no");
            assertThat(asked.failure()).isEqualTo(GrpcCode.UNAUTHENTICATED.with("no"));
        }
    }

    @Test
    void aCallFailsAsItDidIfNobodyFindsNewHeaders() throws Exception {
        CompletableFuture<@Nullable Metadata> found = new CompletableFuture<>();
        Asked asked = ask(settings(null, null, (status, trailers, repeats) -> found));
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            fails(peer, 3, GrpcCode.UNAUTHENTICATED, "grpc-message", "no", "why", "expired");
            peer.receivesNothing("it waits");
            found.completeExceptionally(new IOException("no token"));
            var failure = asked.exception();
            assertThat(failure.status()).isEqualTo(GrpcCode.UNAUTHENTICATED.with("no"));
            assertThat(failure.trailers().get("why")).isEqualTo("expired");
        }
    }

    @Test
    void theDeadlineCoversAllAttemptsAndSaysWhyThereWereSeveral() throws Exception {
        Duration hour = Duration.ofHours(1);
        CompletableFuture<@Nullable Metadata> never = new CompletableFuture<>();
        Asked asked = ask(settings(
                Duration.ofSeconds(1),
                new RetryPolicy(2, hour, hour, 1, Set.of(GrpcCode.ABORTED)),
                (s, t, n) -> never));
        try (ScriptedPeer peer = port.accept()) {
            receives(peer, 3);
            fails(peer, 3, GrpcCode.UNAVAILABLE, "grpc-message", "down");
            GrpcStatus status = asked.failure();
            assertThat(status.code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
            assertThat(status.message()).endsWith("the attempt before that failed with UNAVAILABLE: down");
        }
    }
}
