package dev.peregrine.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightResourceExhaustedException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.Parked;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a server sees of a client's generic options, on the wire or in time. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class GenericOptionsTest {
    private static final FlightDescriptor ANY = FlightDescriptor.path("any");
    private static final int FIRST = 3;

    /** In SETTINGS (RFC 9113, 6.5.2). */
    private static final int HEADER_TABLE_SIZE = 1;

    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_SIZE = 5;
    private static final int MAX_HEADER_LIST_SIZE = 6;

    private BufferAllocator memory;
    private ScriptedPeer.Port port;
    private ScriptedPeer peer;
    private FlightClient client;

    @BeforeEach
    void open(BufferAllocator memory) throws IOException {
        this.memory = memory;
        this.port = new ScriptedPeer.Port();
    }

    @AfterEach
    void close() throws IOException {
        if (client != null) {
            client.close();
        }
        if (peer != null) {
            peer.close();
        }
        port.close();
    }

    private FlightClient client(int port, UnaryOperator<FlightClientBuilder> options) {
        client = options.apply(FlightClient.builder("grpc://127.0.0.1:" + port).allocator(memory))
                .build();
        return client;
    }

    /** Starts a call of a client with these options. */
    private CompletableFuture<FlightInfo> call(UnaryOperator<FlightClientBuilder> options) throws IOException {
        CompletableFuture<FlightInfo> called =
                client(port.number(), options).async().getFlightInfo(ANY);
        peer = port.accept();
        return called;
    }

    private Http2Headers receivesCall(int stream) throws IOException {
        Http2Headers headers = peer.receivesHeaders("a call", stream, false);
        Frame data = peer.receives("its message", Http2FrameTypes.DATA);
        if (!data.endsStream()) {
            peer.receives("its end", Http2FrameTypes.DATA);
        }
        return headers;
    }

    /** Ends a call with NOT_FOUND. */
    private void answers(int stream, CompletableFuture<FlightInfo> called) throws IOException {
        peer.sends(
                peer.headers(stream, true, ":status", "200", "content-type", "application/grpc", "grpc-status", "5"));
        assertThat(failure(called)).isInstanceOf(FlightNotFoundException.class);
    }

    private static Throwable failure(CompletableFuture<?> called) {
        try {
            throw new AssertionError("no failure, but " + called.get(30, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void settings() throws Exception {
        var called = call(builder -> builder.genericOption("grpc.http2.lookahead_bytes", 100_000)
                .genericOption("grpc.http2.max_frame_size", 20_000)
                .genericOption("grpc.max_metadata_size", 9_000)
                .genericOption("grpc.http2.hpack_table_size.decoder", 8192));
        receivesCall(FIRST);
        assertThat(peer.settings)
                .containsEntry(INITIAL_WINDOW_SIZE, 100_000L)
                .containsEntry(MAX_FRAME_SIZE, 20_000L)
                .containsEntry(MAX_HEADER_LIST_SIZE, 9_000L)
                .containsEntry(HEADER_TABLE_SIZE, 8192L);
        answers(FIRST, called);
    }

    @Test
    void theLastOneSaidHolds() throws Exception {
        var called = call(builder -> builder.windows(200_000, 300_000)
                .genericOptions(List.of(
                        Map.entry("grpc.http2.lookahead_bytes", 100_000),
                        Map.entry("grpc.absolute_max_metadata_size", 8_000),
                        Map.entry("grpc.default_authority", "one"),
                        Map.entry("grpc.default_authority", "two"))));
        assertThat(receivesCall(FIRST).authority()).hasToString("two");
        assertThat(peer.settings)
                .containsEntry(INITIAL_WINDOW_SIZE, 100_000L)
                .containsEntry(MAX_HEADER_LIST_SIZE, 8_000L);
        assertThat(peer.connectionCredit)
                .as("the rest of the connection's window")
                .isEqualTo(300_000 - 65_535);
        answers(FIRST, called);
    }

    @Test
    void requestFields() throws Exception {
        var called = call(builder -> builder.genericOption("grpc.default_authority", "db.example.com")
                .genericOption("grpc.primary_user_agent", "app/1")
                .genericOption("grpc.secondary_user_agent", "more/2")
                .genericOption("grpc.default_compression_algorithm", 2)
                .genericOption("grpc.use_local_subchannel_pool", 1));
        Http2Headers headers = receivesCall(FIRST);
        assertThat(headers.authority()).hasToString("db.example.com");
        assertThat(headers.get("user-agent").toString()).matches("app/1 peregrine-java/\\S+ more/2");
        assertThat(headers.get("grpc-encoding")).hasToString("gzip");
        answers(FIRST, called);
    }

    @Test
    void withoutAHeaderTableEachRequestIsSpelledOut() throws Exception {
        var first = call(builder -> builder.genericOption("grpc.http2.hpack_table_size.encoder", 0));
        int length = headersLength();
        answers(FIRST, first);
        var second = client.async().getFlightInfo(ANY);
        assertThat(headersLength()).isBetween(length - 2, length);
        answers(FIRST + 2, second);
    }

    @Test
    void withAHeaderTableOnlyTheFirstRequestIs() throws Exception {
        var first = call(builder -> builder);
        int length = headersLength();
        answers(FIRST, first);
        var second = client.async().getFlightInfo(ANY);
        assertThat(headersLength()).isLessThan(length / 2);
        answers(FIRST + 2, second);
    }

    private int headersLength() throws IOException {
        int length = peer.receives("a call", Http2FrameTypes.HEADERS).payload().length;
        if (!peer.receives("its message", Http2FrameTypes.DATA).endsStream()) {
            peer.receives("its end", Http2FrameTypes.DATA);
        }
        return length;
    }

    @Test
    void tooLargeToReceive() throws Exception {
        var called = call(builder -> builder.genericOption("grpc.max_receive_message_length", 10));
        receivesCall(FIRST);
        peer.sends(peer.responseHeaders(FIRST), Frame.data(FIRST, false, Frame.message(11)));
        assertThat(failure(called)).isInstanceOf(FlightResourceExhaustedException.class);
    }

    @Test
    void tooLargeToSend() throws Exception {
        client(port.number(), builder -> builder.genericOption("grpc.max_send_message_length", 3));
        var called = client.async().getFlightInfo(ANY);
        assertThat(failure(called))
                .isInstanceOf(FlightResourceExhaustedException.class)
                .hasMessageContaining("A message to send has 7 bytes, but the call may send 3 at most");
    }

    /** Its server has no window, so what is written stays in the queue. */
    @Test
    void aWriterWaitsWhenSoMuchIsQueued() throws Exception {
        client(port.number(), builder -> builder.genericOption("grpc.http2.write_buffer_size", 1));
        FlightPut put = client.doPut(ANY, new Schema(List.of()));
        peer = port.accept(INITIAL_WINDOW_SIZE, 0);
        Thread writing = new Thread(() -> {
            try {
                put.writer().writeMetadata(new byte[10]);
            } catch (FlightCancelledException e) {
                // The end of the test.
            }
        });
        writing.start();
        Parked.await(writing);
        client.close();
        writing.join(30_000);
        assertThat(writing.isAlive()).isFalse();
        assertThatThrownBy(put::close).isInstanceOf(FlightCancelledException.class);
    }

    @Test
    void anUnansweredPing() throws Exception {
        var called = call(builder ->
                builder.genericOption("grpc.keepalive_time_ms", 50).genericOption("grpc.keepalive_timeout_ms", 70));
        receivesCall(FIRST);
        peer.receives("is anybody there?", Http2FrameTypes.PING);
        assertThat(failure(called))
                .isInstanceOf(FlightUnavailableException.class)
                .hasMessageContaining("did not answer a keepalive PING within 70 ms");
    }

    /** Those that are sent come before the GOAWAY of the idle connection, which is later. */
    private int pingsWithoutCalls(UnaryOperator<FlightClientBuilder> options) throws IOException {
        var called = call(builder -> options.apply(builder.genericOption("grpc.keepalive_time_ms", 20)
                .genericOption("grpc.keepalive_permit_without_calls", 1)
                .genericOption("grpc.client_idle_timeout_ms", 1000)));
        int pings = 0;
        receivesCall(FIRST);
        answers(FIRST, called);
        for (Frame frame = peer.read(); ; frame = peer.read()) {
            if (frame.type() == Http2FrameTypes.GO_AWAY) {
                return pings;
            }
            if (frame.type() == Http2FrameTypes.PING) {
                pings++;
                peer.sends(new Frame(Http2FrameTypes.PING, 1, 0, frame.payload()));
            }
        }
    }

    @Test
    void pingsWithoutCallsUntilTheConnectionIsIdle() throws Exception {
        assertThat(pingsWithoutCalls(builder -> builder)).isGreaterThan(1);
    }

    @Test
    void noMorePingsThanAllowedWithoutData() throws Exception {
        assertThat(pingsWithoutCalls(builder -> builder.genericOption("grpc.http2.max_pings_without_data", 1)))
                .isLessThanOrEqualTo(2);
    }

    @Test
    void timeBetweenPings() throws Exception {
        assertThat(pingsWithoutCalls(builder -> builder.genericOption("grpc.http2.min_time_between_pings_ms", 60_000)))
                .isZero();
    }

    @Test
    void afterAFailureToConnectThereIsAWait() throws Exception {
        try (ServerSocket hangingUp = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            client(hangingUp.getLocalPort(), builder -> builder.genericOption(
                            "grpc.initial_reconnect_backoff_ms", 60_000)
                    .genericOption("grpc.max_reconnect_backoff_ms", 60_000));
            var first = client.async().getFlightInfo(ANY);
            hangingUp.accept().close();
            assertThat(failure(first)).isInstanceOf(FlightUnavailableException.class);
            assertThat(failure(client.async().getFlightInfo(ANY))).isInstanceOf(FlightUnavailableException.class);
            hangingUp.setSoTimeout(1);
            assertThatThrownBy(hangingUp::accept)
                    .as("the second call has failed without connecting")
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void theWaitMayBeShort() throws Exception {
        try (ServerSocket hangingUp = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            client(hangingUp.getLocalPort(), builder -> builder.genericOption("grpc.initial_reconnect_backoff_ms", 1)
                    .genericOption("grpc.max_reconnect_backoff_ms", 1));
            hangingUp.setSoTimeout(1);
            int connections = 0;
            while (connections < 2) {
                var called = client.async().getFlightInfo(ANY);
                while (!called.isDone()) {
                    try {
                        hangingUp.accept().close();
                        connections++;
                    } catch (SocketTimeoutException e) {
                        // Not yet.
                    }
                }
                assertThat(failure(called)).isInstanceOf(FlightUnavailableException.class);
            }
        }
    }

    @Test
    void theTimeToConnect() throws Exception {
        client(port.number(), builder -> builder.genericOption("grpc.min_reconnect_backoff_ms", 300));
        var called = client.async().getFlightInfo(ANY);
        peer = port.acceptSilently();
        assertThat(failure(called)).hasMessageContaining("no HTTP/2 SETTINGS came within 300 ms");
    }

    @Test
    void withoutRetriesARefusedCallFails() throws Exception {
        var called = call(builder -> builder.genericOption("grpc.enable_retries", 0));
        receivesCall(FIRST);
        peer.sends(Frame.reset(FIRST, Http2Error.REFUSED_STREAM.code()));
        assertThat(failure(called)).isInstanceOf(FlightUnavailableException.class);
        peer.receivesNothing("the call is not made again");
    }

    @Test
    void withRetriesItIsMadeAgain() throws Exception {
        var called = call(builder -> builder.genericOption("grpc.enable_retries", 1));
        receivesCall(FIRST);
        peer.sends(Frame.reset(FIRST, Http2Error.REFUSED_STREAM.code()));
        receivesCall(FIRST + 2);
        answers(FIRST + 2, called);
    }

    @Test
    void aServiceConfig() throws Exception {
        var called = call(builder -> builder.genericOption(
                "grpc.service_config", "{\"methodConfig\":[{\"name\":[{}],\"timeout\":\"55s\"}]}"));
        Http2Headers headers = receivesCall(FIRST);
        assertThat(headers.get("grpc-timeout")).isNotNull();
        answers(FIRST, called);
    }

    @Test
    void aProxy() throws Exception {
        try (TestProxy proxy = new TestProxy("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")) {
            var called = call(
                    builder -> builder.genericOption("grpc.http_proxy", "http://me:secret@127.0.0.1:" + proxy.port()));
            Http2Headers headers = receivesCall(FIRST);
            assertThat(headers.authority()).hasToString("127.0.0.1:" + port.number());
            answers(FIRST, called);
            assertThat(proxy.asked())
                    .startsWith("CONNECT 127.0.0.1:" + port.number() + " HTTP/1.1\r\n")
                    .contains("Proxy-Authorization: Basic bWU6c2VjcmV0\r\n");
        }
    }

    @Test
    void aProxyThatRefuses() throws Exception {
        try (TestProxy proxy = new TestProxy("HTTP/1.1 403 Forbidden\r\n\r\n")) {
            client(port.number(), builder -> builder.genericOption("grpc.http_proxy", "127.0.0.1:" + proxy.port()));
            assertThat(failure(client.async().getFlightInfo(ANY)))
                    .isInstanceOf(FlightUnavailableException.class)
                    .hasMessageContaining("The proxy 127.0.0.1:" + proxy.port() + " makes no connection to 127.0.0.1:"
                            + port.number() + ": it answers \"HTTP/1.1 403 Forbidden\"");
        }
    }

    @Test
    void wrongTypesAndValuesNameTheOption() {
        refused(b -> b.genericOption("grpc.keepalive_time_ms", "soon"), "grpc.keepalive_time_ms");
        refused(b -> b.genericOption("grpc.default_authority", 1), "grpc.default_authority");
        refused(b -> b.genericOption("grpc.http2.max_frame_size", 1 << 24), "grpc.http2.max_frame_size");
        refused(b -> b.genericOption("grpc.service_config", "{"), "grpc.service_config");
        refused(b -> b.genericOption("grpc.http_proxy", "socks://x"), "grpc.http_proxy");
        refused(b -> b.genericOption("grpc.max_receive_message_length", 0), "grpc.max_receive_message_length");
        refused(b -> b.genericOption("grpc.lb_policy_name", "round_robin"), "grpc.lb_policy_name");
        refused(b -> b.genericOptions(List.of(Map.entry("grpc.enable_retries", 2L))), "grpc.enable_retries");
    }

    private static void refused(UnaryOperator<FlightClientBuilder> options, String name) {
        assertThatThrownBy(() -> options.apply(FlightClient.builder("grpc://127.0.0.1:1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Generic option " + name);
    }

    @Test
    void unknownOnesChangeNothing() throws Exception {
        var called = call(builder -> builder.genericOption("grpc.unheard_of", 1).genericOption("x", "y"));
        receivesCall(FIRST);
        answers(FIRST, called);
    }
}
