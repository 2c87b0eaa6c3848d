package dev.peregrine.tracing.opentelemetry;

import dev.peregrine.client.middleware.CallInfo;
import dev.peregrine.client.middleware.ClientMiddleware;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.server.ServerCall;
import dev.peregrine.server.ServerMiddleware;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Any thread. A span for each call of a client and of a server, and the way of a trace from one to the other in the call's
 * headers, as the OpenTelemetry's propagators write it: {@code traceparent} of W3C by default.
 *
 * <pre>{@code
 * FlightTracing tracing = new FlightTracing(openTelemetry);
 * FlightClient.builder(location).middleware(tracing.client()).build();
 * FlightServer.builder(location, service).middleware(FlightTracing.SERVER, tracing.server()).start();
 * }</pre>
 *
 * <p>A client's span is a child of the span that is current where the call is made. A server's is current in the service's
 * method, on its thread, so that what the method does becomes a child of it.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/rpc/grpc/">Semantic conventions for gRPC</a>
 */
public final class FlightTracing {
    /** The server's middleware, by which a service finds its {@link ServerSpan}. */
    public static final ServerMiddleware.Key<ServerSpan> SERVER = ServerMiddleware.Key.of(ServerSpan.class);

    private static final String SERVICE = "arrow.flight.protocol.FlightService";
    private static final AttributeKey<String> RPC_SYSTEM = AttributeKey.stringKey("rpc.system");
    private static final AttributeKey<String> RPC_SERVICE = AttributeKey.stringKey("rpc.service");
    private static final AttributeKey<String> RPC_METHOD = AttributeKey.stringKey("rpc.method");
    private static final AttributeKey<Long> RPC_STATUS = AttributeKey.longKey("rpc.grpc.status_code");

    private final Tracer tracer;
    private final TextMapPropagator propagator;

    /** With the tracer and the propagators of {@code telemetry}. */
    public FlightTracing(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("dev.peregrine");
        this.propagator = telemetry.getPropagators().getTextMapPropagator();
    }

    /** What a client is given as middleware. */
    public ClientMiddleware.Factory client() {
        return this::clientSpan;
    }

    /** What a server is given as middleware, under the key {@link #SERVER}. */
    public ServerMiddleware.Factory<ServerSpan> server() {
        return this::serverSpan;
    }

    private Span start(String method, SpanKind kind, Context parent) {
        return tracer.spanBuilder(SERVICE + "/" + method)
                .setSpanKind(kind)
                .setParent(parent)
                .setAttribute(RPC_SYSTEM, "grpc")
                .setAttribute(RPC_SERVICE, SERVICE)
                .setAttribute(RPC_METHOD, method)
                .startSpan();
    }

    private static void end(Span span, @Nullable FlightException failure) {
        if (failure == null) {
            span.setAttribute(RPC_STATUS, 0L);
        } else {
            span.setAttribute(RPC_STATUS, (long) failure.status().grpcCode());
            span.setStatus(StatusCode.ERROR, failure.description());
        }
        span.end();
    }

    private ClientMiddleware clientSpan(CallInfo call) {
        Span span = start(call.method(), SpanKind.CLIENT, Context.current());
        return new ClientMiddleware() {
            @Override
            public void sendingHeaders(CallHeaders headers) {
                propagator.inject(span.storeInContext(Context.current()), headers, (carrier, name, value) -> {
                    if (carrier != null) {
                        carrier.add(name, value);
                    }
                });
            }

            @Override
            public void completed(@Nullable FlightException failure) {
                end(span, failure);
            }
        };
    }

    /** The scope is closed when the method has ended. */
    @SuppressWarnings("MustBeClosedChecker")
    private ServerSpan serverSpan(ServerCall call) {
        Context parent = propagator.extract(Context.current(), call.headers(), new Getter());
        Span span = start(call.method(), SpanKind.SERVER, parent);
        return new ServerSpan(span, span.storeInContext(parent).makeCurrent());
    }

    /** One thread at a time. The span of a server's call. */
    public static final class ServerSpan implements ServerMiddleware {
        private final Span span;
        private final Scope scope;

        private ServerSpan(Span span, Scope scope) {
            this.span = span;
            this.scope = scope;
        }

        /** The span, to add to. */
        public Span span() {
            return span;
        }

        @Override
        public void methodEnded() {
            scope.close();
        }

        @Override
        public void completed(@Nullable FlightException failure) {
            end(span, failure);
        }
    }

    /** Any thread. Reads a call's headers. */
    private static final class Getter implements TextMapGetter<CallHeaders> {
        @Override
        public Iterable<String> keys(CallHeaders headers) {
            List<String> names = new ArrayList<>();
            headers.forEach(header -> names.add(header.name()));
            return names;
        }

        @Override
        public @Nullable String get(@Nullable CallHeaders headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    }
}
