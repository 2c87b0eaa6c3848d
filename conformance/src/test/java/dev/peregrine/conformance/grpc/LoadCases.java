package dev.peregrine.conformance.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcStatus;
import io.grpc.testing.integration.Messages.SimpleResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One thread. Many calls. */
final class LoadCases {
    private static final int SOAK_ITERATIONS = 10;

    /** The descriptions say 1000, which would take this machine's two ends a gigabyte of heap. */
    private static final int CONCURRENT = 100;

    private LoadCases() {}

    static void addTo(Map<String, InteropClient.Case> cases) {
        cases.put("concurrent_large_unary", LoadCases::concurrentLargeUnary);
        cases.put("rpc_soak", client -> {
            for (int i = 0; i < SOAK_ITERATIONS; i++) {
                UnaryCases.large(client.transport());
            }
        });
        cases.put("channel_soak", client -> {
            for (int i = 0; i < SOAK_ITERATIONS; i++) {
                try (ClientTransport fresh = client.newTransport()) {
                    UnaryCases.large(fresh);
                }
            }
        });
    }

    private static void concurrentLargeUnary(InteropClient client) throws Exception {
        List<MadeCall> calls = new ArrayList<>();
        for (int i = 0; i < CONCURRENT; i++) {
            MadeCall call = MadeCall.start(client.transport(), "UnaryCall");
            call.send(UnaryCases.request(UnaryCases.LARGE_REQUEST, UnaryCases.LARGE_RESPONSE)
                    .build());
            call.halfClose();
            calls.add(call);
        }
        for (MadeCall call : calls) {
            assertThat(call.next(SimpleResponse.parser()).getPayload())
                    .isEqualTo(UnaryCases.payload(UnaryCases.LARGE_RESPONSE));
            assertThat(call.status()).isEqualTo(GrpcStatus.OK);
        }
    }
}
