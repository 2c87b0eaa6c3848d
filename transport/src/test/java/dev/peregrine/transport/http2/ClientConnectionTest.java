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
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client against a server that the test plays: connecting, losing, draining, and answers of all kinds. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ClientConnectionTest {
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int MAX_HEADER_LIST_SIZE = 6;

    private final ScriptedPeer.Port port = new ScriptedPeer.Port();
    private final String address = ("127.0.0.1:" + port.number());
    private final List<ClientTransport> clients = new ArrayList<>();
    private ClientTransport client = client(Loopback.OPTIONS);

    ClientConnectionTest() throws IOException {}

    private ClientTransport client(TransportOptions options) {
        ClientTransport made = ClientTransport.create(Loopback.address(port), options);
        clients.add(made);
        return made;
    }

    @AfterEach
    void close() throws IOException {
        clients.forEach(ClientTransport::close);
        port.close();
    }

    private Asked start() {
        return start(null);
    }

    private Asked start(@Nullable Duration timeout) {
        return start(new Metadata(), timeout);
    }

    private Asked start(Metadata headers, @Nullable Duration timeout) {
        return Asked.start(client, "/t/Any", headers, timeout);
    }

    @Test
    void aRefusedConnectionIsUnavailable() throws Exception {
        port.close();
        assertThat(start().failure())
                .isEqualTo(GrpcCode.UNAVAILABLE.with("Cannot connect to " + address
                        + ": connection refused; is the server running, and is this its port?"));
    }

    @Test
    void afterAFailureACallThatWaitsConnectsAgain() throws Exception {
        Asked first = start();
        port.acceptSilently().close();
        assertThat(first.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        Asked second = Asked.start(client, CallSettings.of(null, null, true, null, null));
        try (ScriptedPeer peer = port.accept()) {
            peer.receivesHeaders("a call", 3, false);
            peer.sends(peer.trailersOnlyOk(3));
            assertThat(second.inbox().take()).isNull();
        }
    }

    @Test
    void aPeerThatClosesAtOnceIsUnavailable() throws Exception {
        Asked one = start();
        Asked two = start();
        port.acceptSilently().close();
        GrpcStatus status = one.failure();
        assertThat(status.code()).isEqualTo(GrpcCode.UNAVAILABLE);
        assertThat(status.message()).startsWith("Cannot connect to " + address + ": ");
        assertThat(two.failure()).as("both waited for the one connection").isEqualTo(status);
    }

    @Test
    void aPeerThatSpeaksHttp1IsUnavailable() throws Exception {
        Asked started = start();
        try (ScriptedPeer peer = port.acceptSilently()) {
            peer.sendsRaw("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(started.failure())
                    .isEqualTo(GrpcCode.UNAVAILABLE.with("Cannot connect to " + address
                            + ": the server speaks HTTP/1, not HTTP/2; is this the port of a gRPC server?"));
        }
    }

    @Test
    void aPeerThatWantsTlsIsSaidToWantIt() throws Exception {
        Asked started = start();
        try (ScriptedPeer peer = port.acceptSilently()) {
            peer.sendsRaw(new byte[] {0x15, 3, 3, 0, 2, 2, 10});
            assertThat(started.failure())
                    .isEqualTo(GrpcCode.UNAVAILABLE.with("Cannot connect to " + address
                            + ": the server wants TLS; use grpc+tls:// instead of grpc://"));
        }
    }

    @Test
    void aPeerThatSaysNothingIsGivenUp() throws Exception {
        client = client(Loopback.OPTIONS.toBuilder()
                .connectTimeout(Duration.ofMillis(300))
                .build());
        Asked started = start();
        try (ScriptedPeer peer = port.acceptSilently()) {
            assertThat(started.failure())
                    .isEqualTo(GrpcCode.UNAVAILABLE.with(
                            "Cannot connect to " + address + ": no HTTP/2 SETTINGS came within 300 ms"));
        }
    }

    @Test
    void aDeadlineWorksWhileConnecting() throws Exception {
        Asked started = start(Duration.ofMillis(100));
        try (ScriptedPeer peer = port.acceptSilently()) {
            GrpcStatus status = started.failure();
            assertThat(status.code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
            assertThat(status.message()).endsWith("waiting for a connection to " + address);
        }
    }

    /** RFC 9113, 5.1.2: calls beyond the limit wait for others to end. */
    @Test
    void callsBeyondThePeersLimitWait() throws Exception {
        Asked one = start();
        try (ScriptedPeer peer = port.accept(MAX_CONCURRENT_STREAMS, 1)) {
            peer.receivesHeaders("a call", 3, false);
            Asked two = start();
            Asked cancelled = start();
            Asked late = start(Duration.ofMillis(100));
            Asked three = start();
            three.call().send(Loopback.message(new byte[10]));
            cancelled.call().cancel(GrpcCode.CANCELLED.with("no more"));
            assertThat(cancelled.failure()).isEqualTo(GrpcCode.CANCELLED.with("no more"));
            assertThat(late.failure().message())
                    .endsWith("waiting for one of the streams that " + address + " allows at a time");
            peer.receivesNothing("one stream is open");
            peer.sends(peer.trailersOnlyOk(3));
            peer.receives("the client has heard all, and ends its side too", Frame.data(3, true, new byte[0]));
            assertThat(one.inbox().take()).isNull();
            peer.receivesHeaders("a stream has become free", 5, false);
            peer.receivesNothing("one stream is open");
            peer.sends(Frame.settings(MAX_CONCURRENT_STREAMS, 2));
            peer.receivesHeaders("two are allowed now", 7, false);
            peer.receives("what was queued", Http2FrameTypes.DATA, 7, 15);
            peer.sends(peer.trailersOnlyOk(5), peer.trailersOnlyOk(7));
            assertThat(two.inbox().take()).isNull();
            assertThat(three.inbox().take()).isNull();
        }
    }

    @Test
    void aGoAwayLetsWhatItCoversEndAndMovesNewCalls() throws Exception {
        Asked covered = start();
        try (ScriptedPeer peer = port.accept()) {
            peer.awaits("a call", Http2FrameTypes.HEADERS);
            Asked uncovered = start();
            peer.awaits("a call", Http2FrameTypes.HEADERS);
            peer.sends(Frame.goAway(3, 0, "bye"));
            try (ScriptedPeer second = port.accept()) {
                second.receivesHeaders("the call that was not processed", 3, false);
                Asked moved = start();
                second.receivesHeaders("a new call", 5, false);
                second.sends(second.trailersOnlyOk(3), second.trailersOnlyOk(5));
                assertThat(uncovered.inbox().take()).isNull();
                assertThat(moved.inbox().take()).isNull();
            }
            peer.sends(peer.responseHeaders(3), Frame.data(3, false, Frame.message(4)), peer.trailers(3, "0"));
            assertThat(covered.inbox().take()).hasSize(4);
            assertThat(covered.inbox().take()).isNull();
            peer.receivesTheEnd("it is of no use any more");
        }
    }

    @Test
    void aLostConnectionFailsItsCallsAndTheNextOneConnectsAgain() throws Exception {
        Asked one = start();
        Asked two = start();
        ScriptedPeer peer = port.accept();
        peer.awaits("a call", Http2FrameTypes.HEADERS);
        peer.awaits("a call", Http2FrameTypes.HEADERS);
        byte[] cut = Arrays.copyOf(Frame.message(1000), 500);
        peer.sends(peer.responseHeaders(3), Frame.data(3, false, cut));
        assertThat(one.inbox().awaitHeaders().isEmpty()).isTrue();
        peer.close();
        for (Asked started : List.of(one, two)) {
            GrpcStatus status = started.failure();
            assertThat(status.code()).isEqualTo(GrpcCode.UNAVAILABLE);
            assertThat(status.message()).startsWith("The connection to " + address + " was lost: ");
        }
        Asked next = start();
        try (ScriptedPeer again = port.accept()) {
            again.receivesHeaders("a call", 3, false);
            again.sends(again.trailersOnlyOk(3));
            assertThat(next.inbox().take()).isNull();
        }
    }

    @Test
    void aResetConnectionWhileSendingFreesEverything() throws Exception {
        Asked started = start();
        try (ScriptedPeer peer = port.accept(4, 100_000_000)) {
            peer.sends(Frame.windowUpdate(0, 100_000_000));
            peer.awaits("a call", Http2FrameTypes.HEADERS);
            for (int i = 0; i < 100; i++) {
                started.call().send(Loopback.message(new byte[1 << 20]));
            }
            peer.awaits("its message", Http2FrameTypes.DATA);
            peer.abort();
            assertThat(started.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        }
    }

    @Test
    void headersThatThePeerWouldNotTakeFailTheirCall() throws Exception {
        Asked small = start();
        try (ScriptedPeer peer = port.accept(MAX_HEADER_LIST_SIZE, 1000)) {
            peer.awaits("a call", Http2FrameTypes.HEADERS);
            Asked large = start(new Metadata().add("k", "v".repeat(2000)), null);
            assertThat(large.failure().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
            peer.sends(peer.trailersOnlyOk(3));
            assertThat(small.inbox().take()).isNull();
        }
    }

    @Test
    void aSilentPeerIsGivenUp() throws Exception {
        client = client(Loopback.OPTIONS.toBuilder()
                .keepaliveTime(Duration.ofMillis(100))
                .keepaliveTimeout(Duration.ofMillis(200))
                .build());
        Asked started = start();
        try (ScriptedPeer peer = port.accept()) {
            assertThat(peer.awaits("is the server there?", Http2FrameTypes.PING).flags())
                    .isZero();
            assertThat(started.failure())
                    .isEqualTo(GrpcCode.UNAVAILABLE.with("The connection to " + address
                            + " was lost: it did not answer a keepalive PING within 200 ms"));
            peer.receivesTheEnd("it is of no use any more");
        }
    }
}
