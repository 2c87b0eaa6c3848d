package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.TransportOptions;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our client and what a server may do with frames, streams, windows and the connection, allowed or not. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class OddServerTest {
    private static final byte[] HELLO = {0, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'};
    private static final int FIRST = 3;
    private static final int NEXT = 5;
    private static final int STREAM_WINDOW = 100_000;
    private static final TransportOptions OPTIONS = Loopback.OPTIONS.toBuilder()
            .streamWindow(STREAM_WINDOW)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** In SETTINGS (RFC 9113, 6.5.2). */
    private static final int INITIAL_WINDOW_SIZE = 4;

    private static final int MAX_FRAME_SIZE = 5;

    private ScriptedPeer.Port port;
    private ClientTransport client;
    private ScriptedPeer peer;

    @BeforeEach
    void open() throws IOException {
        port = new ScriptedPeer.Port();
        client = ClientTransport.create(Loopback.address(port), OPTIONS);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        if (peer != null) {
            peer.close();
        }
        port.close();
    }

    private Asked start() {
        return Asked.start(client, "/t/Ask");
    }

    /** Starts a call; the first one also makes the connection. */
    private Asked ask(int stream, int... settings) throws IOException {
        Asked asked = start();
        if (peer == null) {
            peer = port.accept(settings);
        }
        peer.receivesHeaders("a call begins", stream, false);
        return asked;
    }

    private void answers(Asked asked, int stream) throws Exception {
        peer.sends(peer.responseHeaders(stream), Frame.data(stream, false, HELLO), peer.trailers(stream, "0"));
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.text()).isEqualTo("the end");
    }

    private void connectionIsFine(int stream) throws Exception {
        answers(ask(stream), stream);
    }

    /** The connection is hung up on with this code; the call says so, and the next one makes a new connection. */
    private void connectionIsLost(Asked asked, Http2Error code, String says) throws Exception {
        peer.receivesGoAway("the connection is broken", code.code());
        peer.receivesTheEnd("the connection is broken");
        GrpcStatus status = asked.failure();
        assertThat(status.code()).isEqualTo(GrpcCode.UNAVAILABLE);
        assertThat(status.message()).contains("the peer broke HTTP/2").contains(says);
        peer.close();
        peer = null;
        connectionIsFine(FIRST);
    }

    // The shape of frames.

    @Test
    void everyByteByItself() throws Exception {
        Asked asked = ask(FIRST);
        byte[] all = Frame.bytes(
                peer.responseHeaders(FIRST),
                Frame.data(FIRST, false, HELLO),
                Frame.padded(FIRST, false, HELLO, 3),
                Frame.ping(7),
                peer.trailers(FIRST, "0"));
        for (byte b : all) {
            peer.sendsRaw(b);
        }
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.text()).isEqualTo("the end");
        peer.receives("PINGs are answered", Frame.pingAck(7));
    }

    @Test
    void cutInTwoAnywhere() throws Exception {
        int stream = FIRST;
        for (int cut = 1; ; cut++, stream += 2) {
            Asked asked = ask(stream);
            byte[] all = Frame.bytes(
                    peer.responseHeaders(stream),
                    Frame.data(stream, false, HELLO),
                    Frame.data(stream, false, new byte[0]),
                    Frame.padded(stream, false, HELLO, 255),
                    peer.trailers(stream, "0"));
            if (cut >= all.length) {
                asked.call().cancel(GrpcCode.CANCELLED.with("enough"));
                break;
            }
            peer.sendsRaw(Arrays.copyOf(all, cut));
            peer.sendsRaw(Arrays.copyOfRange(all, cut, all.length));
            assertThat(asked.text()).as("cut at %d", cut).isEqualTo("hello");
            assertThat(asked.text()).as("cut at %d", cut).isEqualTo("hello");
            assertThat(asked.text()).as("cut at %d", cut).isEqualTo("the end");
            peer.receives("the server has answered", Frame.data(stream, true, new byte[0]));
        }
    }

    @Test
    void framesOfOneByteAndOfNone() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.responseHeaders(FIRST));
        for (byte b : HELLO) {
            peer.sends(Frame.data(FIRST, false, new byte[] {b}));
            peer.sends(Frame.padded(FIRST, false, new byte[0], 0));
        }
        peer.sends(peer.trailers(FIRST, "0"));
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.text()).isEqualTo("the end");
    }

    @Test
    void severalMessagesInAFrameAndOneOverSeveral() throws Exception {
        Asked asked = ask(FIRST);
        byte[] twoAndAHalf = Arrays.copyOf(HELLO, 25);
        System.arraycopy(HELLO, 0, twoAndAHalf, 10, 10);
        System.arraycopy(HELLO, 0, twoAndAHalf, 20, 5);
        peer.sends(
                peer.responseHeaders(FIRST),
                Frame.data(FIRST, false, twoAndAHalf),
                Frame.data(FIRST, false, Arrays.copyOfRange(HELLO, 5, 7)),
                Frame.data(FIRST, false, Arrays.copyOfRange(HELLO, 7, 10)),
                peer.trailers(FIRST, "0"));
        for (int i = 0; i < 3; i++) {
            assertThat(asked.text()).isEqualTo("hello");
        }
        assertThat(asked.text()).isEqualTo("the end");
    }

    @Test
    void unknownFramesAndSettingsAreSkipped() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(
                new Frame(0xEE, 0xFF, 0, new byte[] {1, 2, 3}),
                Frame.settings(0x7777, 5),
                peer.responseHeaders(FIRST),
                new Frame(0xEE, 1, FIRST, new byte[300]),
                Frame.data(FIRST, false, HELLO),
                new Frame(Http2FrameTypes.PRIORITY, 0, FIRST, new byte[] {0, 0, 0, 0, 9}),
                Frame.pingAck(99),
                peer.trailers(FIRST, "0"));
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.text()).isEqualTo("the end");
    }

    @Test
    void aHeaderBlockOverSeveralFrames() throws Exception {
        Asked asked = ask(FIRST);
        byte[] block = peer.block(":status", "200", "content-type", "application/grpc", "name", "value");
        int third = block.length / 3;
        peer.sends(
                new Frame(Http2FrameTypes.HEADERS, 0, FIRST, Arrays.copyOf(block, third)),
                new Frame(Http2FrameTypes.CONTINUATION, 0, FIRST, Arrays.copyOfRange(block, third, 2 * third)),
                new Frame(
                        Http2FrameTypes.CONTINUATION,
                        Http2Flags.END_HEADERS,
                        FIRST,
                        Arrays.copyOfRange(block, 2 * third, block.length)),
                Frame.data(FIRST, false, HELLO),
                peer.trailers(FIRST, "0"));
        assertThat(asked.inbox().awaitHeaders().get("name")).isEqualTo("value");
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.text()).isEqualTo("the end");
    }

    @Test
    void dataInsideAHeaderBlock() throws Exception {
        Asked asked = ask(FIRST);
        byte[] block = peer.block(":status", "200", "content-type", "application/grpc");
        peer.sends(new Frame(Http2FrameTypes.HEADERS, 0, FIRST, block), Frame.data(FIRST, false, HELLO));
        connectionIsLost(asked, Http2Error.PROTOCOL_ERROR, "");
    }

    @Test
    void aFrameLargerThanAllowed() throws Exception {
        Asked asked = ask(FIRST);
        peer.receivesNothing("the introduction is over");
        int largest = peer.settings.get(5).intValue();
        // Only the header comes: that is enough to know.
        peer.sendsRaw(
                Arrays.copyOf(Frame.data(FIRST, false, new byte[largest + 1]).bytes(), 9));
        connectionIsLost(asked, Http2Error.FRAME_SIZE_ERROR, "");
    }

    @Test
    void dataOnStreamZero() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(Frame.data(0, false, HELLO));
        connectionIsLost(asked, Http2Error.PROTOCOL_ERROR, "");
    }

    @Test
    void dataOnAStreamThatNobodyOpened() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(Frame.data(99, false, HELLO));
        connectionIsLost(asked, Http2Error.PROTOCOL_ERROR, "");
    }

    @Test
    void paddingLongerThanTheFrame() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(new Frame(Http2FrameTypes.DATA, Http2Flags.PADDED, FIRST, new byte[] {9, 1, 2}));
        connectionIsLost(asked, Http2Error.PROTOCOL_ERROR, "");
    }

    @Test
    void headersThatCannotBeDecompressed() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(new Frame(Http2FrameTypes.HEADERS, Http2Flags.END_HEADERS, FIRST, new byte[] {(byte) 0xFF, 0x7F}));
        connectionIsLost(asked, Http2Error.COMPRESSION_ERROR, "");
    }

    @Test
    void aPushedStream() throws Exception {
        Asked asked = ask(FIRST);
        byte[] block = peer.block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "x");
        byte[] payload = new byte[4 + block.length];
        payload[3] = 2;
        System.arraycopy(block, 0, payload, 4, block.length);
        peer.sends(new Frame(Http2FrameTypes.PUSH_PROMISE, Http2Flags.END_HEADERS, FIRST, payload));
        connectionIsLost(asked, Http2Error.PROTOCOL_ERROR, "");
    }

    /** Whatever comes: the call ends, nothing leaks, and the next call finds a server. */
    @Test
    void framesAtRandom() throws Exception {
        Random random = new Random(20_240_607);
        for (int round = 0; round < 50; round++) {
            Asked asked = ask(FIRST);
            try {
                peer.sends(peer.responseHeaders(FIRST), Frame.data(FIRST, false, HELLO));
                for (int i = 0; i < 20; i++) {
                    peer.sends(Frame.random(random, FIRST));
                }
                peer.close();
            } catch (SocketException e) {
                // The client has hung up.
                peer.close();
            }
            peer = null;
            assertThat(asked.end()).as("round %d", round).isNotNull();
        }
        connectionIsFine(FIRST);
    }

    // The order of frames on a stream.

    @Test
    void trailersWithoutTheEnd() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.responseHeaders(FIRST), peer.headers(FIRST, false, "grpc-status", "0"));
        assertThat(asked.failure().code()).isEqualTo(GrpcCode.INTERNAL);
        peer.receives("trailers must end the stream", Frame.reset(FIRST, Http2Error.PROTOCOL_ERROR.code()));
        connectionIsFine(NEXT);
    }

    @Test
    void dataBehindTheTrailers() throws Exception {
        Asked asked = ask(FIRST);
        asked.call().halfClose();
        peer.receives("the request ends", Frame.data(FIRST, true, new byte[0]));
        answers(asked, FIRST);
        peer.sends(Frame.data(FIRST, false, HELLO));
        peer.receives("the stream is closed", Frame.reset(FIRST, Http2Error.STREAM_CLOSED.code()));
        connectionIsFine(NEXT);
    }

    @Test
    void headerNamesInUpperCase() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.headers(FIRST, false, ":status", "200", "Content-Type", "application/grpc"));
        assertThat(asked.failure().code()).isEqualTo(GrpcCode.INTERNAL);
        peer.receives("the response is malformed", Frame.reset(FIRST, Http2Error.PROTOCOL_ERROR.code()));
        connectionIsFine(NEXT);
    }

    @Test
    void whatArrivesAfterACancelCountsForTheConnectionOnly() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.responseHeaders(FIRST));
        asked.inbox().awaitHeaders();
        asked.call().cancel(GrpcCode.CANCELLED.with("enough"));
        peer.receives("the call was cancelled", Frame.reset(FIRST, Http2Error.CANCEL.code()));
        assertThat(asked.failure()).isEqualTo(GrpcCode.CANCELLED.with("enough"));
        peer.receivesNothing("the introduction is over");
        long before = peer.connectionCredit;
        // Half of the connection's window; as long as the stream's allows.
        int left = Loopback.OPTIONS.connectionWindow() / 2 + 20_000;
        for (int sent = 0; sent < left; sent += 16_000) {
            peer.sends(Frame.data(FIRST, false, new byte[16_000]));
        }
        peer.sends(peer.trailers(FIRST, "0"));
        peer.receivesNothing("one RST_STREAM is enough");
        assertThat(peer.connectionCredit).isGreaterThan(before);
        connectionIsFine(NEXT);
    }

    // Windows.

    @Test
    void settingsOutOfRange() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(Frame.settings(MAX_FRAME_SIZE, 100));
        connectionIsLost(asked, Http2Error.PROTOCOL_ERROR, "");
    }

    @Test
    void aStreamsWindowThatOverflows() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(Frame.windowUpdate(FIRST, Integer.MAX_VALUE));
        assertThat(asked.failure().code()).isEqualTo(GrpcCode.INTERNAL);
        peer.receives("the window is too large", Frame.reset(FIRST, Http2Error.FLOW_CONTROL_ERROR.code()));
        connectionIsFine(NEXT);
    }

    @Test
    void theConnectionsWindowOverflows() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(Frame.windowUpdate(0, Integer.MAX_VALUE));
        connectionIsLost(asked, Http2Error.FLOW_CONTROL_ERROR, "too large");
    }

    @Test
    void anInitialWindowThatOverflowsAStream() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(Frame.windowUpdate(FIRST, 1 << 30), Frame.settings(INITIAL_WINDOW_SIZE, Integer.MAX_VALUE));
        connectionIsLost(asked, Http2Error.FLOW_CONTROL_ERROR, "too large");
    }

    @Test
    void moreThanOurWindowAllows() throws Exception {
        Asked asked = ask(FIRST);
        peer.receivesNothing("the introduction is over");
        peer.sends(peer.responseHeaders(FIRST));
        byte[] begin = new byte[16_000];
        begin[2] = 0x7F;
        // Nobody takes messages, but one message alone may be longer than the window; so send two.
        peer.sends(Frame.data(FIRST, false, HELLO), Frame.data(FIRST, false, begin));
        for (int sent = 16_010; sent <= STREAM_WINDOW; sent += 16_000) {
            peer.sends(Frame.data(FIRST, false, new byte[16_000]));
        }
        peer.receives("the window is overrun", Frame.reset(FIRST, Http2Error.FLOW_CONTROL_ERROR.code()));
        assertThat(asked.failure().code()).isEqualTo(GrpcCode.INTERNAL);
        connectionIsFine(NEXT);
    }

    // GOAWAY and the end.

    @Test
    void goAwayInTwoSteps() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(Frame.goAway(Integer.MAX_VALUE, 0, ""), Frame.ping(1));
        peer.receives("the client has seen it", Frame.pingAck(1));
        peer.sends(Frame.goAway(FIRST, 0, ""));
        answers(asked, FIRST);
        peer.receivesTheEnd("the last call has ended");
    }

    @Test
    void goAwayInstead() throws Exception {
        Asked asked = start();
        for (int connection = 1; connection <= 2; connection++) {
            // The call was not processed, so it is made once more.
            peer = port.acceptSilently();
            peer.receivesPreface();
            peer.sends(Frame.settings(), Frame.goAway(0, Http2Error.ENHANCE_YOUR_CALM.code(), "too_many_pings"));
        }
        GrpcStatus status = asked.failure();
        assertThat(status.code()).isEqualTo(GrpcCode.UNAVAILABLE);
        assertThat(status.message()).contains("ENHANCE_YOUR_CALM", "too_many_pings");
        peer.receivesTheEnd("it is of no use");
    }
}
