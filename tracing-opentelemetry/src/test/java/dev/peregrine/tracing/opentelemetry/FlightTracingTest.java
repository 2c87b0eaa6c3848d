package dev.peregrine.tracing.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class FlightTracingTest {
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
            .setTracerProvider(SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(spans))
                    .build())
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
            .build();
    private final FlightTracing tracing = new FlightTracing(telemetry);

    private final class Service implements FlightService {
        final CompletableFuture<String> header = new CompletableFuture<>();
        final CompletableFuture<Boolean> sameSpan = new CompletableFuture<>();

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            header.complete(String.valueOf(call.headers().get("traceparent")));
            FlightTracing.ServerSpan mine = call.middleware(FlightTracing.SERVER);
            sameSpan.complete(mine != null && mine.span().equals(Span.current()));
            telemetry.getTracer("service").spanBuilder("work").startSpan().end();
            return List.of();
        }

        @Override
        public @Nullable FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            throw FlightNotFoundException.of("not there");
        }
    }

    private SpanData span(String name, SpanKind kind) {
        List<SpanData> found = spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().endsWith(name) && span.getKind() == kind)
                .toList();
        assertThat(found).as(name + " " + kind).hasSize(1);
        return found.get(0);
    }

    @Test
    void aTraceGoesFromTheClientsCallerToTheServersWork(BufferAllocator memory) throws Exception {
        Service service = new Service();
        Span caller = telemetry.getTracer("test").spanBuilder("caller").startSpan();
        try (FlightServer server = FlightServer.builder("grpc://localhost:0", service)
                        .allocator(memory)
                        .drain(Duration.ofSeconds(10))
                        .middleware(FlightTracing.SERVER, tracing.server())
                        .start();
                FlightClient client = FlightClient.builder(server.location())
                        .allocator(memory)
                        .middleware(tracing.client())
                        .build();
                Scope current = caller.makeCurrent()) {
            assertThat(current).isNotNull();
            assertThat(client.doAction("any").toList()).isEmpty();
            assertThatThrownBy(() -> client.getFlightInfo(FlightDescriptor.path("any")))
                    .isInstanceOf(FlightNotFoundException.class);
        } finally {
            caller.end();
        }
        SpanData sent = span("DoAction", SpanKind.CLIENT);
        SpanData served = span("DoAction", SpanKind.SERVER);
        SpanData work = span("work", SpanKind.INTERNAL);
        assertThat(sent.getName()).isEqualTo("arrow.flight.protocol.FlightService/DoAction");
        assertThat(sent.getParentSpanId()).isEqualTo(caller.getSpanContext().getSpanId());
        assertThat(served.getParentSpanId()).isEqualTo(sent.getSpanId());
        assertThat(work.getParentSpanId()).isEqualTo(served.getSpanId());
        assertThat(List.of(sent, served, work))
                .extracting(SpanData::getTraceId)
                .containsOnly(caller.getSpanContext().getTraceId());
        assertThat(service.header.get(10, TimeUnit.SECONDS))
                .isEqualTo("00-" + sent.getTraceId() + "-" + sent.getSpanId() + "-01");
        assertThat(service.sameSpan.get(10, TimeUnit.SECONDS)).isTrue();
        for (SpanKind kind : List.of(SpanKind.CLIENT, SpanKind.SERVER)) {
            SpanData failed = span("GetFlightInfo", kind);
            assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
            assertThat(failed.getAttributes().get(AttributeKey.longKey("rpc.grpc.status_code")))
                    .isEqualTo(5);
        }
        telemetry.close();
    }
}
