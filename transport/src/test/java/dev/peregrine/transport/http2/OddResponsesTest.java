package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.Inbox;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our client and what a server, or something that is none, may answer in correct HTTP/2. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class OddResponsesTest {
    private static final byte[] HELLO = {0, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'};

    /** Netty's clients leave stream 1 to those that upgrade from HTTP/1.1. */
    private static final int FIRST = 3;

    private static final int NEXT = 5;

    private ScriptedPeer.Port port;
    private ClientTransport client;
    private ScriptedPeer peer;

    @BeforeEach
    void open() throws IOException {
        port = new ScriptedPeer.Port();
        client = ClientTransport.create(Loopback.address(port), Loopback.OPTIONS);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        if (peer != null) {
            peer.close();
        }
        port.close();
    }

    /** Starts a call; the first one also makes the connection. */
    private Asked ask(int stream) throws IOException {
        Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
        OutgoingCall call = client.start("/t/Ask", new Metadata(), null, inbox);
        inbox.attach(call);
        if (peer == null) {
            peer = port.accept();
        }
        peer.receivesHeaders("a call begins", stream, false);
        return new Asked(call, inbox);
    }

    /** Another call on the same connection goes well: nothing was broken but the one before. */
    private void connectionIsFine(int stream) throws Exception {
        Asked other = ask(stream);
        peer.sends(peer.responseHeaders(stream), Frame.data(stream, false, HELLO), peer.trailers(stream, "0"));
        assertThat(other.text()).isEqualTo("hello");
        assertThat(other.text()).isEqualTo("the end");
    }

    /** The response is complete, so the client ends its side: not by a reset, which servers count. */
    private void receivesEnd(int stream) throws IOException {
        peer.receives("the rest of the request is of no use", Frame.data(stream, true, new byte[0]));
    }

    private void receivesReset(int stream, Http2Error code) throws IOException {
        peer.receives("nothing more may be sent to this stream", Frame.reset(stream, code.code()));
    }

    @Test
    void aPlainAnswer() throws Exception {
        Inbox<byte[]> inbox = new Inbox<>(new BytesDecoder());
        Metadata metadata = new Metadata().add("word", "w").add("b-bin", new byte[] {1, 2});
        OutgoingCall call = client.start("/t/Ask", metadata, Duration.ofSeconds(20), inbox);
        inbox.attach(call);
        call.send(Loopback.message(new byte[] {'q'}));
        call.halfClose();
        peer = port.accept();
        Http2Headers head = peer.receivesHeaders("the request", FIRST, false);
        assertThat(head.method()).hasToString("POST");
        assertThat(head.path()).hasToString("/t/Ask");
        assertThat(head.scheme()).hasToString("http");
        assertThat(head.authority()).hasToString(("127.0.0.1:" + port.number()));
        assertThat(head.get("te")).hasToString("trailers");
        assertThat(head.get("content-type")).hasToString("application/grpc");
        assertThat(head.get("user-agent").toString()).startsWith("peregrine-java/");
        assertThat(head.get("grpc-timeout").toString()).matches("\\d{1,8}[um]");
        assertThat(head.get("word")).hasToString("w");
        assertThat(head.get("b-bin")).hasToString("AQI");
        peer.receives("the only message ends the request", Frame.data(FIRST, true, new byte[] {0, 0, 0, 0, 1, 'q'}));
        peer.sends(
                peer.headers(
                        FIRST,
                        false,
                        ":status",
                        "200",
                        "content-type",
                        "application/grpc+proto",
                        "h",
                        "v",
                        "x-bin",
                        "AQ=="),
                Frame.data(FIRST, false, HELLO),
                peer.trailers(FIRST, "0", "t", "end"));
        assertThat(inbox.awaitHeaders().get("h")).isEqualTo("v");
        assertThat(inbox.awaitHeaders().getBinary("x-bin")).containsExactly(1);
        assertThat(inbox.awaitHeaders().names()).containsExactly("h", "x-bin");
        assertThat(inbox.take()).asString().isEqualTo("hello");
        assertThat(inbox.take()).isNull();
        assertThat(inbox.trailers().get("t")).isEqualTo("end");
    }

    @ParameterizedTest
    @CsvSource({
        "301, UNKNOWN", "400, INTERNAL", "401, UNAUTHENTICATED", "403, PERMISSION_DENIED", "404, UNIMPLEMENTED",
        "429, UNAVAILABLE", "500, UNKNOWN", "502, UNAVAILABLE", "503, UNAVAILABLE", "504, UNAVAILABLE"
    })
    void noGrpcServer(String httpStatus, GrpcCode code) throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(
                peer.headers(FIRST, false, ":status", httpStatus, "content-type", "text/html"),
                Frame.data(FIRST, false, "<h1>no ".getBytes(StandardCharsets.US_ASCII)),
                Frame.data(FIRST, true, "luck</h1>".getBytes(StandardCharsets.US_ASCII)));
        GrpcException failure = asked.exception();
        assertThat(failure.status().code()).isEqualTo(code);
        assertThat(failure.status().message())
                .contains("HTTP status " + httpStatus, "content-type text/html", "<h1>no luck</h1>");
        receivesEnd(FIRST);
        connectionIsFine(NEXT);
    }

    @Test
    void aWebPageWithStatus200() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.headers(FIRST, true, ":status", "200", "content-type", "text/html"));
        assertThat(asked.exception().status().code()).isEqualTo(GrpcCode.UNKNOWN);
        receivesEnd(FIRST);
        connectionIsFine(NEXT);
    }

    @Test
    void aLongWebPageIsReadWithoutStalling() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.headers(FIRST, false, ":status", "500"));
        long sent = 0;
        byte[] page = new byte[16_000];
        // More than the stream's window, which must be given back although nobody takes this.
        while (sent < Loopback.OPTIONS.streamWindow()) {
            peer.sends(Frame.data(FIRST, false, page));
            sent += page.length;
        }
        Frame update = peer.receives("half of the window is used", Http2FrameTypes.WINDOW_UPDATE);
        assertThat(update.stream()).isEqualTo(FIRST);
        peer.sends(peer.headers(FIRST, true, "x", "y"));
        assertThat(asked.exception().status().code()).isEqualTo(GrpcCode.UNKNOWN);
    }

    @Test
    void aGrpcStatusDecidesOverTheHttpStatus() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.headers(FIRST, true, ":status", "503", "grpc-status", "7", "grpc-message", "not%20you"));
        assertThat(asked.exception().status()).isEqualTo(GrpcCode.PERMISSION_DENIED.with("not you"));
    }

    @Test
    void trailersOnlyWithDetails() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.headers(
                FIRST,
                true,
                ":status",
                "200",
                "content-type",
                "application/grpc",
                "grpc-status",
                "5",
                "grpc-message",
                "caf%C3%A9 100%",
                "grpc-status-details-bin",
                "AQI,Aw==",
                "more",
                "words"));
        GrpcException failure = asked.exception();
        assertThat(failure.status()).isEqualTo(GrpcCode.NOT_FOUND.with("caf\u00e9 100%"));
        assertThat(failure.trailers().getAllBinary("grpc-status-details-bin"))
                .containsExactly(new byte[] {1, 2}, new byte[] {3});
        assertThat(failure.trailers().get("more")).isEqualTo("words");
        connectionIsFineAfterReset(FIRST, NEXT);
    }

    private void connectionIsFineAfterReset(int before, int stream) throws Exception {
        receivesEnd(before);
        connectionIsFine(stream);
    }

    @Test
    void trailersOnlyOk() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.headers(
                FIRST, true, ":status", "200", "content-type", "application/grpc", "grpc-status", "0", "a", "b"));
        assertThat(asked.text()).isEqualTo("the end");
        assertThat(asked.inbox().trailers().get("a")).isEqualTo("b");
    }

    @Test
    void messagesBeforeAFailureAreDelivered() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(
                peer.responseHeaders(FIRST),
                Frame.data(FIRST, false, HELLO),
                peer.trailers(FIRST, "10", "grpc-message", "enough"));
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.exception().status()).isEqualTo(GrpcCode.ABORTED.with("enough"));
    }

    @Test
    void noStatusInTheTrailers() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.responseHeaders(FIRST), peer.headers(FIRST, true, "a", "b"));
        GrpcException failure = asked.exception();
        assertThat(failure.status().code()).isEqualTo(GrpcCode.UNKNOWN);
        assertThat(failure.status().message()).contains("without a grpc-status");
        connectionIsFineAfterReset(FIRST, NEXT);
    }

    @Test
    void noTrailersAtAll() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.responseHeaders(FIRST), Frame.data(FIRST, true, HELLO));
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.exception().status().code()).isEqualTo(GrpcCode.INTERNAL);
        connectionIsFineAfterReset(FIRST, NEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"17", "x", ""})
    void aStrangeStatus(String number) throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.responseHeaders(FIRST), peer.trailers(FIRST, number));
        assertThat(asked.exception().status().code()).isEqualTo(GrpcCode.UNKNOWN);
    }

    @Test
    void informationalHeadersAreSkipped() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(
                peer.headers(FIRST, false, ":status", "103", "link", "x"),
                peer.headers(FIRST, false, ":status", "100"),
                peer.responseHeaders(FIRST),
                Frame.data(FIRST, false, HELLO),
                peer.trailers(FIRST, "0"));
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.text()).isEqualTo("the end");
    }

    @Test
    void dataBeforeHeaders() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(Frame.data(FIRST, false, HELLO));
        assertThat(asked.exception().status().code()).isEqualTo(GrpcCode.INTERNAL);
        peer.receives("the stream is of no use", Http2FrameTypes.RST_STREAM);
        connectionIsFine(NEXT);
    }

    @Test
    void theMessageIsCutOff() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(
                peer.responseHeaders(FIRST),
                Frame.data(FIRST, false, HELLO),
                Frame.data(FIRST, false, new byte[] {0, 0, 0, 0, 9, 'x'}),
                peer.trailers(FIRST, "0"));
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.exception().status())
                .isEqualTo(GrpcCode.INTERNAL.with("The stream ended in the middle of a message (got 1 of 9 bytes)"));
        connectionIsFineAfterReset(FIRST, NEXT);
    }

    @Test
    void aServersFailureExplainsTheCutItself() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(
                peer.responseHeaders(FIRST),
                Frame.data(FIRST, false, new byte[] {0, 0, 0, 0, 9, 'x'}),
                peer.trailers(FIRST, "8", "grpc-message", "disk full"));
        assertThat(asked.exception().status()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED.with("disk full"));
    }

    @ParameterizedTest
    @CsvSource({
        "0, -1, RESOURCE_EXHAUSTED, 4294967295 bytes",
        "0, 67108865, RESOURCE_EXHAUSTED, 67108865 bytes",
        "1, 5, INTERNAL, snappy",
        "2, 5, INTERNAL, flag is 2",
        "71, 5, INTERNAL, flag is 71"
    })
    void aPrefixThatCannotBe(int flag, int length, GrpcCode code, String says) throws Exception {
        Asked asked = ask(FIRST);
        byte[] prefix = ByteBuffer.allocate(9).put((byte) flag).putInt(length).array();
        peer.sends(
                peer.headers(
                        FIRST, false, ":status", "200", "content-type", "application/grpc", "grpc-encoding", "snappy"),
                Frame.data(FIRST, false, prefix));
        GrpcException failure = asked.exception();
        assertThat(failure.status().code()).isEqualTo(code);
        assertThat(failure.status().message()).contains(says);
        receivesReset(FIRST, Http2Error.CANCEL);
        peer.sends(Frame.data(FIRST, false, new byte[10_000]), peer.trailers(FIRST, "0"));
        connectionIsFine(NEXT);
    }

    @Test
    void messagesInAnotherFormat() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(
                peer.headers(FIRST, false, ":status", "200", "content-type", "application/grpc+json"),
                Frame.data(FIRST, false, HELLO));
        GrpcException failure = asked.exception();
        assertThat(failure.status())
                .isEqualTo(GrpcCode.INTERNAL.with(
                        "The peer answers with content-type application/grpc+json instead of protobuf"));
        receivesReset(FIRST, Http2Error.CANCEL);
        connectionIsFine(NEXT);
    }

    @Test
    void binaryMetadataThatIsNone() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.headers(FIRST, false, ":status", "200", "content-type", "application/grpc", "x-bin", "*"));
        GrpcException failure = asked.exception();
        assertThat(failure.status().code()).isEqualTo(GrpcCode.INTERNAL);
        assertThat(failure.status().message()).contains("x-bin");
        receivesReset(FIRST, Http2Error.CANCEL);
        connectionIsFine(NEXT);
    }

    @ParameterizedTest
    @CsvSource({
        "NO_ERROR, INTERNAL",
        "PROTOCOL_ERROR, INTERNAL",
        "REFUSED_STREAM, UNAVAILABLE",
        "CANCEL, CANCELLED",
        "ENHANCE_YOUR_CALM, RESOURCE_EXHAUSTED",
        "INADEQUATE_SECURITY, PERMISSION_DENIED"
    })
    void theServerResetsTheStream(Http2Error error, GrpcCode code) throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(peer.responseHeaders(FIRST), Frame.data(FIRST, false, HELLO), Frame.reset(FIRST, error.code()));
        assertThat(asked.text()).isEqualTo("hello");
        GrpcException failure = asked.exception();
        assertThat(failure.status()).isEqualTo(code.with("The peer reset the stream with " + error));
        connectionIsFine(NEXT);
    }

    @Test
    void aResetBehindTheTrailersChangesNothing() throws Exception {
        Asked asked = ask(FIRST);
        peer.sends(
                peer.responseHeaders(FIRST),
                Frame.data(FIRST, false, HELLO),
                peer.trailers(FIRST, "0"),
                Frame.reset(FIRST, Http2Error.NO_ERROR.code()));
        assertThat(asked.text()).isEqualTo("hello");
        assertThat(asked.text()).isEqualTo("the end");
    }

    @Test
    void headersTooLargeFailOnlyTheirCall() throws Exception {
        Asked asked = ask(FIRST);
        String[] fields = new String[44];
        fields[0] = ":status";
        fields[1] = "200";
        fields[2] = "content-type";
        fields[3] = "application/grpc";
        for (int i = 4; i < fields.length; i += 2) {
            fields[i] = "name-" + i;
            fields[i + 1] = "v".repeat(1000);
        }
        peer.sends(peer.headers(FIRST, false, fields));
        assertThat(asked.exception().status().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
        peer.receives("the stream is of no use", Http2FrameTypes.RST_STREAM);
        connectionIsFine(NEXT);
    }
}
