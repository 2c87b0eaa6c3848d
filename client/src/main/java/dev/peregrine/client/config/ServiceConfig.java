package dev.peregrine.client.config;

import dev.peregrine.transport.retry.Retries;
import dev.peregrine.transport.retry.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. What a service config says of methods.
 *
 * @param methods by {@code service/method}, {@code service/} for all methods of a service, and {@code /} for all others
 * @param throttling when calls are not made again because too many fail; null for never
 * @see <a href="https://github.com/grpc/grpc/blob/master/doc/service_config.md">gRPC service config</a>
 */
public record ServiceConfig(Map<String, Method> methods, Retries.@Nullable Throttling throttling) {
    /** Says nothing. */
    public static final ServiceConfig EMPTY = new ServiceConfig(Map.of(), null);

    /**
     * What holds for a method's calls.
     *
     * @param timeout the longest that a call may take, also if it asks for more; null for no limit
     * @param waitForReady null if nothing is said
     * @param retryPolicy null for none
     * @param maxRequestBytes the longest message that a call may send; null for no limit
     * @param maxResponseBytes the longest message that a call may receive; null for no limit
     */
    public record Method(
            @Nullable Duration timeout,
            @Nullable Boolean waitForReady,
            @Nullable RetryPolicy retryPolicy,
            @Nullable Integer maxRequestBytes,
            @Nullable Integer maxResponseBytes) {
        /** Nothing is said. */
        public static final Method NONE = new Method(null, null, null, null, null);
    }

    /** What holds for a request path, {@code /service/method}: the entry that names it most closely. */
    public Method method(String path) {
        Method exact = methods.get(path.substring(1));
        if (exact != null) {
            return exact;
        }
        Method service = methods.get(path.substring(1, path.lastIndexOf('/') + 1));
        return service != null ? service : methods.getOrDefault("/", Method.NONE);
    }
}
