package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.ClientTransport;
import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What this end says last is read, and the end of the connection behind it, although the peer goes on sending. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class LastWordsTest {
    private static final int FLOOD = 16 << 20;

    /** The server breaks off because of an error; the client has much to read before it comes to GOAWAY. */
    @RepeatedTest(10)
    void goAwayIsReadBehindDataAndDespiteAFlood() throws Exception {
        try (Loopback loopback =
                        new Loopback(Loopback.OPTIONS).on("/t/Flood", served -> served.flood(new byte[64 << 10]));
                ScriptedPeer peer = ScriptedPeer.connect(loopback.port(), 4, 1 << 20)) {
            peer.sends(Frame.windowUpdate(0, 1 << 20), peer.requestHeaders(1, "/t/Flood"));
            peer.receivesHeaders("the data begin", 1, false);
            CompletableFuture<Void> flood = flood(peer, Frame.data(99, false, new byte[1 << 14]));
            peer.receivesGoAway("the stream was not opened", Http2Error.PROTOCOL_ERROR.code());
            peer.receivesTheEnd("the connection is broken");
            assertThat(peer.wasReset()).isFalse();
            peer.close();
            flood.get(20, TimeUnit.SECONDS);
        }
    }

    private static CompletableFuture<Void> flood(ScriptedPeer peer, Frame frame) {
        Frame[] many = new Frame[16];
        Arrays.fill(many, frame);
        return CompletableFuture.runAsync(() -> {
            try {
                for (int sent = 0; sent < FLOOD; sent += many.length * frame.payload().length) {
                    peer.sends(many);
                }
            } catch (IOException e) {
                // It has closed.
            }
        });
    }

    /** The client is closed while the server sends: the server sees its end, no reset. */
    @Test
    void aClientThatIsClosedWhileTheServerSends() throws Exception {
        try (ScriptedPeer.Port port = new ScriptedPeer.Port();
                ClientTransport client = ClientTransport.create(Loopback.address(port), Loopback.OPTIONS)) {
            Asked asked = Asked.start(client, "/t/Ask");
            try (ScriptedPeer peer = port.accept()) {
                peer.receivesHeaders("a call", 3, false);
                CompletableFuture<Void> flood = flood(peer, new Frame(0xEE, 0, 3, new byte[16 << 10]));
                CompletableFuture<Void> closed = CompletableFuture.runAsync(client::close);
                peer.receivesTheEnd("the client has been closed");
                assertThat(peer.wasReset()).isFalse();
                peer.close();
                flood.get(20, TimeUnit.SECONDS);
                closed.get(20, TimeUnit.SECONDS);
            }
            assertThat(asked.failure().message()).contains("closed");
        }
    }

    /** Neither reads nor closes: the shutdown does not wait for it much longer than a connection may linger. */
    @Test
    void aPeerThatNeverClosesHoldsUpNobody() throws Exception {
        try (Loopback loopback = new Loopback(Loopback.OPTIONS);
                ScriptedPeer peer = ScriptedPeer.connect(loopback.port())) {
            peer.receivesNothing("the introduction is over");
            peer.sends(Frame.data(99, false, new byte[10]));
            peer.receivesGoAway("the stream was not opened", Http2Error.PROTOCOL_ERROR.code());
            peer.receivesTheEnd("the connection is broken");
            // To drain there is nothing any more.
            CompletableFuture.runAsync(() -> loopback.server.shutdown(Duration.ofMinutes(5)))
                    .get(30, TimeUnit.SECONDS);
        }
    }
}
