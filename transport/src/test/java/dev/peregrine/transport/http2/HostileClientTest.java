package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.http2.Assault;
import dev.peregrine.testing.http2.Frame;
import dev.peregrine.testing.http2.HostileClient;
import dev.peregrine.testing.http2.ScriptedPeer;
import dev.peregrine.testing.http2.Victim;
import dev.peregrine.transport.FloodLimits;
import dev.peregrine.transport.GrpcException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Our server and clients that mean harm: it hangs up with the right error or does not mind, its memory stays bounded, and
 * others are served. The same attacks run against servers in JVMs of their own in the module conformance.
 */
@ExtendWith(LeakCheck.class)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class HostileClientTest {
    private static final long MOST_GROWTH = 64 << 20;

    /** Less than the default: sooner done. */
    private static final int MOST_RESETS = 500;

    private @Nullable Loopback loopback;

    private Loopback serve() throws IOException {
        return serve(null);
    }

    private Loopback serve(@Nullable Duration keepalive) throws IOException {
        loopback = new Loopback(Loopback.OPTIONS.toBuilder()
                        .floodLimits(new FloodLimits(MOST_RESETS, Duration.ofMinutes(5), 16, 16, 10_000))
                        .keepaliveTime(keepalive)
                        .keepaliveTimeout(Duration.ofMillis(200))
                        .build())
                .on("/t/Echo", LoopbackTest.ECHO)
                .on("/t/Wait", served -> {
                    while (served.read() != null) {
                        // Until the client has no more.
                    }
                })
                .on("/t/Flood", served -> served.flood(new byte[64 << 10]));
        return loopback;
    }

    @AfterEach
    void close() {
        if (loopback != null) {
            loopback.close();
        }
    }

    /** What Netty's pools and the heap hold, bytes. The test's own part is small. */
    private static long footprint() {
        ByteBufAllocatorMetric netty = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return netty.usedDirectMemory() + runtime.totalMemory() - runtime.freeMemory();
    }

    private static Victim victim(Loopback server) {
        return new Victim(server.port(), "/t/Wait", "/t/Flood", Frame.message(1), "/t/Echo");
    }

    /** Answers to PING that pile up are {@link OddClientTest}'s: they take long. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"UNFINISHED_HEADERS", "PING_UNREAD"})
    void isBoundedAndOthersAreServed(HostileClient attack) throws Exception {
        Loopback server = serve();
        othersAreServed(server);
        long before = footprint();
        try (Assault assault = Assault.play(attack, victim(server), 20)) {
            long growth = footprint() - before;
            othersAreServed(server);
            assertThat(assault.hungUp()).as("hangs up").isEqualTo(attack.hangsUp());
            assertThat(growth).as("bytes").isLessThan(MOST_GROWTH);
            assertThat(attack.expects(assault.goAway()))
                    .as("GOAWAY: %s", assault.goAway())
                    .isTrue();
        }
        othersAreServed(server);
    }

    @Test
    void aHeaderBlockThatNeverEnds() throws Exception {
        Loopback server = serve(Duration.ofMillis(200));
        try (Assault assault = Assault.play(HostileClient.UNFINISHED_HEADERS, victim(server))) {
            assertThat(assault.hungUp()).isTrue();
        }
        othersAreServed(server);
    }

    private static void othersAreServed(Loopback server) throws IOException, GrpcException, InterruptedException {
        assertThat(server.unary("/t/Echo", new byte[4])).hasSize(4);
        try (ScriptedPeer peer = ScriptedPeer.connect(server.port())) {
            peer.sends(peer.requestHeaders(1, "/t/Echo"), Frame.data(1, true, Frame.message(3)));
            peer.receivesHeaders("others are served", 1, false);
            peer.receivesData("others are served", 1, 8);
            peer.receivesHeaders("others are served", 1, true);
        }
    }
}
