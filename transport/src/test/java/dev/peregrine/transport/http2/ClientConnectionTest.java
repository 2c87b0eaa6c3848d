package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.TransportOptions;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
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

    private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final String address = "127.0.0.1:" + listening.getLocalPort();
    private final List<ClientTransport> clients = new ArrayList<>();
    private ClientTransport client = client(Loopback.OPTIONS);

    ClientConnectionTest() throws IOException {}

    private ClientTransport client(TransportOptions options) {
        ClientTransport made = ClientTransport.create(new Address.Tcp("127.0.0.1", listening.getLocalPort()), options);
        clients.add(made);
        return made;
    }

    @AfterEach
    void close() throws IOException {
        clients.forEach(ClientTransport::close);
        listening.close();
    }

    private record Started(OutgoingCall call, Inbox<byte[]> inbox) {
        GrpcStatus failure() {
            GrpcException e = catchThrowableOfType(GrpcException.class, inbox::take);
            assertThat(e).as("the call should have failed").isNotNull();
            return e.status();
        }
    }

    private Started start() {
        return start(null);
    }

    private Started start(@Nullable Duration timeout) {
        return start(new Metadata(), timeout);
    }

    private Started start(Metadata headers, @Nullable Duration timeout) {
        Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
        OutgoingCall call = client.start("/t/Any", headers, timeout, inbox);
        inbox.attach(call);
        return new Started(call, inbox);
    }

    @Test
    void theRequestIsWhatGrpcAsksFor() throws Exception {
        Started started = start(new Metadata().add("k", "v").add("b-bin", new byte[] {1}), Duration.ofSeconds(5));
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            Http2Headers headers = peer.decode(peer.next(FakePeer.HEADERS));
            assertThat(headers.method()).hasToString("POST");
            assertThat(headers.scheme()).hasToString("http");
            assertThat(headers.path()).hasToString("/t/Any");
            assertThat(headers.authority()).hasToString(address);
            assertThat(headers.get("te")).hasToString("trailers");
            assertThat(headers.get("content-type")).hasToString("application/grpc");
            assertThat(headers.get("user-agent").toString()).startsWith("peregrine-java/");
            assertThat(headers.get("grpc-timeout").toString()).matches("[1-9][0-9]{0,7}[num]");
            assertThat(headers.get("k")).hasToString("v");
            assertThat(headers.get("b-bin")).hasToString("AQ");
            peer.responseHeaders(3).trailers(3, 0);
            assertThat(started.inbox.take()).isNull();
            started.call.halfClose();
        }
    }

    @Test
    void aRefusedConnectionIsUnavailable() throws Exception {
        listening.close();
        assertThat(start().failure())
                .isEqualTo(GrpcCode.UNAVAILABLE.with("Cannot connect to " + address
                        + ": connection refused; is the server running, and is this its port?"));
    }

    @Test
    void afterAFailureTheNextCallConnectsAgain() throws Exception {
        Started first = start();
        listening.accept().close();
        assertThat(first.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        Started second = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings().trailersOnlyOkAfterRequest();
            assertThat(second.inbox.take()).isNull();
        }
    }

    @Test
    void aPeerThatClosesAtOnceIsUnavailable() throws Exception {
        Started one = start();
        Started two = start();
        listening.accept().close();
        GrpcStatus status = one.failure();
        assertThat(status.code()).isEqualTo(GrpcCode.UNAVAILABLE);
        assertThat(status.message()).startsWith("Cannot connect to " + address + ": ");
        assertThat(two.failure()).as("both waited for the one connection").isEqualTo(status);
    }

    @Test
    void aPeerThatSpeaksHttp1IsUnavailable() throws Exception {
        Started started = start();
        try (Socket socket = listening.accept()) {
            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(started.failure())
                    .isEqualTo(GrpcCode.UNAVAILABLE.with("Cannot connect to " + address
                            + ": the server speaks HTTP/1, not HTTP/2; is this the port of a gRPC server?"));
        }
    }

    @Test
    void aPeerThatWantsTlsIsSaidToWantIt() throws Exception {
        Started started = start();
        try (Socket socket = listening.accept()) {
            socket.getOutputStream().write(new byte[] {0x15, 3, 3, 0, 2, 2, 10});
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
        Started started = start();
        try (Socket socket = listening.accept()) {
            assertThat(started.failure())
                    .isEqualTo(GrpcCode.UNAVAILABLE.with(
                            "Cannot connect to " + address + ": no HTTP/2 SETTINGS came within 300 ms"));
            assertThat(socket.isConnected()).isTrue();
        }
    }

    @Test
    void aDeadlineWorksWhileConnecting() throws Exception {
        Started started = start(Duration.ofMillis(100));
        try (Socket socket = listening.accept()) {
            GrpcStatus status = started.failure();
            assertThat(status.code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
            assertThat(status.message()).endsWith("waiting for a connection to " + address);
            assertThat(socket.isConnected()).isTrue();
        }
    }

    /** RFC 9113, 5.1.2: calls beyond the limit wait for others to end. */
    @Test
    void callsBeyondThePeersLimitWait() throws Exception {
        Started one = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings(MAX_CONCURRENT_STREAMS, 1);
            peer.next(FakePeer.HEADERS);
            Started two = start();
            Started cancelled = start();
            Started late = start(Duration.ofMillis(100));
            Started three = start();
            three.call.send(Loopback.message(new byte[10]));
            cancelled.call.cancel(GrpcCode.CANCELLED.with("no more"));
            assertThat(cancelled.failure()).isEqualTo(GrpcCode.CANCELLED.with("no more"));
            assertThat(late.failure().message())
                    .endsWith("waiting for one of the streams that " + address + " allows at a time");
            peer.receivesNothing("one stream is open");
            peer.trailersOnlyOk(3);
            FakePeer.Frame end = peer.nextOfCalls();
            assertThat(end.isEnd())
                    .as("the client has heard all, and ends its side too")
                    .isTrue();
            assertThat(end.payload()).isEmpty();
            assertThat(one.inbox.take()).isNull();
            assertThat(peer.nextOfCalls().streamId()).isEqualTo(5);
            peer.receivesNothing("one stream is open");
            peer.settings(MAX_CONCURRENT_STREAMS, 2);
            assertThat(peer.nextOfCalls().streamId()).isEqualTo(7);
            peer.receives("what was queued", FakePeer.DATA, 7, 15);
            peer.trailersOnlyOk(5).trailersOnlyOk(7);
            assertThat(two.inbox.take()).isNull();
            assertThat(three.inbox.take()).isNull();
        }
    }

    @Test
    void aGoAwayLetsWhatItCoversEndAndMovesNewCalls() throws Exception {
        Started covered = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.next(FakePeer.HEADERS);
            Started uncovered = start();
            peer.next(FakePeer.HEADERS);
            peer.goAway(3, 0, "bye");
            GrpcStatus status = uncovered.failure();
            assertThat(status.code()).isEqualTo(GrpcCode.UNAVAILABLE);
            assertThat(status.message()).contains("NO_ERROR \"bye\"").contains("has not processed the call");
            Started moved = start();
            try (FakePeer second = FakePeer.accept(listening)) {
                second.settings().trailersOnlyOkAfterRequest();
                assertThat(moved.inbox.take()).isNull();
            }
            peer.responseHeaders(3)
                    .send(FakePeer.DATA, 0, 3, FakePeer.message(4))
                    .trailers(3, 0);
            assertThat(covered.inbox.take()).hasSize(4);
            assertThat(covered.inbox.take()).isNull();
            peer.receivesClose();
        }
    }

    @Test
    void aLostConnectionFailsItsCallsAndTheNextOneConnectsAgain() throws Exception {
        Started one = start();
        Started two = start();
        FakePeer peer = FakePeer.accept(listening);
        peer.settings();
        peer.next(FakePeer.HEADERS);
        peer.next(FakePeer.HEADERS);
        peer.responseHeaders(3);
        // In the middle of a message.
        byte[] cut = java.util.Arrays.copyOf(FakePeer.message(1000), 500);
        peer.send(FakePeer.DATA, 0, 3, cut);
        assertThat(one.inbox.awaitHeaders().isEmpty()).isTrue();
        peer.close();
        for (Started started : List.of(one, two)) {
            GrpcStatus status = started.failure();
            assertThat(status.code()).isEqualTo(GrpcCode.UNAVAILABLE);
            assertThat(status.message()).startsWith("The connection to " + address + " was lost: ");
        }
        Started next = start();
        try (FakePeer again = FakePeer.accept(listening)) {
            again.settings().trailersOnlyOkAfterRequest();
            assertThat(next.inbox.take()).isNull();
        }
    }

    @Test
    void aResetConnectionWhileSendingFreesEverything() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings(4, 100_000_000);
            peer.windowUpdate(0, 100_000_000);
            peer.next(FakePeer.HEADERS);
            for (int i = 0; i < 100; i++) {
                started.call.send(Loopback.message(new byte[1 << 20]));
            }
            peer.next(FakePeer.DATA);
            peer.abort();
            assertThat(started.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        }
    }

    @Test
    void whatTheCodesOfResetMean() throws Exception {
        Started[] calls = {start(), start(), start()};
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            for (int i = 0; i < 3; i++) {
                peer.next(FakePeer.HEADERS);
            }
            peer.reset(3, 7).reset(5, 0xb).reset(7, 2);
            assertThat(calls[0].failure().code()).as("REFUSED_STREAM").isEqualTo(GrpcCode.UNAVAILABLE);
            assertThat(calls[1].failure().code()).as("ENHANCE_YOUR_CALM").isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
            assertThat(calls[2].failure().code()).as("INTERNAL_ERROR").isEqualTo(GrpcCode.INTERNAL);
        }
    }

    @Test
    void answersThatAreNotGrpc() throws Exception {
        Started[] calls = new Started[6];
        for (int i = 0; i < calls.length; i++) {
            calls[i] = start();
        }
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            for (int i = 0; i < calls.length; i++) {
                peer.next(FakePeer.HEADERS);
            }
            Http2Headers html = new DefaultHttp2Headers().status("503").add("content-type", "text/html");
            peer.headers(3, false, html).send(FakePeer.DATA, 1, 3, "<h1>busy</h1>".getBytes());
            assertThat(calls[0].failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
            assertThat(calls[0].failure().message()).contains("503").contains("<h1>busy</h1>");

            peer.headers(5, true, new DefaultHttp2Headers().status("404"));
            assertThat(calls[1].failure().code()).isEqualTo(GrpcCode.UNIMPLEMENTED);

            peer.responseHeaders(7).send(FakePeer.DATA, 1, 7, FakePeer.message(3));
            assertThat(calls[2].inbox.take()).hasSize(3);
            assertThat(calls[2].failure())
                    .isEqualTo(GrpcCode.INTERNAL.with(
                            "The peer ended the stream without trailers, so without a grpc-status"));

            peer.responseHeaders(9).headers(9, true, new DefaultHttp2Headers(false).add("x", "y"));
            assertThat(calls[3].failure())
                    .isEqualTo(GrpcCode.UNKNOWN.with("The peer ended the call without a grpc-status"));

            peer.send(FakePeer.DATA, 0, 11, FakePeer.message(3));
            assertThat(calls[4].failure())
                    .isEqualTo(GrpcCode.INTERNAL.with("The peer sent DATA before response headers"));

            peer.headers(13, false, new DefaultHttp2Headers().status("103"));
            peer.responseHeaders(13).trailers(13, 5);
            assertThat(calls[5].failure().code())
                    .as("informational headers are skipped")
                    .isEqualTo(GrpcCode.NOT_FOUND);
        }
    }

    /** A server may end the call and then ask the client to stop sending (RFC 9113, 8.1). */
    @Test
    void aResetAfterTheTrailersChangesNothing() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.next(FakePeer.HEADERS);
            peer.responseHeaders(3).trailers(3, 0).reset(3, 0);
            assertThat(started.inbox.take()).isNull();
        }
    }

    @Test
    void whatArrivesForACancelledCallIsDroppedWithoutAnotherReset() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.next(FakePeer.HEADERS);
            peer.responseHeaders(3);
            started.inbox.awaitHeaders();
            started.call.cancel(GrpcCode.CANCELLED.with("enough"));
            assertThat(peer.nextOfCalls().number()).as("CANCEL").isEqualTo(8);
            for (int i = 0; i < 100; i++) {
                peer.send(FakePeer.DATA, 0, 3, FakePeer.message(10_000));
            }
            peer.trailers(3, 0);
            peer.receivesNothing("the stream is reset");
        }
    }

    @Test
    void headersThatThePeerWouldNotTakeFailTheirCall() throws Exception {
        Started small = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings(MAX_HEADER_LIST_SIZE, 1000);
            peer.next(FakePeer.HEADERS);
            Started large = start(new Metadata().add("k", "v".repeat(2000)), null);
            assertThat(large.failure().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
            peer.trailersOnlyOk(3);
            assertThat(small.inbox.take()).isNull();
        }
    }

    @Test
    void headersLargerThanWeTakeFailTheirCall() throws Exception {
        Started large = start();
        Started small = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.next(FakePeer.HEADERS);
            peer.next(FakePeer.HEADERS);
            Http2Headers head = new DefaultHttp2Headers()
                    .status("200")
                    .add("content-type", "application/grpc")
                    .add("k", "v".repeat(16_384));
            peer.headers(3, false, head);
            assertThat(large.failure().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
            peer.headers(
                    5,
                    true,
                    new DefaultHttp2Headers(false)
                            .status("200")
                            .add("content-type", "application/grpc")
                            .add("grpc-status", "0"));
            assertThat(small.inbox.take()).isNull();
        }
    }

    @Test
    void aSilentPeerIsGivenUp() throws Exception {
        client = client(Loopback.OPTIONS.toBuilder()
                .keepaliveTime(Duration.ofMillis(100))
                .keepaliveTimeout(Duration.ofMillis(200))
                .build());
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            assertThat(peer.next(FakePeer.PING).flags()).isZero();
            assertThat(started.failure())
                    .isEqualTo(GrpcCode.UNAVAILABLE.with("The connection to " + address
                            + " was lost: it did not answer a keepalive PING within 200 ms"));
            peer.receivesClose();
        }
    }
}
