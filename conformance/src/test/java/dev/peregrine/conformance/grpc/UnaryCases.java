package dev.peregrine.conformance.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.Metadata;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.Payload;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.SimpleResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import java.time.Duration;
import java.util.Map;

/** One thread. One request, one answer; and the metadata around them. */
final class UnaryCases {
    static final int LARGE_REQUEST = 271_828;
    static final int LARGE_RESPONSE = 314_159;

    private static final int VERY_LARGE = 10 << 20;

    private UnaryCases() {}

    static void addTo(Map<String, InteropClient.Case> cases) {
        cases.put("empty_unary", client -> empty(client.transport()));
        cases.put("large_unary", client -> large(client.transport()));
        cases.put("very_large_request", client -> large(client.transport(), VERY_LARGE, 10));
        cases.put("custom_metadata", UnaryCases::customMetadata);
    }

    static Payload payload(int size) {
        return Payload.newBuilder().setBody(ByteString.copyFrom(new byte[size])).build();
    }

    static SimpleRequest.Builder request(int size, int responseSize) {
        return SimpleRequest.newBuilder().setResponseSize(responseSize).setPayload(payload(size));
    }

    private static void empty(ClientTransport transport) throws Exception {
        Empty answer = MadeCall.start(transport, "EmptyCall").unary(Empty.getDefaultInstance(), Empty.parser());
        assertThat(answer).isEqualTo(Empty.getDefaultInstance());
    }

    static void large(ClientTransport transport) throws Exception {
        large(transport, LARGE_REQUEST, LARGE_RESPONSE);
    }

    private static void large(ClientTransport transport, int size, int responseSize) throws Exception {
        SimpleResponse answer = MadeCall.start(transport, "UnaryCall")
                .unary(request(size, responseSize).build(), SimpleResponse.parser());
        assertThat(answer.getPayload()).isEqualTo(payload(responseSize));
    }

    private static MadeCall withMetadata(InteropClient client, String method) {
        Metadata headers = new Metadata()
                .add("x-grpc-test-echo-initial", "test_initial_metadata_value")
                .add("x-grpc-test-echo-trailing-bin", new byte[] {(byte) 0xab, (byte) 0xab, (byte) 0xab});
        return MadeCall.start(
                client.transport(), TestService.path(method), headers, Duration.ofSeconds(60), Compression.IDENTITY);
    }

    private static void isEchoed(MadeCall call) throws Exception {
        assertThat(call.headers().getAll("x-grpc-test-echo-initial")).containsExactly("test_initial_metadata_value");
        assertThat(call.trailers().getAllBinary("x-grpc-test-echo-trailing-bin"))
                .containsExactly(new byte[] {(byte) 0xab, (byte) 0xab, (byte) 0xab});
    }

    private static void customMetadata(InteropClient client) throws Exception {
        MadeCall unary = withMetadata(client, "UnaryCall");
        SimpleResponse answer =
                unary.unary(request(LARGE_REQUEST, LARGE_RESPONSE).build(), SimpleResponse.parser());
        assertThat(answer.getPayload()).isEqualTo(payload(LARGE_RESPONSE));
        isEchoed(unary);

        MadeCall duplex = withMetadata(client, "FullDuplexCall");
        StreamingOutputCallRequest request = StreamingOutputCallRequest.newBuilder()
                .setPayload(payload(LARGE_REQUEST))
                .addResponseParameters(ResponseParameters.newBuilder().setSize(LARGE_RESPONSE))
                .build();
        StreamingOutputCallResponse streamed = duplex.unary(request, StreamingOutputCallResponse.parser());
        assertThat(streamed.getPayload()).isEqualTo(payload(LARGE_RESPONSE));
        isEchoed(duplex);
    }
}
