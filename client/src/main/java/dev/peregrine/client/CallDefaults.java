package dev.peregrine.client;

import dev.peregrine.client.config.ServiceConfig;
import dev.peregrine.protocol.MessageCompression;
import dev.peregrine.protocol.wire.FlightMethods;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.transport.CallSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Any thread. What the calls of a client do where their options say nothing, by method. */
final class CallDefaults {
    /** What may be asked twice: these change nothing at the server. */
    private static final Set<String> SAFE = Set.of(
            FlightMethods.GET_FLIGHT_INFO,
            FlightMethods.GET_SCHEMA,
            FlightMethods.LIST_FLIGHTS,
            FlightMethods.LIST_ACTIONS,
            FlightMethods.POLL_FLIGHT_INFO,
            FlightMethods.DO_GET);

    private final ServiceConfig config;
    private final dev.peregrine.transport.retry.@Nullable RetryPolicy forSafeMethods;
    private final Map<String, CallSettings> withoutOptions = new ConcurrentHashMap<>();

    /** {@code policy} holds for methods that are safe to repeat, where {@code config} has none. */
    CallDefaults(ServiceConfig config, @Nullable RetryPolicy policy) {
        this.config = config;
        this.forSafeMethods = policy == null ? null : policy.toTransport();
    }

    /** What a call does. */
    CallSettings settings(String path, CallOptions options) {
        return options == CallOptions.NONE
                ? withoutOptions.computeIfAbsent(path, each -> combined(each, CallOptions.NONE))
                : combined(path, options);
    }

    private CallSettings combined(String path, CallOptions options) {
        ServiceConfig.Method method = config.method(path);
        MessageCompression compression = options.compression();
        Boolean wait = options.waitForReady();
        return new CallSettings(
                shorter(options.timeout(), method.timeout()),
                compression == null ? null : Headers.compression(compression),
                wait == null ? Boolean.TRUE.equals(method.waitForReady()) : wait,
                options.connectsAtOnce(),
                policy(path, options, method),
                null,
                Objects.requireNonNullElse(method.maxRequestBytes(), Integer.MAX_VALUE),
                Objects.requireNonNullElse(method.maxResponseBytes(), Integer.MAX_VALUE));
    }

    private dev.peregrine.transport.retry.@Nullable RetryPolicy policy(
            String path, CallOptions options, ServiceConfig.Method method) {
        RetryPolicy own = options.retryPolicy();
        if (own != null) {
            return own.toTransport();
        }
        if (method.retryPolicy() != null) {
            return method.retryPolicy();
        }
        return SAFE.contains(path) ? forSafeMethods : null;
    }

    private static @Nullable Duration shorter(@Nullable Duration one, @Nullable Duration other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return one.compareTo(other) < 0 ? one : other;
    }
}
