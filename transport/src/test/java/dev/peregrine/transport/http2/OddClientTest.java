package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.TransportOptions;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our server and what a client may do with frames, streams, windows and the connection, allowed or not. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class OddClientTest {
    private static final byte[] HELLO = {0, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'};
    private static final int MOST_STREAMS = 3;
    private static final TransportOptions OPTIONS = Loopback.OPTIONS.toBuilder()
            .streamWindow(100_000)
            .maxConcurrentStreams(MOST_STREAMS)
            .build();

    /** In SETTINGS (RFC 9113, 6.5.2). */
    private static final int INITIAL_WINDOW_SIZE = 4;

    private Loopback loopback;
    private ScriptedPeer peer;

    @BeforeEach
    void open() throws IOException {
        loopback = new Loopback(OPTIONS).on("/t/Echo", LoopbackTest.ECHO);
        peer = ScriptedPeer.connect(loopback.port());
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        loopback.close();
    }

    private void asks(int stream) throws IOException {
        peer.sends(peer.requestHeaders(stream, "/t/Echo"), Frame.data(stream, true, HELLO));
    }

    private void isAnswered(int stream) throws IOException {
        peer.receivesHeaders("the echo begins", stream, false);
        assertThat(peer.receivesData("the echo", stream, 10)).isEqualTo(HELLO);
        assertThat(peer.receivesHeaders("the end", stream, true).get("grpc-status"))
                .hasToString("0");
    }

    private void connectionIsLost(Http2Error code) throws IOException {
        peer.receivesGoAway("the connection is broken", code.code());
        peer.receivesTheEnd("the connection is broken");
        othersAreServed();
    }

    private void othersAreServed() throws IOException {
        peer.close();
        peer = ScriptedPeer.connect(loopback.port());
        asks(1);
        isAnswered(1);
    }

    @Test
    void everyByteByItself() throws Exception {
        byte[] all = Frame.bytes(
                peer.requestHeaders(1, "/t/Echo"),
                Frame.data(1, false, Arrays.copyOf(HELLO, 7)),
                Frame.padded(1, true, Arrays.copyOfRange(HELLO, 7, 10), 2));
        for (byte b : all) {
            peer.sendsRaw(b);
        }
        isAnswered(1);
    }

    @Test
    void unknownFramesAndPriorities() throws Exception {
        byte[] block = peer.block(
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                "/t/Echo",
                ":authority",
                "x",
                "content-type",
                "application/grpc");
        byte[] withPriority = new byte[5 + block.length];
        withPriority[4] = 7;
        System.arraycopy(block, 0, withPriority, 5, block.length);
        peer.sends(
                new Frame(0xEE, 0xFF, 0, new byte[50]),
                new Frame(Http2FrameTypes.PRIORITY, 0, 9, new byte[] {0, 0, 0, 0, 1}),
                new Frame(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS | Http2Flags.PRIORITY, 1, withPriority),
                new Frame(0xEE, 0xFF, 1, new byte[50]),
                Frame.data(1, true, HELLO));
        isAnswered(1);
    }

    @Test
    void answersPings() throws Exception {
        peer.sends(Frame.ping(1), Frame.ping(2));
        peer.receives("PING", Frame.pingAck(1));
        peer.receives("PING", Frame.pingAck(2));
    }

    @Test
    void aWindowThatShrinksBelowZero() throws Exception {
        peer.close();
        peer = ScriptedPeer.connect(loopback.port(), INITIAL_WINDOW_SIZE, 6);
        asks(1);
        peer.receivesHeaders("the echo begins", 1, false);
        peer.receivesData("six bytes are allowed", 1, 6);
        peer.sends(Frame.settings(INITIAL_WINDOW_SIZE, 0));
        peer.receivesNothing("the window is -6");
        peer.sends(Frame.windowUpdate(1, 7));
        peer.receivesData("the window is 1", 1, 1);
        peer.receivesNothing("the window is 0");
        peer.sends(Frame.windowUpdate(1, 100));
        peer.receivesData("the rest", 1, 3);
        assertThat(peer.receivesHeaders("the end", 1, true).get("grpc-status")).hasToString("0");
    }

    @Test
    void aReaderThatGivesNoWindowStopsTheServerInBoundedMemory() throws Exception {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        loopback.on("/t/Flood", served -> {
            long messages = 0;
            while (served.write(new byte[100_000])) {
                messages++;
            }
            sent.complete(messages);
        });
        peer.sends(peer.requestHeaders(1, "/t/Flood"));
        peer.receivesHeaders("the flood begins", 1, false);
        peer.receivesData("the window is 65,535", 1, 65_535);
        peer.receivesNothing("the window is used up");
        peer.sends(Frame.reset(1, Http2Error.CANCEL.code()));
        // The queue's limit is 1 MiB.
        assertThat(sent.get(10, TimeUnit.SECONDS)).isBetween(1L, 12L);
        peer.sends(Frame.windowUpdate(0, 1000));
        asks(3);
        isAnswered(3);
    }

    @Test
    void moreStreamsThanAllowed() throws Exception {
        for (int stream = 1; stream < 2 * MOST_STREAMS; stream += 2) {
            peer.sends(peer.requestHeaders(stream, "/t/Echo"));
        }
        peer.receivesNothing("so many are allowed");
        assertThat(peer.settings.get(3)).isEqualTo(MOST_STREAMS);
        peer.sends(peer.requestHeaders(7, "/t/Echo"));
        peer.receives("one too many", Frame.reset(7, Http2Error.REFUSED_STREAM.code()));
        peer.sends(Frame.data(1, true, HELLO));
        isAnswered(1);
        asks(9);
        isAnswered(9);
    }

    @Test
    void aStreamsWindowOverflows() throws Exception {
        peer.sends(peer.requestHeaders(1, "/t/Echo"), Frame.windowUpdate(1, Integer.MAX_VALUE));
        peer.receives("the window is too large", Frame.reset(1, Http2Error.FLOW_CONTROL_ERROR.code()));
        asks(3);
        isAnswered(3);
    }

    @Test
    void theConnectionsWindowOverflows() throws Exception {
        peer.sends(Frame.windowUpdate(0, Integer.MAX_VALUE));
        connectionIsLost(Http2Error.FLOW_CONTROL_ERROR);
    }

    @Test
    void moreThanOurWindowAllows() throws Exception {
        CompletableFuture<GrpcStatus> done = new CompletableFuture<>();
        loopback.on("/t/Deaf", served -> {
            served.call().onRoom(() -> {});
            done.get(20, TimeUnit.SECONDS);
            served.finish(GrpcStatus.OK);
        });
        peer.sends(peer.requestHeaders(1, "/t/Deaf"), Frame.data(1, false, HELLO));
        byte[] begin = new byte[16_000];
        begin[2] = 0x7F;
        peer.receivesNothing("the introduction is over");
        peer.sends(Frame.data(1, false, begin));
        for (int sent = 16_010; sent <= OPTIONS.streamWindow(); sent += 16_000) {
            peer.sends(Frame.data(1, false, new byte[16_000]));
        }
        peer.receives("the window is overrun", Frame.reset(1, Http2Error.FLOW_CONTROL_ERROR.code()));
        done.complete(GrpcStatus.OK);
        asks(3);
        isAnswered(3);
    }

    @Test
    void dataOnAStreamThatWasNotOpened() throws Exception {
        peer.sends(Frame.data(5, false, HELLO));
        connectionIsLost(Http2Error.PROTOCOL_ERROR);
    }

    @Test
    void aStreamOfTheServersParity() throws Exception {
        peer.sends(peer.requestHeaders(2, "/t/Echo"));
        connectionIsLost(Http2Error.PROTOCOL_ERROR);
    }

    @Test
    void noSettingsFirst() throws Exception {
        peer.close();
        peer = ScriptedPeer.connectSilently(loopback.port());
        peer.sendsRaw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        peer.sends(Frame.ping(1));
        connectionIsLost(Http2Error.PROTOCOL_ERROR);
    }

    @Test
    void aWebBrowser() throws Exception {
        peer.close();
        peer = ScriptedPeer.connectSilently(loopback.port());
        peer.sendsRaw("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        peer.receivesTheEnd("this is no HTTP/2");
        othersAreServed();
    }

    @Test
    void aTlsClient() throws Exception {
        peer.close();
        peer = ScriptedPeer.connectSilently(loopback.port());
        peer.sendsRaw(
                new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        peer.receivesTheEnd("this is no HTTP/2");
        othersAreServed();
    }

    /** Whatever comes: nothing leaks, and the next client is served. */
    @Test
    void framesAtRandom() throws Exception {
        Random random = new Random(20_240_607);
        for (int round = 0; round < 50; round++) {
            try {
                peer.sends(peer.requestHeaders(1, "/t/Echo"), Frame.data(1, false, HELLO));
                for (int i = 0; i < 20; i++) {
                    peer.sends(Frame.random(random, 1));
                }
            } catch (SocketException e) {
                // The server has hung up.
            }
            peer.close();
            peer = ScriptedPeer.connect(loopback.port());
        }
        othersAreServed();
    }

    /** Takes seconds, because the leak detector looks at every access to each of thousands of buffers. */
    @Test
    @Timeout(value = 90, unit = TimeUnit.SECONDS)
    void pingsWithoutReadingTheAnswers() throws Exception {
        // Fills what the kernel takes for a client that does not read, so that answers must queue.
        loopback.on("/t/Flood", served -> served.flood(new byte[1 << 20]));
        peer.close();
        peer = ScriptedPeer.connectDeaf(loopback.port(), INITIAL_WINDOW_SIZE, Integer.MAX_VALUE);
        peer.sends(Frame.windowUpdate(0, 1 << 30), peer.requestHeaders(1, "/t/Flood"));
        Thread flood = flood(Frame.ping(5), 1_000_000);
        flood.join(80_000);
        assertThat(flood.isAlive())
                .as("the server hangs up instead of queueing answers")
                .isFalse();
        othersAreServed();
    }

    /** Sends a frame again and again, until the server hangs up. */
    private Thread flood(Frame frame, int times) {
        ScriptedPeer sender = peer;
        Frame[] many = new Frame[100];
        Arrays.fill(many, frame);
        Thread thread = new Thread(() -> {
            try {
                for (int i = 0; i < times; i += many.length) {
                    sender.sends(many);
                }
            } catch (IOException e) {
                // The server has hung up.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Test
    void goAwayFromTheClientLetsItsCallsEnd() throws Exception {
        peer.sends(peer.requestHeaders(1, "/t/Echo"), Frame.goAway(0, 0, "bye"), Frame.data(1, true, HELLO));
        isAnswered(1);
    }

    @Test
    void shuttingDownNamesTheLastStreamAndLetsItEnd() throws Exception {
        peer.sends(peer.requestHeaders(1, "/t/Echo"));
        peer.receivesNothing("the call runs");
        CompletableFuture<Void> down =
                CompletableFuture.runAsync(() -> loopback.server.shutdown(Duration.ofSeconds(20)));
        Frame first = peer.receivesGoAway("no more calls, please", 0);
        assertThat(first.number(0)).isEqualTo(Integer.MAX_VALUE);
        // This one was on its way.
        peer.sends(peer.requestHeaders(3, "/t/Echo"));
        Frame ping = peer.receives("has the client seen it?", Http2FrameTypes.PING);
        peer.sends(new Frame(Http2FrameTypes.PING, Http2Flags.ACK, 0, ping.payload()));
        Frame second = peer.receivesGoAway("these are the last", 0);
        assertThat(second.number(0)).isEqualTo(3);
        peer.sends(Frame.data(1, true, HELLO));
        isAnswered(1);
        peer.sends(Frame.data(3, true, HELLO));
        isAnswered(3);
        peer.receivesTheEnd("all calls have ended");
        down.get(10, TimeUnit.SECONDS);
    }
}
