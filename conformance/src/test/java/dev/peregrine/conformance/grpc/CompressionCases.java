package dev.peregrine.conformance.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import io.grpc.testing.integration.Messages.BoolValue;
import io.grpc.testing.integration.Messages.ResponseParameters;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.SimpleResponse;
import io.grpc.testing.integration.Messages.StreamingInputCallRequest;
import io.grpc.testing.integration.Messages.StreamingInputCallResponse;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import java.time.Duration;
import java.util.Map;

/** One thread. Messages that are compressed, among others that are not. */
final class CompressionCases {
    private static final BoolValue YES = BoolValue.newBuilder().setValue(true).build();
    private static final BoolValue NO = BoolValue.getDefaultInstance();

    private CompressionCases() {}

    static void addTo(Map<String, InteropClient.Case> cases) {
        cases.put("client_compressed_unary", client -> {
            clientUnaryProbe(client);
            clientUnary(client);
        });
        cases.put("client_compressed_unary_noprobe", CompressionCases::clientUnary);
        cases.put("server_compressed_unary", CompressionCases::serverUnary);
        cases.put("client_compressed_streaming", client -> {
            clientStreamingProbe(client);
            clientStreaming(client);
        });
        cases.put("client_compressed_streaming_noprobe", CompressionCases::clientStreaming);
        cases.put("server_compressed_streaming", CompressionCases::serverStreaming);
    }

    private static MadeCall start(InteropClient client, String method) {
        return MadeCall.start(
                client.transport(), TestService.path(method), new Metadata(), Duration.ofSeconds(60), Compression.GZIP);
    }

    private static SimpleRequest expecting(BoolValue compressed) {
        return UnaryCases.request(UnaryCases.LARGE_REQUEST, UnaryCases.LARGE_RESPONSE)
                .setExpectCompressed(compressed)
                .build();
    }

    /** A server that does not look at how messages came cannot judge the case. */
    private static void clientUnaryProbe(InteropClient client) throws Exception {
        MadeCall call = start(client, "UnaryCall");
        call.sendUncompressed(expecting(YES));
        call.halfClose();
        assertThat(call.status().code()).isEqualTo(GrpcCode.INVALID_ARGUMENT);
    }

    private static void clientUnary(InteropClient client) throws Exception {
        for (boolean compressed : new boolean[] {true, false}) {
            MadeCall call = start(client, "UnaryCall");
            if (compressed) {
                call.send(expecting(YES));
            } else {
                call.sendUncompressed(expecting(NO));
            }
            call.halfClose();
            assertThat(call.next(SimpleResponse.parser()).getPayload())
                    .isEqualTo(UnaryCases.payload(UnaryCases.LARGE_RESPONSE));
            assertThat(call.status()).isEqualTo(GrpcStatus.OK);
        }
    }

    private static void serverUnary(InteropClient client) throws Exception {
        for (boolean compressed : new boolean[] {true, false}) {
            MadeCall call = MadeCall.start(client.transport(), "UnaryCall");
            call.send(UnaryCases.request(UnaryCases.LARGE_REQUEST, UnaryCases.LARGE_RESPONSE)
                    .setResponseCompressed(compressed ? YES : NO)
                    .build());
            call.halfClose();
            Receiving.Message answer = call.next();
            assertThat(answer.compressed()).isEqualTo(compressed);
            assertThat(SimpleResponse.parseFrom(answer.bytes()).getPayload())
                    .isEqualTo(UnaryCases.payload(UnaryCases.LARGE_RESPONSE));
            assertThat(call.status()).isEqualTo(GrpcStatus.OK);
        }
    }

    private static StreamingInputCallRequest input(int size, BoolValue compressed) {
        return StreamingInputCallRequest.newBuilder()
                .setExpectCompressed(compressed)
                .setPayload(UnaryCases.payload(size))
                .build();
    }

    private static void clientStreamingProbe(InteropClient client) throws Exception {
        MadeCall call = start(client, "StreamingInputCall");
        call.sendUncompressed(input(27_182, YES));
        call.halfClose();
        assertThat(call.status().code()).isEqualTo(GrpcCode.INVALID_ARGUMENT);
    }

    private static void clientStreaming(InteropClient client) throws Exception {
        MadeCall call = start(client, "StreamingInputCall");
        call.send(input(27_182, YES));
        call.sendUncompressed(input(45_904, NO));
        call.halfClose();
        assertThat(call.next(StreamingInputCallResponse.parser()).getAggregatedPayloadSize())
                .isEqualTo(73_086);
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
    }

    private static void serverStreaming(InteropClient client) throws Exception {
        int[] sizes = {31_415, 92_653};
        BoolValue[] compressed = {YES, NO};
        StreamingOutputCallRequest.Builder request = StreamingOutputCallRequest.newBuilder();
        for (int i = 0; i < sizes.length; i++) {
            request.addResponseParameters(
                    ResponseParameters.newBuilder().setSize(sizes[i]).setCompressed(compressed[i]));
        }
        MadeCall call = MadeCall.start(client.transport(), "StreamingOutputCall");
        call.send(request.build());
        call.halfClose();
        for (int i = 0; i < sizes.length; i++) {
            Receiving.Message answer = call.next();
            assertThat(answer.compressed()).isEqualTo(compressed[i].getValue());
            assertThat(StreamingOutputCallResponse.parseFrom(answer.bytes()).getPayload())
                    .isEqualTo(UnaryCases.payload(sizes[i]));
        }
        assertThat(call.status()).isEqualTo(GrpcStatus.OK);
    }
}
