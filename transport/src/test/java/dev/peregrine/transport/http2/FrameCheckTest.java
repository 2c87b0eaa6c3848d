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
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that the state of their stream forbids, and requests that are malformed (RFC 9113, 5.1 and 8.1.1). */
@ExtendWith(LeakCheck.class)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class FrameCheckTest {
    private static final byte[] HELLO = {0, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'};
    private static final String[] WEB = {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "x"};

    /** In SETTINGS (RFC 9113, 6.5.2). */
    private static final int HEADER_TABLE_SIZE = 1;

    private Loopback loopback;
    private ScriptedPeer peer;

    @BeforeEach
    void open() throws IOException {
        loopback = new Loopback(Loopback.OPTIONS).on("/t/Echo", LoopbackTest.ECHO);
        peer = ScriptedPeer.connect(loopback.port());
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        loopback.close();
    }

    private void isServed(int stream) throws IOException {
        peer.sends(peer.requestHeaders(stream, "/t/Echo"), Frame.data(stream, true, HELLO));
        peer.receivesHeaders("the echo begins", stream, false);
        assertThat(peer.receivesData("the echo", stream, 10)).isEqualTo(HELLO);
        assertThat(peer.receivesHeaders("the end", stream, true).get("grpc-status"))
                .hasToString("0");
    }

    private void connectionIsLost(Http2Error code) throws IOException {
        peer.receivesGoAway("the connection is broken", code.code());
        peer.receivesTheEnd("the connection is broken");
        peer.close();
        peer = ScriptedPeer.connect(loopback.port());
        isServed(1);
    }

    @Test
    void headersAfterTheEndOfTheRequest() throws Exception {
        peer.sends(peer.headers(1, true, ScriptedPeer.request("/t/Echo")), peer.headers(1, true, "x", "y"));
        Frame reset = peer.awaits("the request had ended", Http2FrameTypes.RST_STREAM);
        assertThat(reset).isEqualTo(Frame.reset(1, Http2Error.STREAM_CLOSED.code()));
        isServed(3);
    }

    @Test
    void headersOnAClosedStream() throws Exception {
        isServed(1);
        peer.sends(peer.requestHeaders(1, "/t/Echo"));
        connectionIsLost(Http2Error.STREAM_CLOSED);
    }

    @Test
    void aStreamThatGoesBack() throws Exception {
        isServed(7);
        peer.sends(peer.requestHeaders(5, "/t/Echo"));
        connectionIsLost(Http2Error.PROTOCOL_ERROR);
    }

    @Test
    void dataOnAClosedStream() throws Exception {
        isServed(1);
        peer.sends(Frame.data(1, true, HELLO));
        peer.receives("stream 1 is closed", Frame.reset(1, Http2Error.STREAM_CLOSED.code()));
        isServed(3);
    }

    /** What the peer sends after it has reset a stream is no late frame, although this end has reset it too. */
    @Test
    void dataAfterTheClientsOwnReset() throws Exception {
        peer.sends(peer.requestHeaders(1, "/t/Nothing"));
        peer.receivesHeaders("no such method", 1, true);
        peer.receives("the rest is not wanted", Frame.reset(1, Http2Error.NO_ERROR.code()));
        peer.sends(Frame.data(1, false, HELLO));
        peer.receivesNothing("that one was on its way");
        peer.sends(Frame.reset(1, Http2Error.CANCEL.code()), Frame.data(1, false, HELLO));
        peer.receives("this one was not", Frame.reset(1, Http2Error.STREAM_CLOSED.code()));
        isServed(3);
    }

    /** The stream never opened here, but the client could not know that yet. */
    @Test
    void whatWasOnItsWayBehindARefusedRequest() throws Exception {
        peer.sends(peer.headers(1, false, "Upper-Case", "x"));
        peer.receives("the request is malformed", Frame.reset(1, Http2Error.PROTOCOL_ERROR.code()));
        peer.sends(Frame.data(1, false, HELLO), Frame.windowUpdate(1, 1000));
        peer.sends(Frame.reset(1, Http2Error.CANCEL.code()));
        peer.receivesNothing("all that is dropped");
        isServed(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {":method", ":scheme", ":path"})
    void aPseudoHeaderThatIsMissingOrEmptyOrThereTwice(String name) throws Exception {
        String[] missing = new String[WEB.length - 2];
        String[] empty = WEB.clone();
        String[] twice = new String[WEB.length + 2];
        for (int from = 0, to = 0; from < WEB.length; from += 2) {
            twice[from + 2] = WEB[from];
            twice[from + 3] = WEB[from + 1];
            if (WEB[from].equals(name)) {
                empty[from + 1] = "";
                twice[0] = name;
                twice[1] = WEB[from + 1];
            } else {
                missing[to++] = WEB[from];
                missing[to++] = WEB[from + 1];
            }
        }
        isMalformed(1, peer.headers(1, true, missing));
        isMalformed(3, peer.headers(3, true, empty));
        isMalformed(5, peer.headers(5, true, twice));
        isServed(7);
    }

    private void isMalformed(int stream, Frame... frames) throws IOException {
        peer.sends(frames);
        Frame reset = peer.awaits("the request is malformed", Http2FrameTypes.RST_STREAM);
        assertThat(reset).isEqualTo(Frame.reset(stream, Http2Error.PROTOCOL_ERROR.code()));
    }

    @ParameterizedTest
    @CsvSource({
        "connection, keep-alive",
        "keep-alive, 5",
        "proxy-connection, close",
        "transfer-encoding, chunked",
        "upgrade, h2c",
        "te, gzip",
        "Name, upper case",
        "na me, a space",
        ":late, a pseudo-header behind others",
        ":status, 200",
    })
    void aFieldThatMayNotBeThere(String name, String value) throws Exception {
        isMalformed(1, peer.requestHeaders(1, "/t/Echo", name, value));
        isServed(3);
    }

    @Test
    void trailersWithAPseudoHeader() throws Exception {
        isMalformed(1, peer.requestHeaders(1, "/t/Echo"), peer.headers(1, true, ":path", "/t/Echo"));
        isServed(3);
    }

    @Test
    void trailersWithoutTheEnd() throws Exception {
        isMalformed(1, peer.requestHeaders(1, "/t/Echo"), peer.headers(1, false, "x", "y"));
        isServed(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"9", "11", "-1", "x"})
    void anotherContentLengthThanThatOfTheData(String length) throws Exception {
        isMalformed(1, peer.requestHeaders(1, "/t/Echo", "content-length", length), Frame.data(1, true, HELLO));
        isServed(3);
    }

    /** The peer of this test decodes with the default table, and would not understand a larger one. */
    @Test
    void aLargeTableForHeaderCompressionIsNotUsed() throws Exception {
        peer.close();
        peer = ScriptedPeer.connect(loopback.port(), HEADER_TABLE_SIZE, 1 << 30);
        isServed(1);
    }

    @Test
    void aServerThatOpensAStream() throws Exception {
        try (ScriptedPeer.Port port = new ScriptedPeer.Port();
                ClientTransport client = ClientTransport.create(Loopback.address(port), Loopback.OPTIONS)) {
            Asked asked = Asked.start(client, "/t/Ask");
            try (ScriptedPeer server = port.accept()) {
                server.receivesHeaders("a call begins", 3, false);
                server.sends(server.responseHeaders(2));
                server.receivesGoAway("servers open no streams", Http2Error.PROTOCOL_ERROR.code());
                GrpcStatus status = asked.failure();
                assertThat(status.code()).isEqualTo(GrpcCode.UNAVAILABLE);
                assertThat(status.message()).contains("The server opened stream 2");
            }
        }
    }
}
