package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client sees of a server's generic options, on the wire or in time. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class GenericOptionsTest {
    private static final int FIRST = 1;

    /** In SETTINGS (RFC 9113, 6.5.2). */
    private static final int HEADER_TABLE_SIZE = 1;

    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_SIZE = 5;
    private static final int MAX_HEADER_LIST_SIZE = 6;

    private final CountDownLatch released = new CountDownLatch(1);
    private BufferAllocator memory;
    private FlightServer server;
    private ScriptedPeer peer;

    /** Echoes; the action "wait" waits for the end of the test. */
    private final class Echo implements FlightService {
        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            if (action.type().equals("wait")) {
                try {
                    boolean ignored = released.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return List.of(new Result(action.body()));
        }
    }

    @BeforeEach
    void open(BufferAllocator memory) {
        this.memory = memory;
    }

    @AfterEach
    void close() throws IOException {
        released.countDown();
        if (peer != null) {
            peer.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private FlightServer serve(UnaryOperator<FlightServerBuilder> options) {
        server = options.apply(FlightServer.builder("grpc://127.0.0.1:0", new Echo())
                        .allocator(memory)
                        .drain(Duration.ZERO))
                .start();
        return server;
    }

    private void connect(UnaryOperator<FlightServerBuilder> options) throws IOException {
        peer = ScriptedPeer.connect(serve(options).port());
    }

    private void acts(int stream, String action, int bodyLength, String... headers) throws IOException {
        byte[] body = new byte[bodyLength];
        byte[] request = new Action(action, body).serialize();
        byte[] message = new byte[5 + request.length];
        message[3] = (byte) (request.length >> 8);
        message[4] = (byte) request.length;
        System.arraycopy(request, 0, message, 5, request.length);
        peer.sends(peer.requestHeaders(stream, FlightMethods.DO_ACTION, headers), Frame.data(stream, true, message));
    }

    private Http2Headers answered(int stream) throws IOException {
        Http2Headers headers = peer.receivesHeaders("an answer", stream, false);
        peer.receives("a result", Http2FrameTypes.DATA);
        assertThat(peer.receivesHeaders("the end", stream, true).get("grpc-status"))
                .hasToString("0");
        return headers;
    }

    private Http2Headers refused(int stream) throws IOException {
        Frame frame = peer.receives("the end", Http2FrameTypes.HEADERS);
        assertThat(frame.endsStream()).isTrue();
        return peer.decode(frame);
    }

    @Test
    void settings() throws Exception {
        connect(builder -> builder.genericOptions(List.of(
                Map.entry("grpc.http2.lookahead_bytes", 100_000),
                Map.entry("grpc.http2.max_frame_size", 20_000),
                Map.entry("grpc.max_metadata_size", 9_000),
                Map.entry("grpc.http2.hpack_table_size.decoder", 8192),
                Map.entry("grpc.max_concurrent_streams", 7))));
        acts(FIRST, "echo", 3);
        answered(FIRST);
        assertThat(peer.settings)
                .containsEntry(INITIAL_WINDOW_SIZE, 100_000L)
                .containsEntry(MAX_FRAME_SIZE, 20_000L)
                .containsEntry(MAX_HEADER_LIST_SIZE, 9_000L)
                .containsEntry(HEADER_TABLE_SIZE, 8192L)
                .containsEntry(MAX_CONCURRENT_STREAMS, 7L);
    }

    @Test
    void tooLargeToReceive() throws Exception {
        connect(builder -> builder.genericOption("grpc.max_receive_message_length", 10));
        acts(FIRST, "echo", 30);
        assertThat(refused(FIRST).get("grpc-status")).hasToString("8");
    }

    @Test
    void tooLargeToSend() throws Exception {
        connect(builder -> builder.genericOption("grpc.max_send_message_length", 10));
        acts(FIRST, "echo", 30);
        Http2Headers trailers = refused(FIRST);
        assertThat(trailers.get("grpc-status")).hasToString("8");
        assertThat(trailers.get("grpc-message").toString()).contains("but the call may send 10 at most");
        acts(FIRST + 2, "echo", 3);
        answered(FIRST + 2);
    }

    @Test
    void compression() throws Exception {
        connect(builder -> builder.genericOption("grpc.default_compression_algorithm", 2));
        acts(FIRST, "echo", 3, "grpc-accept-encoding", "gzip");
        assertThat(answered(FIRST).get("grpc-encoding")).hasToString("gzip");
    }

    @Test
    void anUnansweredPing() throws Exception {
        connect(builder ->
                builder.genericOption("grpc.keepalive_time_ms", 50).genericOption("grpc.keepalive_timeout_ms", 50));
        peer.awaits("is anybody there?", Http2FrameTypes.PING);
        peer.receivesTheEnd("nobody answers");
    }

    private void pings(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            peer.sends(Frame.ping(i));
            peer.receives("an answer", Frame.pingAck(i));
        }
    }

    @Test
    void tooManyPings() throws Exception {
        connect(builder -> builder.genericOption("grpc.http2.min_ping_interval_without_data_ms", 60_000)
                .genericOption("grpc.http2.max_ping_strikes", 3)
                .genericOption("grpc.keepalive_permit_without_calls", 1));
        pings(4);
        acts(FIRST, "echo", 3);
        answered(FIRST);
        pings(4);
        peer.sends(Frame.ping(5));
        Frame goAway = peer.receivesGoAway("the fourth strike", Http2Error.ENHANCE_YOUR_CALM.code());
        assertThat(new String(goAway.payload(), 8, goAway.payload().length - 8, StandardCharsets.US_ASCII))
                .isEqualTo("too_many_pings");
        peer.receivesTheEnd("it is hung up on");
    }

    @Test
    void withoutCallsPingsAreForEveryTwoHours() throws Exception {
        connect(builder -> builder.genericOption("grpc.http2.min_ping_interval_without_data_ms", 1)
                .genericOption("grpc.http2.max_ping_strikes", 1));
        pings(2);
        peer.sends(Frame.ping(5));
        peer.receivesGoAway("the second strike", Http2Error.ENHANCE_YOUR_CALM.code());
    }

    @Test
    void pingsAsOneLikes() throws Exception {
        connect(builder -> builder);
        pings(20);
    }

    @Test
    void anIdleConnectionIsDrained() throws Exception {
        connect(builder -> builder.genericOption("grpc.max_connection_idle_ms", 100));
        peer.receivesGoAway("it is idle", Http2Error.NO_ERROR.code());
    }

    @Test
    void anOldConnectionIsDrainedAndThenItsCallsEnd() throws Exception {
        connect(builder -> builder.genericOption("grpc.max_connection_age_ms", 200)
                .genericOption("grpc.max_connection_age_grace_ms", 100));
        acts(FIRST, "wait", 3);
        peer.receivesGoAway("it is old", Http2Error.NO_ERROR.code());
        Frame trailers = peer.awaits("its time is over", Http2FrameTypes.HEADERS);
        assertThat(peer.decode(trailers).get("grpc-status")).hasToString("14");
    }

    @Test
    void whoSaysNothingIsHungUpOn() throws Exception {
        serve(builder -> builder.genericOption("grpc.server_handshake_timeout_ms", 100));
        peer = ScriptedPeer.connectSilently(server.port());
        peer.receivesTheEnd("no preface came");
    }

    @Test
    void wrongTypesAndValuesNameTheOption() {
        refused(b -> b.genericOption("grpc.max_concurrent_streams", "many"), "grpc.max_concurrent_streams");
        refused(b -> b.genericOption("grpc.http2.max_frame_size", 1), "grpc.http2.max_frame_size");
        refused(b -> b.genericOption("grpc.max_receive_message_length", 0), "grpc.max_receive_message_length");
    }

    private static void refused(UnaryOperator<FlightServerBuilder> options, String name) {
        assertThatThrownBy(() -> options.apply(FlightServer.builder("grpc://127.0.0.1:0", new FlightService() {})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Generic option " + name);
    }
}
