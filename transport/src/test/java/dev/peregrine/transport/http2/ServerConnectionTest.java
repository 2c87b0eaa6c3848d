package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.TransportOptions;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server against a client that the test plays: requests that are none, broken frames, floods, clients that vanish. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ServerConnectionTest {
    private Loopback loopback = null;
    private final CompletableFuture<GrpcStatus> ended = new CompletableFuture<>();

    @BeforeEach
    void serve() throws IOException {
        serve(Loopback.OPTIONS);
    }

    private void serve(TransportOptions options) throws IOException {
        if (loopback != null) {
            loopback.close();
        }
        loopback = new Loopback(options)
                .on("/t/Echo", LoopbackTest.ECHO)
                .on("/t/Wait", served -> {
                    try {
                        byte[] never = served.read();
                        ended.complete(GrpcCode.OK.with("" + never));
                    } catch (dev.peregrine.transport.GrpcException e) {
                        ended.complete(e.status());
                    }
                })
                .on("/t/Flood", served -> {
                    while (served.write(new byte[10_000])) {
                        assertThat(served.call().isClosed()).isFalse();
                    }
                    ended.complete(GrpcStatus.OK);
                });
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private FakePeer connect() throws IOException {
        return FakePeer.connect(((Address.Tcp) loopback.server.address()).port());
    }

    @Test
    void aCallOfAForeignClientIsServed() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings().request(1, "/t/Echo").send(FakePeer.DATA, 1, 1, FakePeer.message(3));
            Http2Headers head = peer.decode(peer.nextOfCalls());
            assertThat(head.status()).hasToString("200");
            assertThat(head.get("content-type")).hasToString("application/grpc");
            peer.receives("the echo", FakePeer.DATA, 1, 8);
            FakePeer.Frame trailers = peer.nextOfCalls();
            assertThat(peer.decode(trailers).get("grpc-status")).hasToString("0");
            assertThat(trailers.isEnd()).isTrue();
            peer.receivesNothing("both sides have ended");
        }
    }

    @Test
    void anAnswerBeforeTheRequestIsCompleteEndsWithNoError() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings().request(1, "/t/Missing");
            FakePeer.Frame trailers = peer.nextOfCalls();
            assertThat(peer.decode(trailers).get("grpc-status")).hasToString("12");
            FakePeer.Frame reset = peer.nextOfCalls();
            assertThat(reset.type()).isEqualTo(FakePeer.RST_STREAM);
            assertThat(reset.number()).as("NO_ERROR: please send no more").isZero();
            peer.send(FakePeer.DATA, 1, 1, FakePeer.message(100));
            peer.receivesNothing("it was under way");
        }
    }

    @Test
    void whatIsNoGrpcCallGetsAnHttpAnswer() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings();
            Http2Headers get = new DefaultHttp2Headers()
                    .method("GET")
                    .scheme("http")
                    .authority("x")
                    .path("/index.html");
            peer.headers(1, true, get);
            Http2Headers answer = peer.decode(peer.nextOfCalls());
            assertThat(answer.status()).hasToString("405");
            FakePeer.Frame text = peer.nextOfCalls();
            assertThat(new String(text.payload(), StandardCharsets.US_ASCII)).contains("POST");
            assertThat(text.isEnd()).isTrue();

            Http2Headers json = new DefaultHttp2Headers()
                    .method("POST")
                    .scheme("http")
                    .authority("x")
                    .path("/t/Echo")
                    .add("content-type", "application/json");
            peer.headers(3, false, json);
            assertThat(peer.decode(peer.nextOfCalls()).status()).hasToString("415");
            assertThat(peer.nextOfCalls().isEnd()).isTrue();
            assertThat(peer.nextOfCalls().type()).isEqualTo(FakePeer.RST_STREAM);
        }
    }

    @Test
    void aMalformedTimeoutFailsTheCall() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings();
            peer.headers(
                    1,
                    false,
                    new DefaultHttp2Headers()
                            .method("POST")
                            .scheme("http")
                            .authority("x")
                            .path("/t/Echo")
                            .add("te", "trailers")
                            .add("content-type", "application/grpc")
                            .add("grpc-timeout", "5x"));
            Http2Headers answer = peer.decode(peer.nextOfCalls());
            assertThat(answer.get("grpc-status")).hasToString("13");
            assertThat(answer.get("grpc-message").toString()).contains("grpc-timeout");
        }
    }

    @Test
    void theDeadlineOfARequestIsKept() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings();
            peer.headers(
                    1,
                    false,
                    new DefaultHttp2Headers()
                            .method("POST")
                            .scheme("http")
                            .authority("x")
                            .path("/t/Wait")
                            .add("te", "trailers")
                            .add("content-type", "application/grpc")
                            .add("grpc-timeout", "50m"));
            assertThat(peer.decode(peer.nextOfCalls()).get("grpc-status")).hasToString("4");
            assertThat(ended.get().code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
        }
    }

    /** Not even a window of 0 keeps the trailers back. */
    @Test
    void theDeadlineIsKeptAlthoughThePeerReadsNothing() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings(4, 0);
            peer.headers(
                    1,
                    true,
                    new DefaultHttp2Headers()
                            .method("POST")
                            .scheme("http")
                            .authority("x")
                            .path("/t/Flood")
                            .add("te", "trailers")
                            .add("content-type", "application/grpc")
                            .add("grpc-timeout", "50m"));
            assertThat(peer.decode(peer.nextOfCalls()).get("content-type")).hasToString("application/grpc");
            FakePeer.Frame trailers = peer.nextOfCalls();
            assertThat(peer.decode(trailers).get("grpc-status")).hasToString("4");
            assertThat(trailers.isEnd()).isTrue();
            ended.get();
        }
    }

    @Test
    void aBrokenMessagePrefixFailsItsCallOnly() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings().request(1, "/t/Echo").request(3, "/t/Echo");
            peer.send(FakePeer.DATA, 0, 1, new byte[] {7, 0, 0, 0, 1, 1});
            assertThat(peer.decode(peer.nextOfCalls()).get("grpc-status")).hasToString("13");
            assertThat(peer.nextOfCalls().type()).isEqualTo(FakePeer.RST_STREAM);
            peer.send(FakePeer.DATA, 1, 3, FakePeer.message(5));
            peer.decode(peer.nextOfCalls());
            peer.receives("the other call goes on", FakePeer.DATA, 3, 10);
        }
    }

    @Test
    void aBrokenFrameClosesItsConnectionOnly() throws Exception {
        try (FakePeer bad = connect();
                FakePeer good = connect()) {
            good.settings().request(1, "/t/Echo");
            bad.settings().request(1, "/t/Wait");
            bad.send(FakePeer.DATA, 0, 0, new byte[3]);
            assertThat(bad.next(FakePeer.GOAWAY).payload()[7])
                    .as("PROTOCOL_ERROR")
                    .isEqualTo((byte) 1);
            bad.receivesClose();
            assertThat(ended.get().code()).isEqualTo(GrpcCode.CANCELLED);
            good.send(FakePeer.DATA, 1, 1, FakePeer.message(5));
            good.decode(good.nextOfCalls());
            good.receives("the other connection goes on", FakePeer.DATA, 1, 10);
        }
    }

    @Test
    void garbageInsteadOfAPrefaceClosesTheConnection() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", ((Address.Tcp) loopback.server.address()).port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(answer.length).isPositive();
        }
    }

    @Test
    void aClientThatSaysNothingIsHungUpOn() throws Exception {
        serve(Loopback.OPTIONS.toBuilder()
                .connectTimeout(Duration.ofMillis(100))
                .build());
        try (Socket socket = new Socket("127.0.0.1", ((Address.Tcp) loopback.server.address()).port())) {
            socket.setSoTimeout(60_000);
            byte[] sent = socket.getInputStream().readAllBytes();
            assertThat(sent[3]).as("the server's SETTINGS, and then the end").isEqualTo((byte) FakePeer.SETTINGS);
        }
    }

    /** With and without calls: a client's machine may be gone, and nobody would ever notice. */
    @Test
    void anIdleClientThatDoesNotAnswerIsHungUpOn() throws Exception {
        serve(Loopback.OPTIONS.toBuilder()
                .keepaliveTime(Duration.ofMillis(100))
                .keepaliveTimeout(Duration.ofMillis(100))
                .build());
        try (FakePeer peer = connect()) {
            peer.settings();
            peer.receivesClose();
        }
    }

    @Test
    void aClientThatResetsIsNoticed() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings().request(1, "/t/Flood");
            peer.next(FakePeer.DATA);
            peer.reset(1, 8);
            assertThat(ended.get()).isEqualTo(GrpcStatus.OK);
        }
    }

    @Test
    void aClientThatVanishesIsNoticed() throws Exception {
        FakePeer peer = connect();
        peer.settings().request(1, "/t/Flood");
        peer.next(FakePeer.DATA);
        peer.abort();
        assertThat(ended.get()).isEqualTo(GrpcStatus.OK);
        assertThat(loopback.unary("/t/Echo", new byte[4])).hasSize(4);
    }

    @Test
    void aClientThatDiesWithoutAWordIsNoticedByKeepalive() throws Exception {
        serve(Loopback.OPTIONS.toBuilder()
                .keepaliveTime(Duration.ofMillis(100))
                .keepaliveTimeout(Duration.ofMillis(100))
                .build());
        try (FakePeer peer = connect()) {
            peer.settings().request(1, "/t/Wait");
            peer.next(FakePeer.PING);
            GrpcStatus status = ended.get();
            assertThat(status.code()).isEqualTo(GrpcCode.CANCELLED);
            assertThat(status.message()).contains("keepalive");
        }
    }

    /** CVE-2019-9512: answers to PING that nobody reads must not pile up. Slow, because the kernel buffers many first. */
    @Test
    @Tag("slow")
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void aFloodOfPingsClosesTheConnection() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings();
            byte[] pings = new byte[17 * 1000];
            for (int i = 0; i < 1000; i++) {
                pings[17 * i + 2] = 8;
                pings[17 * i + 3] = 6;
            }
            boolean closed = false;
            for (int i = 0; i < 3000 && !closed; i++) {
                try {
                    peer.raw(pings);
                } catch (IOException e) {
                    closed = true;
                }
            }
            assertThat(closed).isTrue();
        }
        assertThat(loopback.unary("/t/Echo", new byte[4])).hasSize(4);
    }

    /** CVE-2019-9518: empty DATA costs the sender nothing. */
    @Test
    void aFloodOfEmptyDataClosesTheConnection() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings().request(1, "/t/Echo");
            for (int i = 0; i < 5; i++) {
                peer.send(FakePeer.DATA, 0, 1, new byte[0]);
            }
            assertThat(peer.next(FakePeer.GOAWAY).payload()[7])
                    .as("ENHANCE_YOUR_CALM")
                    .isEqualTo((byte) 0xb);
            peer.receivesClose();
        }
    }

    /** CVE-2023-44487: streams opened and reset as fast as can be. */
    @Test
    void aFloodOfResetsClosesTheConnection() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings();
            peer.next(FakePeer.SETTINGS);
            boolean closed = false;
            try {
                for (int i = 0; i < 11_000; i++) {
                    peer.request(1 + 2 * i, "/t/Missing").reset(1 + 2 * i, 8);
                }
                peer.receivesClose();
                closed = true;
            } catch (IOException e) {
                closed = true;
            }
            assertThat(closed).isTrue();
        }
        assertThat(loopback.unary("/t/Echo", new byte[4])).hasSize(4);
    }

    @Test
    void streamsBeyondTheLimitAreRefused() throws Exception {
        serve(Loopback.OPTIONS.toBuilder().maxConcurrentStreams(2).build());
        try (FakePeer peer = connect()) {
            peer.settings().request(1, "/t/Wait").request(3, "/t/Wait").request(5, "/t/Wait");
            FakePeer.Frame reset = peer.nextOfCalls();
            assertThat(reset.streamId()).isEqualTo(5);
            assertThat(reset.number()).as("REFUSED_STREAM").isEqualTo(7);
        }
    }

    @Test
    void headersLargerThanTheLimitAreAnswered() throws Exception {
        try (FakePeer peer = connect()) {
            peer.settings();
            Http2Headers large = new DefaultHttp2Headers()
                    .method("POST")
                    .scheme("http")
                    .authority("x")
                    .path("/t/Echo")
                    .add("content-type", "application/grpc")
                    .add("k", "v".repeat(16_384));
            peer.headers(1, false, large);
            assertThat(peer.decode(peer.nextOfCalls()).status()).hasToString("431");
            assertThat(peer.nextOfCalls().type()).isEqualTo(FakePeer.RST_STREAM);
            peer.request(3, "/t/Echo").send(FakePeer.DATA, 1, 3, FakePeer.message(1));
            peer.decode(peer.nextOfCalls());
            peer.receives("the connection goes on", FakePeer.DATA, 3, 6);
        }
    }

    /** RFC 9113, 6.8: first a GOAWAY that names no stream, then, when the client has seen it, the real one. */
    @Test
    void shuttingDownDrainsInTwoSteps() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        loopback.on("/t/Slow", served -> {
            served.read();
            go.await();
            served.write(new byte[7]);
            served.finish(GrpcStatus.OK);
        });
        try (FakePeer peer = connect()) {
            peer.settings().request(1, "/t/Slow").send(FakePeer.DATA, 1, 1, FakePeer.message(1));
            peer.next(FakePeer.SETTINGS);
            Thread shutdown = new Thread(() -> loopback.server.shutdown(Duration.ofSeconds(10)));
            shutdown.start();
            FakePeer.Frame first = peer.next(FakePeer.GOAWAY);
            assertThat(first.payload()).startsWith(0x7f, 0xff, 0xff, 0xff);
            byte[] ping = peer.next(FakePeer.PING).payload();
            // Sent before the client saw the GOAWAY: must be served.
            peer.request(3, "/t/Echo").send(FakePeer.DATA, 1, 3, FakePeer.message(2));
            peer.send(FakePeer.PING, FakePeer.ACK, 0, ping);
            go.countDown();
            boolean[] answered = new boolean[4];
            int last = -1;
            while (!answered[1] || !answered[3] || last < 0) {
                FakePeer.Frame frame = peer.next();
                if (frame.type() == FakePeer.HEADERS && frame.isEnd()) {
                    answered[frame.streamId()] = true;
                } else if (frame.type() == FakePeer.GOAWAY) {
                    last = frame.number();
                }
            }
            assertThat(last).isEqualTo(3);
            peer.receivesClose();
            shutdown.join();
        }
    }
}
