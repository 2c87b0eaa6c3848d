package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.transport.CallSettings;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.TransportOptions;
import dev.peregrine.transport.connect.Reconnection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several connections, waiting for one, and connections that nobody needs; the server is played by the test. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ConnectionPoolTest {
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final Duration HOUR = Duration.ofHours(1);

    private final ScriptedPeer.Port port = new ScriptedPeer.Port();
    private ClientTransport client = client(Loopback.OPTIONS);

    ConnectionPoolTest() throws IOException {}

    private ClientTransport client(TransportOptions options) {
        return ClientTransport.create(Loopback.address(port), options);
    }

    private void use(TransportOptions.Builder options) {
        client.close();
        client = client(options.build());
    }

    private Asked start() {
        return Asked.start(client, "/t/Any");
    }

    private static void answers(ScriptedPeer peer, int stream, Asked asked) throws Exception {
        peer.sends(peer.trailersOnlyOk(stream));
        peer.receives("the client ends its side too", Http2FrameTypes.DATA, stream, 0);
        assertThat(asked.inbox().take()).isNull();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        port.close();
    }

    @Test
    void aCallThatFindsNoIdleConnectionGetsAnotherUpToTheirNumber() throws Exception {
        use(Loopback.OPTIONS.toBuilder().connections(2).eventLoops(1));
        Asked one = start();
        try (ScriptedPeer first = port.accept()) {
            first.receivesHeaders("a call", 3, false);
            Asked two = start();
            try (ScriptedPeer second = port.accept()) {
                second.receivesHeaders("the first connection has a call", 3, false);
                answers(second, 3, two);
                Asked three = start();
                second.receivesHeaders("the second is idle", 5, false);
                answers(first, 3, one);
                answers(second, 5, three);
            }
        }
    }

    @Test
    void callsGoToTheConnectionThatAllowsMore() throws Exception {
        use(Loopback.OPTIONS.toBuilder().connections(2).eventLoops(1));
        Asked one = start();
        try (ScriptedPeer first = port.accept(MAX_CONCURRENT_STREAMS, 1)) {
            first.receivesHeaders("a call", 3, false);
            Asked two = start();
            try (ScriptedPeer second = port.accept(MAX_CONCURRENT_STREAMS, 2)) {
                second.receivesHeaders("a call", 3, false);
                Asked three = start();
                second.receivesHeaders("the first allows no more", 5, false);
                Asked four = start();
                answers(first, 3, one);
                first.receivesHeaders("a stream has become free here", 5, false);
                answers(first, 5, four);
                answers(second, 3, two);
                answers(second, 5, three);
            }
        }
    }

    @Test
    void severalLoopsShareTheConnections() throws Exception {
        try (Loopback loopback = new Loopback(
                Loopback.OPTIONS.toBuilder().connections(3).eventLoops(2).build())) {
            Set<String> peers = new HashSet<>();
            loopback.on("/t/Who", served -> {
                synchronized (peers) {
                    peers.add(served.call().peer());
                }
                served.finish(served.read() == null ? GrpcStatus.OK : GrpcCode.INTERNAL.with("a message"));
            });
            Loopback.Started[] calls = new Loopback.Started[9];
            for (int i = 0; i < calls.length; i++) {
                calls[i] = loopback.start("/t/Who");
            }
            Set<Executor> loops = new HashSet<>();
            for (Loopback.Started call : calls) {
                loops.add(call.call().loop());
                call.call().halfClose();
                assertThat(call.read()).isNull();
            }
            assertThat(peers).hasSize(3);
            assertThat(loops).hasSize(2);
        }
    }

    @Test
    void callsFailAtOnceWhileTheNextAttemptIsNotDue() throws Exception {
        use(Loopback.OPTIONS.toBuilder().reconnection(new Reconnection(HOUR, HOUR)));
        Asked first = start();
        port.acceptSilently().close();
        String why = first.failure().message();
        GrpcStatus second = start().failure();
        assertThat(second.code()).isEqualTo(GrpcCode.UNAVAILABLE);
        assertThat(second.message())
                .startsWith(why)
                .containsPattern("; the next attempt to connect is due in \\d+ ms$");
    }

    @Test
    void aCallInAHurryConnectsAtOnce() throws Exception {
        use(Loopback.OPTIONS.toBuilder().reconnection(new Reconnection(HOUR, HOUR)));
        Asked first = start();
        port.acceptSilently().close();
        assertThat(first.failure().code()).isEqualTo(GrpcCode.UNAVAILABLE);
        CallSettings hurry =
                new CallSettings(null, null, false, true, null, null, Integer.MAX_VALUE, Integer.MAX_VALUE);
        Asked second = Asked.start(client, hurry);
        try (ScriptedPeer peer = port.accept()) {
            peer.receivesHeaders("a call", 3, false);
            answers(peer, 3, second);
        }
    }

    @Test
    void aCallThatWaitsSaysForWhatWhenItsDeadlinePasses() throws Exception {
        use(Loopback.OPTIONS.toBuilder().reconnection(new Reconnection(HOUR, HOUR)));
        Asked asked = Asked.start(client, CallSettings.of(Duration.ofSeconds(2), null, true, null, null));
        port.acceptSilently().close();
        GrpcStatus status = asked.failure();
        assertThat(status.code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
        assertThat(status.message())
                .contains("waiting for a connection to ", "; the last attempt failed: Cannot connect");
    }

    @Test
    void anIdleConnectionEndsAndTheNextCallMakesAnother() throws Exception {
        use(Loopback.OPTIONS.toBuilder().idleTimeout(Duration.ofMillis(100)));
        Asked one = start();
        try (ScriptedPeer peer = port.accept()) {
            peer.receivesHeaders("a call", 3, false);
            answers(peer, 3, one);
            peer.receivesGoAway("nobody needs it", Http2Error.NO_ERROR.code());
            peer.receivesTheEnd("nobody needs it");
        }
        Asked two = start();
        try (ScriptedPeer peer = port.accept()) {
            peer.receivesHeaders("a call", 3, false);
            answers(peer, 3, two);
        }
    }

    @Test
    void aConnectionWithACallIsNotIdle() throws Exception {
        use(Loopback.OPTIONS.toBuilder().idleTimeout(Duration.ofMillis(100)));
        Asked asked = start();
        try (ScriptedPeer peer = port.accept()) {
            peer.receivesHeaders("a call", 3, false);
            Asked other = Asked.start(client, "/t/Any", new Metadata(), Duration.ofMillis(400));
            peer.receivesHeaders("a call", 5, false);
            assertThat(other.failure().code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
            assertThat(peer.awaits("of that call", Http2FrameTypes.RST_STREAM).stream())
                    .isEqualTo(5);
            peer.receivesNothing("it lives");
            answers(peer, 3, asked);
        }
    }

    @Test
    void aClientThatClosesSaysSo() throws Exception {
        Asked asked = start();
        try (ScriptedPeer peer = port.accept()) {
            peer.receivesHeaders("a call", 3, false);
            answers(peer, 3, asked);
            client.close();
            peer.receivesGoAway("a sound end", Http2Error.NO_ERROR.code());
            peer.receivesTheEnd("a sound end");
        }
    }
}
