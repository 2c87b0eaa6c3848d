package dev.peregrine.server;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.wire.Headers;
import dev.peregrine.transport.Metadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that serves the call. The middleware of one call. */
final class CallMiddleware {
    /** Middleware of the server, and by what services find it, if they do. */
    record Registered(ServerMiddleware.@Nullable Key<?> key, ServerMiddleware.Factory<?> factory) {}

    private static final Logger LOG = LoggerFactory.getLogger("dev.peregrine.calls");

    private final List<Registered> registered;
    private final List<ServerMiddleware> begun = new ArrayList<>();
    private final Map<ServerMiddleware.Key<?>, ServerMiddleware> byKey = new HashMap<>();

    CallMiddleware(List<Registered> registered) {
        this.registered = registered;
    }

    /** Makes the middleware; what is thrown here ends the call. */
    void begin(ServerCall call) {
        for (Registered each : registered) {
            ServerMiddleware middleware = each.factory.startCall(call);
            if (middleware != null) {
                begun.add(middleware);
                if (each.key != null) {
                    byKey.put(each.key, each.key.type().cast(middleware));
                }
            }
        }
    }

    /** Null if there is none of that key, or if this call needed none. */
    <T extends ServerMiddleware> @Nullable T get(ServerMiddleware.Key<T> key) {
        ServerMiddleware middleware = byKey.get(key);
        return middleware == null ? null : key.type().cast(middleware);
    }

    /** What it adds to the headers. */
    Metadata headers() {
        CallHeaders added = new CallHeaders();
        for (ServerMiddleware middleware : begun) {
            middleware.sendingHeaders(added);
        }
        return Headers.toMetadata(added);
    }

    /** What it adds to the trailers. */
    Metadata trailers() {
        CallHeaders added = new CallHeaders();
        for (ServerMiddleware middleware : begun) {
            middleware.sendingTrailers(added);
        }
        return Headers.toMetadata(added);
    }

    void methodEnded() {
        for (int i = begun.size() - 1; i >= 0; i--) {
            tell(begun.get(i), ServerMiddleware::methodEnded);
        }
    }

    void completed(@Nullable FlightException failure) {
        begun.forEach(each -> tell(each, middleware -> middleware.completed(failure)));
    }

    private static void tell(ServerMiddleware middleware, Consumer<ServerMiddleware> step) {
        try {
            step.accept(middleware);
        } catch (RuntimeException | Error e) {
            LOG.warn("{} failed when its call was over", middleware.getClass().getName(), e);
        }
    }
}
