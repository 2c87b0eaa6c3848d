package dev.peregrine.conformance.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.transport.GrpcStatus;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.StreamingInputCallRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import java.util.Map;

/** One thread. Several requests, several answers. */
final class StreamingCases {
    static final int[] REQUESTS = {27_182, 8, 1828, 45_904};
    static final int[] RESPONSES = {31_415, 9, 2653, 58_979};

    private StreamingCases() {}

    static void addTo(Map<String, InteropClient.Case> cases) {
        cases.put("client_streaming", StreamingCases::clientStreaming);
        cases.put("server_streaming", StreamingCases::serverStreaming);
        cases.put("ping_pong", StreamingCases::pingPong);
        cases.put("empty_stream", StreamingCases::emptyStream);
    }

    static StreamingInputCallRequest input(int size) {
        return StreamingInputCallRequest.newBuilder()
                .setPayload(UnaryCases.payload(size))
                .build();
    }

    /** A request of {@code size} that asks for one answer. */
    static StreamingOutputCallRequest output(int size, int responseSize) {
        return StreamingOutputCallRequest.newBuilder()
                .setPayload(UnaryCases.payload(size))
                .addResponseParameters(ResponseParameters.newBuilder().setSize(responseSize))
                .build();
    }

    private static void clientStreaming(InteropClient client) throws Exception {
        MadeCall call = MadeCall.start(client.transport(), "StreamingInputCall");
        for (int size : REQUESTS) {
            call.send(input(size));
        }
        call.halfClose();
        assertThat(call.next(StreamingInputCallResponse.parser()).getAggregatedPayloadSize())
                .isEqualTo(74_922);
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
    }

    private static void serverStreaming(InteropClient client) throws Exception {
        MadeCall call = MadeCall.start(client.transport(), "StreamingOutputCall");
        StreamingOutputCallRequest.Builder request = StreamingOutputCallRequest.newBuilder();
        for (int size : RESPONSES) {
            request.addResponseParameters(ResponseParameters.newBuilder().setSize(size));
        }
        call.send(request.build());
        call.halfClose();
        for (int size : RESPONSES) {
            assertThat(call.next(StreamingOutputCallResponse.parser()).getPayload())
                    .isEqualTo(UnaryCases.payload(size));
        }
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
    }

    private static void pingPong(InteropClient client) throws Exception {
        MadeCall call = MadeCall.start(client.transport(), "FullDuplexCall");
        for (int i = 0; i < REQUESTS.length; i++) {
            call.send(output(REQUESTS[i], RESPONSES[i]));
            assertThat(call.next(StreamingOutputCallResponse.parser()).getPayload())
                    .isEqualTo(UnaryCases.payload(RESPONSES[i]));
        }
        call.halfClose();
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
    }

    private static void emptyStream(InteropClient client) throws Exception {
        MadeCall call = MadeCall.start(client.transport(), "FullDuplexCall");
        call.halfClose();
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
    }
}
