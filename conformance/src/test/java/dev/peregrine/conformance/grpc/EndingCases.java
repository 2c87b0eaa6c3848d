package dev.peregrine.conformance.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import dev.peregrine.transport.Compression;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.Metadata;
import io.grpc.testing.integration.EmptyProtos.Empty;
import io.grpc.testing.integration.Messages.EchoStatus;
import io.grpc.testing.integration.Messages.SimpleRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallRequest;
import io.grpc.testing.integration.Messages.StreamingOutputCallResponse;
import java.time.Duration;
import java.util.Map;

/** One thread. Calls that end otherwise than with OK. */
final class EndingCases {
    private EndingCases() {}

    static void addTo(Map<String, InteropClient.Case> cases) {
        cases.put("status_code_and_message", client -> {
            hasStatus(client, "UnaryCall", unary("test status message"), "test status message");
            hasStatus(client, "FullDuplexCall", duplex("test status message"), "test status message");
        });
        String special = "\t\ntest with whitespace\r\nand Unicode BMP \u263a and non-BMP \ud83d\ude08\t\n";
        cases.put("special_status_message", client -> hasStatus(client, "UnaryCall", unary(special), special));
        cases.put("unimplemented_method", client -> unimplemented(client, TestService.path("UnimplementedCall")));
        cases.put(
                "unimplemented_service",
                client -> unimplemented(client, "/grpc.testing.UnimplementedService/UnimplementedCall"));
        cases.put("cancel_after_begin", EndingCases::cancelAfterBegin);
        cases.put("cancel_after_first_response", EndingCases::cancelAfterFirstResponse);
        cases.put("timeout_on_sleeping_server", EndingCases::timeoutOnSleepingServer);
    }

    private static EchoStatus echo(String message) {
        return EchoStatus.newBuilder()
                .setCode(GrpcCode.UNKNOWN.number())
                .setMessage(message)
                .build();
    }

    private static MessageLite unary(String status) {
        return SimpleRequest.newBuilder().setResponseStatus(echo(status)).build();
    }

    private static MessageLite duplex(String status) {
        return StreamingOutputCallRequest.newBuilder()
                .setResponseStatus(echo(status))
                .build();
    }

    private static void hasStatus(InteropClient client, String method, MessageLite request, String message)
            throws Exception {
        MadeCall call = MadeCall.start(client.transport(), method);
        call.send(request);
        call.halfClose();
        assertThat(call.status()).isEqualTo(GrpcCode.UNKNOWN.with(message));
    }

    private static MadeCall start(InteropClient client, String path, Duration timeout) {
        return MadeCall.start(client.transport(), path, new Metadata(), timeout, Compression.IDENTITY);
    }

    private static void unimplemented(InteropClient client, String path) throws Exception {
        MadeCall call = start(client, path, Duration.ofSeconds(60));
        call.send(Empty.getDefaultInstance());
        call.halfClose();
        assertThat(call.status().code()).isEqualTo(GrpcCode.UNIMPLEMENTED);
    }

    private static void cancelAfterBegin(InteropClient client) throws Exception {
        MadeCall call = MadeCall.start(client.transport(), "StreamingInputCall");
        call.cancel();
        assertThat(call.status().code()).isEqualTo(GrpcCode.CANCELLED);
    }

    private static void cancelAfterFirstResponse(InteropClient client) throws Exception {
        MadeCall call = MadeCall.start(client.transport(), "FullDuplexCall");
        call.send(StreamingCases.output(27_182, 31_415));
        assertThat(call.next(StreamingOutputCallResponse.parser()).getPayload()).isEqualTo(UnaryCases.payload(31_415));
        call.cancel();
        assertThat(call.status().code()).isEqualTo(GrpcCode.CANCELLED);
        MadeCall next = MadeCall.start(client.transport(), "FullDuplexCall");
        next.halfClose();
        assertThat(next.status()).as("the connection goes on").isEqualTo(GrpcStatus.OK);
    }

    private static void timeoutOnSleepingServer(InteropClient client) throws Exception {
        MadeCall call = start(client, TestService.path("FullDuplexCall"), Duration.ofMillis(1));
        call.send(StreamingOutputCallRequest.newBuilder()
                .setPayload(UnaryCases.payload(27_182))
                .build());
        assertThat(call.status().code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
    }
}
