package dev.peregrine.tracing.opentelemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Location;
import dev.peregrine.protocol.Result;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
@Timeout(60)
class TracingRecipeTest {
    // begin tracing
    FlightServer serve(FlightService service, OpenTelemetry telemetry) {
        return FlightServer.builder("grpc://localhost:0", service)
                .middleware(FlightTracing.SERVER, new FlightTracing(telemetry).server())
                .start();
    }

    FlightClient connect(Location location, OpenTelemetry telemetry) {
        return FlightClient.builder(location)
                .middleware(new FlightTracing(telemetry).client())
                .build();
    }
    // end tracing

    @Test
    void theServersSpanIsOfTheClientsTrace() {
        OpenTelemetrySdk telemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder().build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
        FlightService service = new FlightService() {
            @Override
            public Iterable<Result> doAction(ServerCall call, Action action) {
                String traceparent = String.valueOf(call.headers().get("traceparent"));
                String trace = Span.current().getSpanContext().getTraceId();
                return List.of(Result.of(traceparent), Result.of(trace));
            }
        };
        try (FlightServer server = serve(service, telemetry);
                FlightClient client = connect(server.location(), telemetry)) {
            List<Result> answers = client.doAction("any").toList();
            String trace = new String(answers.get(1).body(), java.nio.charset.StandardCharsets.US_ASCII);
            assertThat(trace).matches("[0-9a-f]{32}").isNotEqualTo("0".repeat(32));
            assertThat(new String(answers.get(0).body(), java.nio.charset.StandardCharsets.US_ASCII))
                    .contains("-" + trace + "-");
        }
    }
}
