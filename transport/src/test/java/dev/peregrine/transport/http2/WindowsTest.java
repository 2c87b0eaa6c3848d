package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9113, 6.9, played against a peer frame by frame: what our end sends, and when it must not. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class WindowsTest {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int HEADER_TABLE_SIZE = 1;
    private static final int MAX_FRAME_SIZE = 5;

    private final ScriptedPeer.Port port = new ScriptedPeer.Port();
    private final ClientTransport client = ClientTransport.create(
            Loopback.address(port),
            Loopback.OPTIONS.toBuilder()
                    .streamWindow(100_000)
                    .connectionWindow(1_000_000)
                    .build());

    WindowsTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        client.close();
        port.close();
    }

    private Asked start() {
        return Asked.start(client, "/t/Any");
    }

    @Test
    void whatIsSentKeepsWithinTheStreamsWindow() throws Exception {
        Asked started = start();
        try (ScriptedPeer peer = port.accept(INITIAL_WINDOW_SIZE, 10)) {
            started.call().send(Loopback.message(new byte[20]));
            peer.receives("a call", Http2FrameTypes.HEADERS);
            peer.receives("the window is 10", Http2FrameTypes.DATA, 3, 10);
            peer.receivesNothing("the window is used up");
            peer.sends(Frame.windowUpdate(3, 1));
            peer.receives("one byte more", Http2FrameTypes.DATA, 3, 1);
            peer.sends(Frame.windowUpdate(3, 100));
            peer.receives("the rest of the 25", Http2FrameTypes.DATA, 3, 14);
            started.call().halfClose();
            Frame end = peer.receives("a part of the message", Http2FrameTypes.DATA);
            assertThat(end.payload()).isEmpty();
            assertThat(end.endsStream()).isTrue();
            peer.sends(peer.responseHeaders(3), peer.trailers(3, "0"));
            assertThat(started.inbox().take()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100})
    void aMessageGetsThroughTheSmallestWindows(int window) throws Exception {
        Asked started = start();
        try (ScriptedPeer peer = port.accept(INITIAL_WINDOW_SIZE, window)) {
            started.call().send(Loopback.message(new byte[1000]), Loopback.message(new byte[300]));
            started.call().halfClose();
            peer.receives("a call", Http2FrameTypes.HEADERS);
            int got = 0;
            while (true) {
                Frame frame = peer.receives("a part of the message", Http2FrameTypes.DATA);
                got += frame.payload().length;
                assertThat(frame.payload().length).isLessThanOrEqualTo(window);
                if (frame.endsStream()) {
                    break;
                }
                peer.sends(Frame.windowUpdate(3, frame.payload().length));
            }
            assertThat(got).isEqualTo(1310);
            peer.sends(peer.responseHeaders(3), peer.trailers(3, "0"));
            assertThat(started.inbox().take()).isNull();
        }
    }

    /** 6.9.2: "a sender MUST track the negative flow-control window". */
    @Test
    void aSmallerInitialWindowTakesBackWhatWasGiven() throws Exception {
        Asked started = start();
        try (ScriptedPeer peer = port.accept(INITIAL_WINDOW_SIZE, 100)) {
            started.call().send(Loopback.message(new byte[55]));
            peer.receives("a call", Http2FrameTypes.HEADERS);
            peer.receives("60 of 100", Http2FrameTypes.DATA, 3, 60);
            peer.sends(Frame.settings(INITIAL_WINDOW_SIZE, 10));
            peer.receivesNothing("the client has seen the smaller window");
            started.call().send(Loopback.message(new byte[0]));
            peer.receivesNothing("the window is -50");
            peer.sends(Frame.windowUpdate(3, 50));
            peer.receivesNothing("the window is 0");
            peer.sends(Frame.settings(INITIAL_WINDOW_SIZE, 12));
            peer.receives("the window is 2", Http2FrameTypes.DATA, 3, 2);
            peer.sends(Frame.settings(INITIAL_WINDOW_SIZE, 65_535));
            peer.receives("the rest", Http2FrameTypes.DATA, 3, 3);
            started.call().cancel(GrpcCode.CANCELLED.with("done"));
        }
    }

    @Test
    void allStreamsShareTheConnectionsWindow() throws Exception {
        Asked[] started = {start(), start()};
        try (ScriptedPeer peer = port.accept(INITIAL_WINDOW_SIZE, 1_000_000)) {
            peer.receives("a call", Http2FrameTypes.HEADERS);
            peer.receives("a call", Http2FrameTypes.HEADERS);
            started[0].call().send(Loopback.message(new byte[60_000]));
            int got = 0;
            while (got < 60_005) {
                got += peer.receives("a part of the message", Http2FrameTypes.DATA)
                        .payload()
                        .length;
            }
            started[1].call().send(Loopback.message(new byte[10_000]));
            peer.receives("65,535 less 60,005", Http2FrameTypes.DATA, 5, 5_530);
            started[0].call().halfClose();
            Frame end = peer.receives("a part of the message", Http2FrameTypes.DATA);
            assertThat(end.endsStream()).as("END_STREAM needs no window").isTrue();
            peer.sends(Frame.windowUpdate(0, 1000));
            peer.receives("the connection's increment", Http2FrameTypes.DATA, 5, 1000);
            peer.sends(Frame.windowUpdate(0, 100_000));
            peer.receives("the rest", Http2FrameTypes.DATA, 5, 3_475);
            peer.sends(peer.trailersOnlyOk(3), peer.trailersOnlyOk(5));
            assertThat(started[0].inbox().take()).isNull();
            assertThat(started[1].inbox().take()).isNull();
        }
    }

    @Test
    void framesAreNoLongerThanThePeerAllows() throws Exception {
        Asked started = start();
        try (ScriptedPeer peer = port.accept(INITIAL_WINDOW_SIZE, 10_000_000, MAX_FRAME_SIZE, 30_000)) {
            peer.sends(Frame.windowUpdate(0, 10_000_000));
            peer.receives("a call", Http2FrameTypes.HEADERS);
            started.call().send(Loopback.message(new byte[100_000 - 5]));
            for (int i = 0; i < 3; i++) {
                peer.receives("a full frame", Http2FrameTypes.DATA, 3, 30_000);
            }
            peer.receives("the rest", Http2FrameTypes.DATA, 3, 10_000);
            peer.sends(Frame.settings(MAX_FRAME_SIZE, 20_000, HEADER_TABLE_SIZE, 0));
            peer.receivesNothing("the client has seen it");
            started.call().send(Loopback.message(new byte[40_000 - 5]));
            peer.receives("shorter frames now", Http2FrameTypes.DATA, 3, 20_000);
            peer.receives("shorter frames now", Http2FrameTypes.DATA, 3, 20_000);
            started.call().cancel(GrpcCode.CANCELLED.with("done"));
        }
    }

    @Test
    void smallMessagesShareAFrame() throws Exception {
        Asked started = start();
        for (int i = 0; i < 100; i++) {
            started.call().send(Loopback.message(new byte[5]));
        }
        started.call().halfClose();
        try (ScriptedPeer peer = port.accept()) {
            peer.receives("a call", Http2FrameTypes.HEADERS);
            Frame data = peer.receives("a part of the message", Http2FrameTypes.DATA);
            assertThat(data.payload()).hasSize(1000);
            assertThat(data.endsStream()).isTrue();
            peer.sends(peer.trailersOnlyOk(3));
            assertThat(started.inbox().take()).isNull();
        }
    }

    /** Half a window is used before it is given back; and what nobody took is not. */
    @Test
    void theStreamsWindowIsGivenBackAsMessagesAreTaken() throws Exception {
        Asked started = start();
        try (ScriptedPeer peer = port.accept()) {
            peer.receives("a call", Http2FrameTypes.HEADERS);
            peer.sends(peer.responseHeaders(3), Frame.data(3, false, Frame.message(9_995)));
            assertThat(started.inbox().take()).hasSize(9_995);
            for (int i = 0; i < 5; i++) {
                peer.sends(Frame.data(3, false, Frame.message(9_995)));
            }
            peer.receivesNothing("60,000 have come, but 50,000 of them were not taken");
            for (int i = 0; i < 5; i++) {
                assertThat(started.inbox().take()).hasSize(9_995);
            }
            Frame update = peer.receives("60,000 were taken", Http2FrameTypes.WINDOW_UPDATE);
            assertThat(update.stream()).isEqualTo(3);
            // What is taken goes back an eighth of the window at a time, so one message's bytes may still be held.
            assertThat(update.number(0)).isBetween(50_000, 60_000);
            started.call().cancel(GrpcCode.CANCELLED.with("done"));
        }
    }
}
