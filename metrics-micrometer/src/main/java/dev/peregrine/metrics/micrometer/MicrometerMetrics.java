package dev.peregrine.metrics.micrometer;

import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.metrics.CallMetrics;
import dev.peregrine.protocol.metrics.FlightMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. Counts and times in a Micrometer registry:
 *
 * <table>
 *   <caption>Meters; {@code side} is client or server</caption>
 *   <tr><th>name</th><th>kind</th><th>tags</th></tr>
 *   <tr><td>flight.calls</td><td>timer, of calls that are over</td><td>side, method, status</td></tr>
 *   <tr><td>flight.calls.active</td><td>gauge</td><td>side, method</td></tr>
 *   <tr><td>flight.calls.repeated</td><td>counter</td><td>side, method</td></tr>
 *   <tr><td>flight.messages.sent, flight.messages.received</td><td>summaries of bytes</td><td>side, method</td></tr>
 *   <tr><td>flight.send.wait</td><td>timer of waits for a peer that reads slowly</td><td>side, method</td></tr>
 *   <tr><td>flight.connections.active</td><td>gauge</td><td>side</td></tr>
 *   <tr><td>flight.connections</td><td>timer of how long connections lived that are closed</td><td>side</td></tr>
 * </table>
 *
 * <pre>{@code
 * FlightClient.builder(location).metrics(new MicrometerMetrics(registry)).build();
 * }</pre>
 */
public final class MicrometerMetrics implements FlightMetrics {
    private record Key(Side side, String method) {}

    private final MeterRegistry registry;
    private final Map<Key, Method> methods = new ConcurrentHashMap<>();
    private final Map<Side, AtomicLong> connections = new ConcurrentHashMap<>();

    /** The registry is lent, not closed. */
    public MicrometerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public CallMetrics callStarted(Side side, String method, String peer) {
        Method meters = methods.computeIfAbsent(new Key(side, method), this::meters);
        meters.active.incrementAndGet();
        return new Call(meters);
    }

    private Method meters(Key key) {
        return new Method(registry, Tags.of("side", lower(key.side), "method", key.method));
    }

    private AtomicLong connections(Side side) {
        return connections.computeIfAbsent(
                side,
                each -> registry.gauge("flight.connections.active", Tags.of("side", lower(each)), new AtomicLong()));
    }

    @Override
    public void connectionOpened(Side side, String peer) {
        connections(side).incrementAndGet();
    }

    @Override
    public void connectionClosed(Side side, String peer, Duration lived) {
        connections(side).decrementAndGet();
        registry.timer("flight.connections", Tags.of("side", lower(side))).record(lived);
    }

    /** Any thread. The meters of one method, looked up once. */
    private static final class Method {
        private final MeterRegistry registry;
        private final Tags tags;
        final AtomicLong active = new AtomicLong();
        final Counter repeated;
        final DistributionSummary sent;
        final DistributionSummary received;
        final Timer waits;
        private final Map<String, Timer> ends = new ConcurrentHashMap<>();

        Method(MeterRegistry registry, Tags tags) {
            this.registry = registry;
            this.tags = tags;
            registry.gauge("flight.calls.active", tags, active);
            repeated = registry.counter("flight.calls.repeated", tags);
            sent = summary("flight.messages.sent");
            received = summary("flight.messages.received");
            waits = registry.timer("flight.send.wait", tags);
        }

        private DistributionSummary summary(String name) {
            return DistributionSummary.builder(name)
                    .baseUnit("bytes")
                    .tags(tags)
                    .register(registry);
        }

        Timer calls(String status) {
            return ends.computeIfAbsent(status, each -> registry.timer("flight.calls", tags.and("status", each)));
        }
    }

    private record Call(Method method) implements CallMetrics {
        @Override
        public void messageSent(long bytes) {
            method.sent.record(bytes);
        }

        @Override
        public void messageReceived(long bytes) {
            method.received.record(bytes);
        }

        @Override
        public void waitedToSend(Duration time) {
            method.waits.record(time);
        }

        @Override
        public void repeated() {
            method.repeated.increment();
        }

        @Override
        public void ended(@Nullable FlightStatusCode failure, Duration duration) {
            method.active.decrementAndGet();
            method.calls(failure == null ? "OK" : failure.name()).record(duration);
        }
    }
}
