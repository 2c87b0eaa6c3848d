package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The cases of gRPC's HTTP/2 negative tests, against our client; their names are those tests'. The server's part, which
 * gRPC has as a program in Python, is played here.
 *
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/negative-http2-interop-test-descriptions.md">gRPC's
 *     descriptions</a>
 */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class NegativeHttp2Test {
    private static final int REQUEST = 271_828;
    private static final int RESPONSE = 314_159;
    private static final int WINDOW = 65_535;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int INITIAL_WINDOW_SIZE = 4;

    private ScriptedPeer.Port port;
    private ClientTransport client;
    private ScriptedPeer peer;

    @BeforeEach
    void open() throws IOException {
        port = new ScriptedPeer.Port();
        client = ClientTransport.create(
                Loopback.address(port),
                Loopback.OPTIONS.toBuilder().streamWindow(WINDOW).build());
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
        Asked asked = Asked.start(client, "/grpc.testing.TestService/UnaryCall");
        asked.call().sendLast(Loopback.message(new byte[REQUEST]));
        return asked;
    }

    private void accept() throws IOException {
        peer = port.accept(INITIAL_WINDOW_SIZE, 1 << 20);
        peer.sends(Frame.windowUpdate(0, 1 << 30));
    }

    private void receivesRequest(int stream) throws IOException {
        peer.receivesHeaders("a call", stream, false);
        assertThat(peer.receivesData("its request", stream, 5 + REQUEST)).startsWith(0, 0, 4, 0x25, 0xd4);
    }

    private Asked askFirst() throws IOException {
        Asked asked = start();
        accept();
        receivesRequest(3);
        return asked;
    }

    /** The response, in frames of so many bytes with so much padding each, as the client's windows allow. */
    private void sendsResponse(int stream, int chunk, int padding) throws IOException {
        byte[] message = Frame.message(RESPONSE);
        int window = WINDOW;
        peer.sends(peer.responseHeaders(stream));
        for (int at = 0; at < message.length; at += chunk) {
            byte[] part = Arrays.copyOfRange(message, at, Math.min(at + chunk, message.length));
            Frame frame = padding == 0 ? Frame.data(stream, false, part) : Frame.padded(stream, false, part, padding);
            while (window < frame.payload().length) {
                Frame update = peer.receives("the window is used up", Http2FrameTypes.WINDOW_UPDATE);
                assertThat(update.stream()).isEqualTo(stream);
                window += update.number(0);
            }
            window -= frame.payload().length;
            peer.sends(frame);
        }
    }

    private static void succeeds(Asked asked) throws GrpcException, InterruptedException {
        assertThat(asked.inbox().take()).hasSize(RESPONSE);
        assertThat(asked.inbox().take()).isNull();
    }

    @Test
    void goaway() throws Exception {
        Asked first = askFirst();
        sendsResponse(3, 16_000, 0);
        peer.sends(peer.trailers(3, "0"), Frame.goAway(3, 0, ""));
        succeeds(first);
        peer.receivesTheEnd("the client leaves");
        peer.close();
        Asked second = start();
        accept();
        receivesRequest(3);
        sendsResponse(3, 16_000, 0);
        peer.sends(peer.trailers(3, "0"));
        succeeds(second);
    }

    @Test
    void rst_after_header() throws Exception {
        Asked asked = askFirst();
        peer.sends(peer.responseHeaders(3), Frame.reset(3, Http2Error.NO_ERROR.code()));
        assertThat(asked.failure().code()).isEqualTo(GrpcCode.INTERNAL);
    }

    @Test
    void rst_during_data() throws Exception {
        Asked asked = askFirst();
        byte[] half = Arrays.copyOf(Frame.message(RESPONSE), 16_000);
        peer.sends(peer.responseHeaders(3), Frame.data(3, false, half), Frame.reset(3, Http2Error.NO_ERROR.code()));
        assertThat(asked.failure().code()).isEqualTo(GrpcCode.INTERNAL);
    }

    @Test
    void rst_after_data() throws Exception {
        Asked asked = askFirst();
        sendsResponse(3, 16_000, 0);
        peer.sends(Frame.reset(3, Http2Error.NO_ERROR.code()));
        assertThat(asked.inbox().take()).as("what came before counts").hasSize(RESPONSE);
        assertThat(asked.failure().code()).isEqualTo(GrpcCode.INTERNAL);
    }

    @Test
    void ping() throws Exception {
        Asked asked = askFirst();
        peer.sends(Frame.ping(1), peer.responseHeaders(3), Frame.ping(2));
        peer.sends(Frame.data(3, false, Frame.message(RESPONSE - 300_000)), Frame.ping(3));
        peer.sends(peer.trailers(3, "0"), Frame.ping(4));
        for (int i = 1; i <= 4; i++) {
            peer.receives("each is answered", Frame.pingAck(i));
        }
        assertThat(asked.inbox().take()).hasSize(RESPONSE - 300_000);
        assertThat(asked.inbox().take()).isNull();
    }

    @Test
    void max_streams() throws Exception {
        Asked first = askFirst();
        peer.sends(Frame.settings(MAX_CONCURRENT_STREAMS, 1));
        isAnswered(first, 3);
        List<Asked> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(start());
        }
        int stream = 5;
        for (Asked other : others) {
            receivesRequest(stream);
            peer.receivesNothing("one at a time");
            isAnswered(other, stream);
            stream += 2;
        }
    }

    /** Shortly, so that no window has to be refilled. */
    private void isAnswered(Asked asked, int stream) throws Exception {
        peer.sends(peer.responseHeaders(stream), Frame.data(stream, false, Frame.message(7)));
        peer.sends(peer.trailers(stream, "0"));
        assertThat(asked.inbox().take()).hasSize(7);
        assertThat(asked.inbox().take()).isNull();
    }

    @Test
    void data_frame_padding() throws Exception {
        Asked asked = askFirst();
        sendsResponse(3, 64, 255);
        peer.sends(peer.trailers(3, "0"));
        succeeds(asked);
    }

    @Test
    void no_df_padding_sanity_test() throws Exception {
        Asked asked = askFirst();
        sendsResponse(3, 64, 0);
        peer.sends(peer.trailers(3, "0"));
        succeeds(asked);
    }
}
