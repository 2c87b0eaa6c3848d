package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Our server and what clients, or what are none, may ask in correct HTTP/2. Each time another call goes on unharmed. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
final class OddRequestsTest {
    private static final byte[] HELLO = {0, 0, 0, 0, 5, 'h', 'e', 'l', 'l', 'o'};

    /** How a call to /t/Listen ended for the server's method. */
    private final CompletableFuture<GrpcStatus> heard = new CompletableFuture<>();

    private final CompletableFuture<Metadata> headersHeard = new CompletableFuture<>();

    private Loopback loopback;
    private ScriptedPeer peer;

    @BeforeEach
    void open() throws IOException {
        loopback = new Loopback(Loopback.OPTIONS)
                .on("/t/Echo", LoopbackTest.ECHO)
                .on("/t/Listen", served -> {
                    headersHeard.complete(served.call().headers());
                    try {
                        while (served.read() != null) {
                            // Until the end.
                        }
                        heard.complete(GrpcStatus.OK);
                    } catch (GrpcException e) {
                        heard.complete(e.status());
                        throw e;
                    }
                    served.finish(GrpcStatus.OK);
                });
        peer = ScriptedPeer.connect(loopback.port());
        // Runs while the others misbehave.
        peer.sends(peer.requestHeaders(1, "/t/Echo"), Frame.data(1, false, HELLO));
        assertThat(peer.receivesHeaders("the echo begins", 1, false).status()).hasToString("200");
        assertThat(peer.receivesData("the echo", 1, 10)).isEqualTo(HELLO);
    }

    @AfterEach
    void close() throws IOException {
        peer.close();
        loopback.close();
    }

    private void theOtherCallGoesOn() throws IOException {
        peer.sends(Frame.data(1, true, HELLO));
        assertThat(peer.receivesData("the echo goes on", 1, 10)).isEqualTo(HELLO);
        assertThat(peer.receivesHeaders("and ends", 1, true).get("grpc-status")).hasToString("0");
    }

    private void failsWith(int stream, GrpcCode code, String says) throws IOException {
        Http2Headers answer = peer.receivesHeaders("the call fails", stream, true);
        assertThat(answer.get("grpc-status")).hasToString(Integer.toString(code.number()));
        assertThat(StatusHeaders.decodeMessage(answer.get("grpc-message"))).contains(says);
    }

    private void asksToStop(int stream) throws IOException {
        peer.receives("the client need not send the rest", Frame.reset(stream, Http2Error.NO_ERROR.code()));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /t/Echo, application/grpc, 405",
        "GET, /, text/html, 405",
        "POST, /t/Echo, application/json, 415",
        "POST, /t/Echo, application/grpc-web+proto, 415",
        "POST, /, application/grpc, 404",
        "POST, /Echo, application/grpc, 404",
    })
    void noGrpcCall(String method, String path, String contentType, int status) throws Exception {
        peer.sends(
                peer.headers(
                        3,
                        false,
                        ":method",
                        method,
                        ":scheme",
                        "http",
                        ":path",
                        path,
                        ":authority",
                        "x",
                        "content-type",
                        contentType),
                Frame.data(3, false, "{}".getBytes(StandardCharsets.US_ASCII)));
        Http2Headers answer = peer.receivesHeaders("an answer in HTTP's words", 3, false);
        assertThat(answer.status()).hasToString(Integer.toString(status));
        assertThat(answer.get("content-type").toString()).startsWith("text/plain");
        Frame text = peer.receives("a sentence", Http2FrameTypes.DATA);
        assertThat(text.endsStream()).isTrue();
        assertThat(new String(text.payload(), StandardCharsets.US_ASCII)).startsWith("gRPC ");
        assertThat(answer.getInt("content-length")).isEqualTo(text.payload().length);
        peer.sends(Frame.data(3, true, new byte[1000]));
        theOtherCallGoesOn();
    }

    @Test
    void aLongUploadThatIsNoGrpcCall() throws Exception {
        peer.sends(peer.headers(3, false, ":method", "PUT", ":scheme", "http", ":path", "/f", ":authority", "x"));
        assertThat(peer.receivesHeaders("an answer", 3, false).status()).hasToString("405");
        assertThat(peer.receives("a sentence", Http2FrameTypes.DATA).endsStream())
                .isTrue();
        peer.sends(Frame.data(3, false, new byte[16_000]));
        peer.receivesNothing("so much is read and dropped");
        peer.sends(Frame.data(3, false, new byte[16_000]));
        asksToStop(3);
        peer.sends(Frame.data(3, true, new byte[16_000]));
        theOtherCallGoesOn();
    }

    @Test
    void messagesInAnotherFormat() throws Exception {
        peer.sends(
                peer.headers(
                        3,
                        false,
                        ":method",
                        "POST",
                        ":scheme",
                        "http",
                        ":path",
                        "/t/Echo",
                        ":authority",
                        "x",
                        "content-type",
                        "application/grpc+json"),
                Frame.data(3, false, HELLO));
        failsWith(3, GrpcCode.UNIMPLEMENTED, "this call has content-type application/grpc+json");
        asksToStop(3);
        theOtherCallGoesOn();
    }

    @Test
    void aWebRequestWithoutABody() throws Exception {
        peer.sends(peer.headers(3, true, ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "x"));
        assertThat(peer.receivesHeaders("an answer", 3, false).status()).hasToString("405");
        assertThat(peer.receives("a sentence", Http2FrameTypes.DATA).endsStream())
                .isTrue();
        theOtherCallGoesOn();
    }

    @ParameterizedTest
    @CsvSource({"application/grpc", "application/grpc+proto", "application/grpc;charset=utf-8"})
    void contentTypesOfGrpcAndNoTe(String contentType) throws Exception {
        peer.sends(
                peer.headers(
                        3,
                        false,
                        ":method",
                        "POST",
                        ":scheme",
                        "http",
                        ":path",
                        "/t/Echo",
                        ":authority",
                        "x",
                        "content-type",
                        contentType),
                Frame.data(3, true, HELLO));
        assertThat(peer.receivesHeaders("the echo begins", 3, false).get("content-type"))
                .hasToString("application/grpc");
        peer.receivesData("the echo", 3, 10);
        assertThat(peer.receivesHeaders("the end", 3, true).get("grpc-status")).hasToString("0");
        theOtherCallGoesOn();
    }

    @Test
    void aMethodThatIsNotThere() throws Exception {
        peer.sends(peer.requestHeaders(3, "/t/Nothing"), Frame.data(3, false, HELLO));
        Http2Headers answer = peer.receivesHeaders("trailers only", 3, true);
        assertThat(answer.status()).hasToString("200");
        assertThat(answer.get("content-type")).hasToString("application/grpc");
        assertThat(answer.get("grpc-status")).hasToString("12");
        assertThat(answer.get("grpc-message").toString()).contains("/t/Nothing");
        asksToStop(3);
        theOtherCallGoesOn();
    }

    @Test
    void metadataOfAllKinds() throws Exception {
        peer.sends(peer.headers(
                3,
                true,
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                "/t/Listen",
                ":authority",
                "x",
                "content-type",
                "application/grpc",
                "te",
                "trailers",
                "grpc-timeout",
                "20S",
                "grpc-encoding",
                "identity",
                "grpc-accept-encoding",
                "identity,gzip",
                "user-agent",
                "odd/1",
                "twice",
                "a",
                "twice",
                "b",
                "x-bin",
                "AQ==,Ag",
                "x-bin",
                "Aw"));
        Metadata headers = headersHeard.get(10, TimeUnit.SECONDS);
        assertThat(headers.names()).containsExactlyInAnyOrder("user-agent", "twice", "x-bin");
        assertThat(headers.getAll("twice")).containsExactly("a", "b");
        assertThat(headers.getAllBinary("x-bin")).containsExactly(new byte[] {1}, new byte[] {2}, new byte[] {3});
        assertThat(heard.get(10, TimeUnit.SECONDS))
                .as("END_STREAM on the headers")
                .isEqualTo(GrpcStatus.OK);
        assertThat(peer.receivesHeaders("the end", 3, true).get("grpc-status")).hasToString("0");
        theOtherCallGoesOn();
    }

    @ParameterizedTest
    @CsvSource({"grpc-timeout, 1, grpc-timeout", "grpc-timeout, 5x, grpc-timeout", "x-bin, *, x-bin"})
    void headersThatCannotBeRead(String name, String value, String says) throws Exception {
        peer.sends(peer.headers(
                3,
                false,
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                "/t/Echo",
                ":authority",
                "x",
                "content-type",
                "application/grpc",
                name,
                value));
        failsWith(3, GrpcCode.INTERNAL, says);
        asksToStop(3);
        theOtherCallGoesOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1n", "10m"})
    void aDeadlineThatPasses(String timeout) throws Exception {
        peer.sends(peer.headers(
                3,
                false,
                ":method",
                "POST",
                ":scheme",
                "http",
                ":path",
                "/t/Listen",
                ":authority",
                "x",
                "content-type",
                "application/grpc",
                "grpc-timeout",
                timeout));
        failsWith(3, GrpcCode.DEADLINE_EXCEEDED, "deadline");
        asksToStop(3);
        assertThat(heard.get(10, TimeUnit.SECONDS).code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
        theOtherCallGoesOn();
    }

    @ParameterizedTest
    @CsvSource({
        "0, -1, RESOURCE_EXHAUSTED, 4294967295 bytes",
        "0, 67108865, RESOURCE_EXHAUSTED, 67108865 bytes",
        "2, 5, INTERNAL, flag is 2"
    })
    void aPrefixThatCannotBe(int flag, int length, GrpcCode code, String says) throws Exception {
        byte[] prefix = ByteBuffer.allocate(9).put((byte) flag).putInt(length).array();
        peer.sends(
                peer.headers(
                        3,
                        false,
                        ":method",
                        "POST",
                        ":scheme",
                        "http",
                        ":path",
                        "/t/Listen",
                        ":authority",
                        "x",
                        "content-type",
                        "application/grpc",
                        "grpc-encoding",
                        "gzip"),
                Frame.data(3, false, prefix));
        failsWith(3, code, says);
        asksToStop(3);
        peer.sends(Frame.data(3, true, new byte[10_000]));
        assertThat(heard.get(10, TimeUnit.SECONDS).code()).isEqualTo(code);
        theOtherCallGoesOn();
    }

    @Test
    void aMessageThatIsCutOff() throws Exception {
        peer.sends(peer.requestHeaders(3, "/t/Listen"), Frame.data(3, false, HELLO), Frame.data(3, true, new byte[] {
            0, 0, 0, 0, 9, 'x'
        }));
        failsWith(3, GrpcCode.INTERNAL, "got 1 of 9 bytes");
        assertThat(heard.get(10, TimeUnit.SECONDS).code()).isEqualTo(GrpcCode.INTERNAL);
        theOtherCallGoesOn();
    }

    @Test
    void trailersEndTheRequestToo() throws Exception {
        peer.sends(
                peer.requestHeaders(3, "/t/Echo"), Frame.data(3, false, HELLO), peer.headers(3, true, "checksum", "1"));
        peer.receivesHeaders("the echo begins", 3, false);
        peer.receivesData("the echo", 3, 10);
        assertThat(peer.receivesHeaders("the end", 3, true).get("grpc-status")).hasToString("0");
        theOtherCallGoesOn();
    }

    @Test
    void aResetInAMessage() throws Exception {
        peer.sends(
                peer.requestHeaders(3, "/t/Listen"),
                Frame.data(3, false, new byte[] {0, 0, 0, 0, 9, 'x'}),
                Frame.reset(3, Http2Error.CANCEL.code()));
        GrpcStatus status = heard.get(10, TimeUnit.SECONDS);
        assertThat(status).isEqualTo(GrpcCode.CANCELLED.with("The client reset the stream with CANCEL"));
        theOtherCallGoesOn();
    }

    @Test
    void theConnectionIsCutInAMessage() throws Exception {
        peer.sends(peer.requestHeaders(3, "/t/Listen"), Frame.data(3, false, new byte[] {0, 0, 0, 0, 9, 'x'}));
        headersHeard.get(10, TimeUnit.SECONDS);
        peer.close();
        GrpcStatus status = heard.get(10, TimeUnit.SECONDS);
        assertThat(status.code()).isEqualTo(GrpcCode.CANCELLED);
        assertThat(status.message()).contains("was lost");
        peer = ScriptedPeer.connect(loopback.port());
        peer.sends(peer.requestHeaders(1, "/t/Echo"), Frame.data(1, false, HELLO));
        peer.receivesHeaders("others are served", 1, false);
        peer.receivesData("others are served", 1, 10);
        theOtherCallGoesOn();
    }

    @Test
    void headersTooLargeFailOnlyTheirCall() throws Exception {
        String[] fields = new String[52];
        String[] head = {
            ":method",
            "POST",
            ":scheme",
            "http",
            ":path",
            "/t/Echo",
            ":authority",
            "x",
            "content-type",
            "application/grpc",
            "te",
            "trailers"
        };
        System.arraycopy(head, 0, fields, 0, head.length);
        for (int i = head.length; i < fields.length; i += 2) {
            fields[i] = "name-" + i;
            fields[i + 1] = "v".repeat(1000);
        }
        peer.sends(peer.headers(3, false, fields));
        // RFC 6585, 5: a server may say 431 before it resets the stream.
        Http2Headers answer = peer.receivesHeaders("too large", 3, true);
        assertThat(answer.status()).hasToString("431");
        peer.receives("too large", Frame.reset(3, Http2Error.PROTOCOL_ERROR.code()));
        theOtherCallGoesOn();
    }
}
