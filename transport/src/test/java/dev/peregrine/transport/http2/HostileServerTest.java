package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client and a server that means harm: the call goes on or fails, and the next one finds a server. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class HostileServerTest {
    private static final int TIMES = 4_000;
    private static final int STREAM = 3;

    private ScriptedPeer.Port port;
    private ClientTransport client;
    private ScriptedPeer peer;
    private Asked asked;

    @BeforeEach
    void ask() throws IOException {
        port = new ScriptedPeer.Port();
        client = ClientTransport.create(Loopback.address(port), Loopback.OPTIONS);
        connect();
    }

    private void connect() throws IOException {
        asked = Asked.start(client, "/t/Ask");
        peer = port.accept();
        peer.receivesHeaders("a call", STREAM, false);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        peer.close();
        port.close();
    }

    /** What is sent again and again. */
    enum Flood {
        PING(Frame.ping(1)),
        SETTINGS(Frame.settings()),
        GO_AWAY(Frame.goAway(Integer.MAX_VALUE, 0, "bye")),
        WINDOW_UPDATE(Frame.windowUpdate(STREAM, 1)),
        PRIORITY(new Frame(Http2FrameTypes.PRIORITY, 0, 99, new byte[5])),
        UNKNOWN(new Frame(0xEE, 0xFF, STREAM, new byte[20]));

        private final Frame frame;

        Flood(Frame frame) {
            this.frame = frame;
        }
    }

    /** Sends a frame again and again while another thread reads what comes back. */
    private void flood(Frame frame) throws Exception {
        Frame[] many = new Frame[100];
        Arrays.fill(many, frame);
        ScriptedPeer sender = peer;
        CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < TIMES; i += many.length) {
                    sender.sends(many);
                }
                sender.sends(Frame.ping(0x1A57));
            } catch (SocketException e) {
                // The client has hung up.
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        for (Frame got; (got = peer.read()) != null && !got.equals(Frame.pingAck(0x1A57)); ) {
            if (got.type() == Http2FrameTypes.GO_AWAY) {
                assertThat(got.number(4)).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
            }
        }
        sent.get(60, TimeUnit.SECONDS);
    }

    private void isAnswered() throws Exception {
        peer.sends(
                peer.responseHeaders(STREAM), Frame.data(STREAM, false, Frame.message(5)), peer.trailers(STREAM, "0"));
        assertThat(asked.inbox().take()).hasSize(5);
        assertThat(asked.inbox().take()).isNull();
    }

    /** The client has hung up on the server, and connects again for the next call. */
    private void failsAndTheNextCallGoesWell(String says) throws Exception {
        GrpcStatus status = asked.failure();
        assertThat(status.code()).isEqualTo(GrpcCode.UNAVAILABLE);
        assertThat(status.message()).contains("the peer broke HTTP/2").contains(says);
        peer.close();
        connect();
        isAnswered();
    }

    @ParameterizedTest
    @EnumSource
    void theCallGoesOn(Flood flood) throws Exception {
        flood(flood.frame);
        isAnswered();
    }

    @Test
    void emptyData() throws Exception {
        peer.sends(peer.responseHeaders(STREAM));
        flood(Frame.data(STREAM, false, new byte[0]));
        failsAndTheNextCallGoesWell("empty");
    }

    @Test
    void emptyContinuation() throws Exception {
        peer.sends(new Frame(Http2FrameTypes.HEADERS, 0, STREAM, peer.block(":status", "200")));
        flood(new Frame(Http2FrameTypes.CONTINUATION, 0, STREAM, new byte[0]));
        failsAndTheNextCallGoesWell("continuation");
    }

    @Test
    void largeContinuation() throws Exception {
        peer.sends(new Frame(Http2FrameTypes.HEADERS, 0, STREAM, peer.block(":status", "200")));
        flood(new Frame(Http2FrameTypes.CONTINUATION, 0, STREAM, new byte[1024]));
        failsAndTheNextCallGoesWell("");
    }
}
