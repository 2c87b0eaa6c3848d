package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
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
    private static final int MAX_FRAME_SIZE = 5;

    private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final ClientTransport client = ClientTransport.create(
            new Address.Tcp("127.0.0.1", listening.getLocalPort()),
            Loopback.OPTIONS.toBuilder()
                    .streamWindow(100_000)
                    .connectionWindow(1_000_000)
                    .build());

    WindowsTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        client.close();
        listening.close();
    }

    private record Started(OutgoingCall call, Inbox<byte[]> inbox) {}

    private Started start() {
        Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
        OutgoingCall call = client.start("/t/Any", new Metadata(), null, inbox);
        inbox.attach(call);
        return new Started(call, inbox);
    }

    @Test
    void whatIsSentKeepsWithinTheStreamsWindow() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings(INITIAL_WINDOW_SIZE, 10);
            started.call.send(Loopback.message(new byte[20]));
            peer.nextOfCalls();
            peer.receives("the window is 10", FakePeer.DATA, 3, 10);
            peer.receivesNothing("the window is used up");
            peer.windowUpdate(3, 1);
            peer.receives("one byte more", FakePeer.DATA, 3, 1);
            peer.windowUpdate(3, 100);
            peer.receives("the rest of the 25", FakePeer.DATA, 3, 14);
            started.call.halfClose();
            FakePeer.Frame end = peer.nextOfCalls();
            assertThat(end.payload()).isEmpty();
            assertThat(end.isEnd()).isTrue();
            peer.responseHeaders(3).trailers(3, 0);
            assertThat(started.inbox.take()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100})
    void aMessageGetsThroughTheSmallestWindows(int window) throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings(INITIAL_WINDOW_SIZE, window);
            started.call.send(Loopback.message(new byte[1000]), Loopback.message(new byte[300]));
            started.call.halfClose();
            peer.nextOfCalls();
            int got = 0;
            while (true) {
                FakePeer.Frame frame = peer.nextOfCalls();
                got += frame.payload().length;
                assertThat(frame.payload().length).isLessThanOrEqualTo(window);
                if (frame.isEnd()) {
                    break;
                }
                peer.windowUpdate(3, frame.payload().length);
            }
            assertThat(got).isEqualTo(1310);
            peer.responseHeaders(3).trailers(3, 0);
            assertThat(started.inbox.take()).isNull();
        }
    }

    /** 6.9.2: "a sender MUST track the negative flow-control window". */
    @Test
    void aSmallerInitialWindowTakesBackWhatWasGiven() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings(INITIAL_WINDOW_SIZE, 100);
            started.call.send(Loopback.message(new byte[55]));
            peer.nextOfCalls();
            peer.receives("60 of 100", FakePeer.DATA, 3, 60);
            peer.settings(INITIAL_WINDOW_SIZE, 10);
            peer.receivesNothing("the client has seen the smaller window");
            started.call.send(Loopback.message(new byte[0]));
            peer.receivesNothing("the window is -50");
            peer.windowUpdate(3, 50);
            peer.receivesNothing("the window is 0");
            peer.settings(INITIAL_WINDOW_SIZE, 12);
            peer.receives("the window is 2", FakePeer.DATA, 3, 2);
            peer.settings(INITIAL_WINDOW_SIZE, 65_535);
            peer.receives("the rest", FakePeer.DATA, 3, 3);
            started.call.cancel(GrpcCode.CANCELLED.with("done"));
        }
    }

    @Test
    void allStreamsShareTheConnectionsWindow() throws Exception {
        Started[] started = {start(), start()};
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings(INITIAL_WINDOW_SIZE, 1_000_000);
            peer.nextOfCalls();
            peer.nextOfCalls();
            started[0].call.send(Loopback.message(new byte[60_000]));
            int got = 0;
            while (got < 60_005) {
                got += peer.nextOfCalls().payload().length;
            }
            started[1].call.send(Loopback.message(new byte[10_000]));
            peer.receives("65,535 less 60,005", FakePeer.DATA, 5, 5_530);
            started[0].call.halfClose();
            FakePeer.Frame end = peer.nextOfCalls();
            assertThat(end.isEnd()).as("END_STREAM needs no window").isTrue();
            peer.windowUpdate(0, 1000);
            peer.receives("the connection's increment", FakePeer.DATA, 5, 1000);
            peer.windowUpdate(0, 100_000);
            peer.receives("the rest", FakePeer.DATA, 5, 3_475);
            peer.trailersOnlyOk(3).trailersOnlyOk(5);
            assertThat(started[0].inbox.take()).isNull();
            assertThat(started[1].inbox.take()).isNull();
        }
    }

    @Test
    void framesAreAsLongAsThePeerAllows() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings(INITIAL_WINDOW_SIZE, 10_000_000, MAX_FRAME_SIZE, 30_000);
            peer.windowUpdate(0, 10_000_000);
            started.call.send(Loopback.message(new byte[100_000 - 5]));
            peer.nextOfCalls();
            for (int i = 0; i < 3; i++) {
                peer.receives("a full frame", FakePeer.DATA, 3, 30_000);
            }
            peer.receives("the rest", FakePeer.DATA, 3, 10_000);
            started.call.cancel(GrpcCode.CANCELLED.with("done"));
        }
    }

    @Test
    void smallMessagesShareAFrame() throws Exception {
        Started started = start();
        for (int i = 0; i < 100; i++) {
            started.call.send(Loopback.message(new byte[5]));
        }
        started.call.halfClose();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.nextOfCalls();
            FakePeer.Frame data = peer.nextOfCalls();
            assertThat(data.payload()).hasSize(1000);
            assertThat(data.isEnd()).isTrue();
            peer.trailersOnlyOk(3);
            assertThat(started.inbox.take()).isNull();
        }
    }

    /** 6.9.1: beyond 2^31-1 is a FLOW_CONTROL_ERROR (0x3), of the stream or of the connection. */
    @Test
    void aStreamsWindowThatOverflowsResetsTheStream() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.nextOfCalls();
            peer.windowUpdate(3, Integer.MAX_VALUE);
            FakePeer.Frame reset = peer.nextOfCalls();
            assertThat(reset.type()).isEqualTo(FakePeer.RST_STREAM);
            assertThat(reset.number()).isEqualTo(3);
            GrpcException e = Assertions.catchThrowableOfType(GrpcException.class, started.inbox::take);
            assertThat(e.status().code()).isEqualTo(GrpcCode.INTERNAL);
            assertThat(e.status().message()).contains("WINDOW_UPDATE");
        }
    }

    @Test
    void aConnectionsWindowThatOverflowsClosesTheConnection() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.nextOfCalls();
            peer.windowUpdate(0, Integer.MAX_VALUE);
            FakePeer.Frame goAway = peer.next(FakePeer.GOAWAY);
            assertThat(goAway.payload()[7]).isEqualTo((byte) 3);
            peer.receivesClose();
            GrpcException e = Assertions.catchThrowableOfType(GrpcException.class, started.inbox::take);
            assertThat(e.status().code()).isEqualTo(GrpcCode.UNAVAILABLE);
            assertThat(e.status().message()).contains("WINDOW_UPDATE");
        }
    }

    @Test
    void anInitialWindowThatOverflowsAStreamClosesTheConnection() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.nextOfCalls();
            peer.windowUpdate(3, 1000);
            peer.settings(INITIAL_WINDOW_SIZE, Integer.MAX_VALUE);
            assertThat(peer.next(FakePeer.GOAWAY).payload()[7]).isEqualTo((byte) 3);
            peer.receivesClose();
            GrpcException e = Assertions.catchThrowableOfType(GrpcException.class, started.inbox::take);
            assertThat(e.status().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        }
    }

    /** Half a window is used before it is given back; and what nobody took is not. */
    @Test
    void theStreamsWindowIsGivenBackAsMessagesAreTaken() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.nextOfCalls();
            peer.responseHeaders(3);
            peer.send(FakePeer.DATA, 0, 3, FakePeer.message(9_995));
            assertThat(started.inbox.take()).hasSize(9_995);
            for (int i = 0; i < 5; i++) {
                peer.send(FakePeer.DATA, 0, 3, FakePeer.message(9_995));
            }
            peer.receivesNothingFor(3, "60,000 have come, but 50,000 of them were not taken");
            for (int i = 0; i < 5; i++) {
                assertThat(started.inbox.take()).hasSize(9_995);
            }
            FakePeer.Frame update = peer.nextOfCalls();
            assertThat(update.type()).isEqualTo(FakePeer.WINDOW_UPDATE);
            // What is taken goes back an eighth of the window at a time, so one message's bytes may still be held.
            assertThat(update.number()).as("60,000 were taken").isBetween(50_000, 60_000);
            started.call.cancel(GrpcCode.CANCELLED.with("done"));
        }
    }

    /** More than the window that we gave is a FLOW_CONTROL_ERROR of the stream. */
    @Test
    void aPeerThatIgnoresOurWindowIsStopped() throws Exception {
        Started started = start();
        try (FakePeer peer = FakePeer.accept(listening)) {
            peer.settings();
            peer.nextOfCalls();
            peer.responseHeaders(3);
            for (int i = 0; i < 11; i++) {
                peer.send(FakePeer.DATA, 0, 3, FakePeer.message(9_995));
            }
            FakePeer.Frame reset = peer.nextOfCalls();
            assertThat(reset.type()).isEqualTo(FakePeer.RST_STREAM);
            assertThat(reset.number()).isEqualTo(3);
            assertThat(started.inbox.take()).hasSize(9_995);
        }
    }
}
