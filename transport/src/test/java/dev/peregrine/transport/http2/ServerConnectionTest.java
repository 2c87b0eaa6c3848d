package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.ConnectionLife;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A server against a client that the test plays: deadlines, broken frames, clients that vanish. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ServerConnectionTest {
    /** In SETTINGS (RFC 9113, 6.5.2). */
    private static final int INITIAL_WINDOW_SIZE = 4;

    private Loopback loopback = null;
    private final CompletableFuture<GrpcStatus> ended = new CompletableFuture<>();

    @BeforeEach
    void serve() throws IOException {
        serve(Loopback.OPTIONS);
    }

    private void serve(TransportOptions options) throws IOException {
        if (loopback != null) {
            loopback.close();
        }
        loopback = new Loopback(options)
                .on("/t/Echo", LoopbackTest.ECHO)
                .on("/t/Wait", served -> {
                    try {
                        byte[] never = served.read();
                        ended.complete(GrpcCode.OK.with("" + never));
                    } catch (GrpcException e) {
                        ended.complete(e.status());
                    }
                })
                .on("/t/Flood", served -> {
                    served.flood(new byte[10_000]);
                    ended.complete(GrpcStatus.OK);
                });
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private ScriptedPeer connect(int... settings) throws IOException {
        return ScriptedPeer.connect(loopback.port(), settings);
    }

    private void serve(ConnectionLife life) throws IOException {
        serve(Loopback.OPTIONS.toBuilder().connectionLife(life).build());
    }

    private static void isDrained(ScriptedPeer peer, int lastStream) throws IOException {
        Frame first = peer.receivesGoAway("no more calls", 0);
        assertThat(first.number(0)).as("calls on their way are served").isEqualTo(Integer.MAX_VALUE);
        Frame ping = peer.receives("has the client seen it?", Http2FrameTypes.PING);
        peer.sends(Frame.pingAck(ByteBuffer.wrap(ping.payload()).getLong()));
        assertThat(peer.receivesGoAway("that was the last", 0).number(0)).isEqualTo(lastStream);
    }

    @Test
    void aConnectionWithoutCallsIsDrained() throws Exception {
        serve(new ConnectionLife(Duration.ofMillis(100), null, null));
        try (ScriptedPeer peer = connect()) {
            isDrained(peer, 0);
            peer.receivesTheEnd("it is drained");
        }
    }

    @Test
    void anOldConnectionIsDrainedAndItsCallsEnd() throws Exception {
        serve(new ConnectionLife(null, Duration.ofMillis(100), null));
        try (ScriptedPeer peer = connect()) {
            peer.sends(peer.requestHeaders(1, "/t/Echo"));
            isDrained(peer, 1);
            peer.sends(Frame.data(1, true, Frame.message(3)));
            peer.receivesHeaders("the call goes on", 1, false);
            peer.receivesData("its answer", 1, 8);
            assertThat(peer.receivesHeaders("its end", 1, true).get("grpc-status"))
                    .hasToString("0");
            peer.receivesTheEnd("it is drained");
        }
    }

    @Test
    void callsOnAnOldConnectionEndAfterTheGrace() throws Exception {
        serve(new ConnectionLife(null, Duration.ofSeconds(1), Duration.ofMillis(100)));
        try (ScriptedPeer peer = connect()) {
            peer.sends(peer.requestHeaders(1, "/t/Wait"));
            Frame end = peer.awaits("the call's end", Http2FrameTypes.HEADERS);
            assertThat(end.stream()).isEqualTo(1);
            assertThat(end.endsStream()).isTrue();
            assertThat(ended.get(60, TimeUnit.SECONDS).code()).isNotEqualTo(GrpcCode.OK);
            peer.receivesTheEnd("the grace is over");
        }
    }

    /** Not even a window of 0 keeps the trailers back. */
    @Test
    void theDeadlineIsKeptAlthoughThePeerReadsNothing() throws Exception {
        try (ScriptedPeer peer = connect(INITIAL_WINDOW_SIZE, 0)) {
            peer.sends(peer.requestHeaders(1, "/t/Flood", "grpc-timeout", "50m"));
            peer.receivesHeaders("the flood begins", 1, false);
            Http2Headers trailers = peer.receivesHeaders("the deadline has passed", 1, true);
            assertThat(trailers.get("grpc-status")).hasToString("4");
            ended.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void aBrokenFrameClosesItsConnectionOnly() throws Exception {
        try (ScriptedPeer bad = connect();
                ScriptedPeer good = connect()) {
            good.sends(good.requestHeaders(1, "/t/Echo"));
            bad.sends(bad.requestHeaders(1, "/t/Wait"), Frame.data(0, false, new byte[3]));
            bad.receivesGoAway("DATA needs a stream", Http2Error.PROTOCOL_ERROR.code());
            bad.receivesTheEnd("the connection is broken");
            assertThat(ended.get(60, TimeUnit.SECONDS).code()).isEqualTo(GrpcCode.CANCELLED);
            good.sends(Frame.data(1, true, Frame.message(5)));
            good.receivesHeaders("the other connection goes on", 1, false);
            good.receives("the other connection goes on", Frame.data(1, false, Frame.message(5)));
        }
    }

    @Test
    void aClientThatSaysNothingIsHungUpOn() throws Exception {
        serve(Loopback.OPTIONS.toBuilder()
                .connectTimeout(Duration.ofMillis(100))
                .build());
        try (ScriptedPeer peer = ScriptedPeer.connectSilently(loopback.port())) {
            assertThat(peer.read().type()).as("the server's own preface").isEqualTo(Http2FrameTypes.SETTINGS);
            peer.receivesTheEnd("no preface came");
        }
    }

    /** With and without calls: a client's machine may be gone, and nobody would ever notice. */
    @Test
    void anIdleClientThatDoesNotAnswerIsHungUpOn() throws Exception {
        serve(Loopback.OPTIONS.toBuilder()
                .keepaliveTime(Duration.ofMillis(100))
                .keepaliveTimeout(Duration.ofMillis(100))
                .build());
        try (ScriptedPeer peer = connect()) {
            peer.receivesTheEnd("a PING was not answered");
        }
    }

    @Test
    void aClientThatResetsIsNoticed() throws Exception {
        try (ScriptedPeer peer = connect()) {
            peer.sends(peer.requestHeaders(1, "/t/Flood"));
            peer.awaits("the flood", Http2FrameTypes.DATA);
            peer.sends(Frame.reset(1, Http2Error.CANCEL.code()));
            assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo(GrpcStatus.OK);
        }
    }

    @Test
    void aClientThatVanishesIsNoticed() throws Exception {
        ScriptedPeer peer = connect();
        peer.sends(peer.requestHeaders(1, "/t/Flood"));
        peer.awaits("the flood", Http2FrameTypes.DATA);
        peer.abort();
        assertThat(ended.get(60, TimeUnit.SECONDS)).isEqualTo(GrpcStatus.OK);
        assertThat(loopback.unary("/t/Echo", new byte[4])).hasSize(4);
    }

    @Test
    void aClientThatDiesWithoutAWordIsNoticedByKeepalive() throws Exception {
        serve(Loopback.OPTIONS.toBuilder()
                .keepaliveTime(Duration.ofMillis(100))
                .keepaliveTimeout(Duration.ofMillis(100))
                .build());
        try (ScriptedPeer peer = connect()) {
            peer.sends(peer.requestHeaders(1, "/t/Wait"));
            peer.awaits("is the client there?", Http2FrameTypes.PING);
            GrpcStatus status = ended.get(60, TimeUnit.SECONDS);
            assertThat(status.code()).isEqualTo(GrpcCode.CANCELLED);
            assertThat(status.message()).contains("keepalive");
        }
    }
}
