package dev.peregrine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.transport.connect.ConnectionLife;
import dev.peregrine.transport.connect.Proxies;
import dev.peregrine.transport.connect.Reconnection;
import dev.peregrine.transport.retry.Retries;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TransportOptionsTest {
    private static void refused(UnaryOperator<TransportOptions.Builder> change, String sentence) {
        TransportOptions.Builder builder = TransportOptions.forClient().toBuilder();
        assertThatThrownBy(() -> change.apply(builder).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void clientsDoNotPingAndServersDo() {
        assertThat(TransportOptions.forClient().keepaliveTime()).isNull();
        assertThat(TransportOptions.forClient().eventLoops()).isEqualTo(1);
        assertThat(TransportOptions.forServer().keepaliveTime()).isEqualTo(Duration.ofSeconds(60));
        assertThat(TransportOptions.forServer().keepaliveTimeout()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aBuilderChangesOnlyWhatItIsTold() {
        TransportOptions server = TransportOptions.forServer();
        assertThat(server.toBuilder().build()).isEqualTo(server);
        FloodLimits limits = new FloodLimits(1, Duration.ofSeconds(2), 3, 4, 5);
        Tls tls = new Tls.Client(null, null, null, "host", true);
        HeaderTables tables = new HeaderTables(100, 200);
        PingLimits pings = new PingLimits(Duration.ofSeconds(9), 1, true);
        RequestFields fields = new RequestFields("authority", "before", "after");
        Proxies proxies = new Proxies(false, "http://proxy:3128");
        Reconnection reconnection = new Reconnection(Duration.ofSeconds(1), Duration.ofSeconds(2));
        Retries retries = new Retries(false, 9, new Retries.Throttling(10, 0.1));
        ConnectionLife life = new ConnectionLife(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
        TransportOptions changed = server.toBuilder()
                .streamWindow(70_000)
                .connectionWindow(80_000)
                .maxFrameSize(20_000)
                .maxHeaderListSize(9_000)
                .maxInboundMessageSize(0)
                .maxOutboundMessageSize(11)
                .sendQueueSize(1)
                .headerTables(tables)
                .maxConcurrentStreams(3)
                .floodLimits(limits)
                .keepaliveTime(null)
                .keepaliveTimeout(Duration.ofSeconds(4))
                .keepaliveWithoutCalls(true)
                .maxPingsWithoutData(12)
                .pingLimits(pings)
                .connectTimeout(Duration.ofSeconds(5))
                .requestFields(fields)
                .proxies(proxies)
                .compression(Compression.GZIP)
                .eventLoops(6)
                .connections(7)
                .idleTimeout(Duration.ofSeconds(8))
                .reconnection(reconnection)
                .retries(retries)
                .connectionLife(life)
                .tls(tls)
                .build();
        assertThat(changed)
                .isEqualTo(new TransportOptions(
                        70_000,
                        80_000,
                        20_000,
                        9_000,
                        0,
                        11,
                        1,
                        tables,
                        3,
                        limits,
                        null,
                        Duration.ofSeconds(4),
                        true,
                        12,
                        pings,
                        Duration.ofSeconds(5),
                        fields,
                        proxies,
                        Compression.GZIP,
                        6,
                        7,
                        Duration.ofSeconds(8),
                        reconnection,
                        retries,
                        life,
                        null,
                        tls));
    }

    @Test
    void refusesWhatMakesNoSense() {
        refused(b -> b.maxFrameSize(16_383), "Option maxFrameSize is 16383; it must be between 16384 and 16777215");
        refused(b -> b.maxFrameSize(1 << 24), "Option maxFrameSize is 16777216; it must be between 16384 and 16777215");
        refused(b -> b.streamWindow(0), "Option streamWindow is 0; it must be between 65535 and 2147483647");
        refused(
                b -> b.maxInboundMessageSize(-1),
                "Option maxInboundMessageSize is -1; it must be between 0 and 2147483647");
        refused(
                b -> b.keepaliveTime(Duration.ZERO),
                "Option keepaliveTime is PT0S; it must be positive, and 36,500 days at most");
        refused(
                b -> b.connectTimeout(Duration.ofDays(40_000)),
                "Option connectTimeout is PT960000H; it must be positive, and 36,500 days at most");
    }

    @Test
    void refusesFloodLimitsThatMakeNoSense() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new FloodLimits(0, second, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Option maxResets is 0; it must be at least 1");
        assertThatThrownBy(() -> new FloodLimits(1, Duration.ofMillis(999), 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Option resetWindow is PT0.999S; it must be between a second and an hour");
        assertThatThrownBy(() -> new FloodLimits(1, second, 1, 1, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Option maxQueuedReplies is -1; it must be at least 1");
    }
}
