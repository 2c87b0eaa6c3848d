package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.Parade.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.interop.support.TestCertificate;
import dev.peregrine.server.FlightServer;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallInfo;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightClientMiddleware;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.auth2.ClientBearerHeaderHandler;
import org.apache.arrow.flight.auth2.ClientIncomingAuthHeaderMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A flight-core client against a server of ours: actions, errors, headers and authentication. */
@Tag("interop")
class FlightCoreClientCallsTest extends FlightCoreClientSetup {
    // Actions, errors, headers

    @Test
    void listActions() {
        List<Map.Entry<String, String>> actions = new ArrayList<>();
        client.listActions().forEach(a -> actions.add(Map.entry(a.getType(), a.getDescription())));
        assertThat(actions).isEqualTo(Parade.ACTIONS);
    }

    @Test
    void doAction() {
        assertThat(act(client, "echo", "body")).containsExactly("body");
        assertThat(act(client, "silent", "")).isEmpty();
        assertThat(act(client, "empty", "")).containsExactly("");
        assertThat(act(client, "many", "20000"))
                .isEqualTo(IntStream.range(0, 20000).mapToObj(i -> "" + i).toList());
    }

    @Test
    void doActionWithLargeBody() {
        byte[] body = new byte[20 << 20];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 + i / 4096);
        }
        Iterator<Result> results = client.doAction(new Action("echo", body));
        assertThat(Arrays.equals(results.next().getBody(), body)).isTrue();
        assertThat(results.hasNext()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OK")
    void errors(FlightStatusCode code) {
        String words = "Grüße, 100 % of " + code;
        assertThatThrownBy(() -> act(client, "error", code + ":" + words + ":\u0001 more"))
                .isInstanceOfSatisfying(FlightRuntimeException.class, e -> {
                    assertThat(e.status().code()).isEqualTo(code);
                    assertThat(e.status().description()).isEqualTo(words);
                    assertThat(text(e.status().metadata().getByte("grpc-status-details-bin")))
                            .isEqualTo("\u0001 more");
                });
    }

    @Test
    void headersBothWays() throws Exception {
        FlightCallHeaders headers = new FlightCallHeaders();
        headers.insert("x-one", "1");
        headers.insert("x-one", "2");
        headers.insert("x-raw-bin", new byte[] {0, -1, 1});
        assertThat(act(client, "headers", "", new HeaderCallOption(headers)))
                .containsExactlyInAnyOrder("x-one=31", "x-one=32", "x-raw-bin=00ff01");

        Answers answers = new Answers();
        try (FlightClient listening = FlightClient.builder(
                        clientMemory, Location.forGrpcInsecure("127.0.0.1", server.port()))
                .intercept(answers)
                .build()) {
            assertThat(act(listening, "answer_headers", "")).containsExactly("");
        }
        assertThat(answers.text).isEqualTo("header");
        assertThat(answers.binary).containsExactly(0, -1, 1);
    }

    private static final class Answers implements FlightClientMiddleware, FlightClientMiddleware.Factory {
        volatile String text;
        volatile byte[] binary;

        @Override
        public FlightClientMiddleware onCallStarted(CallInfo info) {
            return this;
        }

        @Override
        public void onBeforeSendingHeaders(CallHeaders outgoing) {}

        @Override
        public void onHeadersReceived(CallHeaders incoming) {
            text = incoming.get("x-answer");
            binary = incoming.getByte("x-answer-bin");
        }

        @Override
        public void onCallCompleted(CallStatus status) {}
    }

    // Authentication and TLS

    @Test
    void authenticateBasic() throws Exception {
        FlightServer guarded = serve(new ParadeService(ParadeService.Auth.HANDSHAKE), null);
        try (FlightClient guest = connect(guarded)) {
            assertThatThrownBy(() -> act(guest, "identity", ""))
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED));
            guest.authenticateBasic("ada", "secret of ada");
            assertThat(act(guest, "identity", "")).containsExactly("ada");
        } finally {
            guarded.close();
        }
    }

    @Test
    void authenticateBasicToken() throws Exception {
        FlightServer guarded = serve(new ParadeService(ParadeService.Auth.BASIC), null);
        try (FlightClient guest = connect(guarded)) {
            CredentialCallOption bearer =
                    guest.authenticateBasicToken("ada", "secret of ada").orElseThrow();
            assertThat(act(guest, "identity", "", bearer)).containsExactly("ada");
            assertThatThrownBy(() -> guest.authenticateBasicToken("ada", "wrong"))
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHENTICATED));
        } finally {
            guarded.close();
        }
    }

    @Test
    void handshakeWithIncomingAuthHeader() throws Exception {
        FlightServer guarded = serve(new ParadeService(ParadeService.Auth.BASIC), null);
        var middleware = new ClientIncomingAuthHeaderMiddleware.Factory(new ClientBearerHeaderHandler());
        try (FlightClient guest = FlightClient.builder(
                        clientMemory, Location.forGrpcInsecure("127.0.0.1", guarded.port()))
                .intercept(middleware)
                .build()) {
            guest.handshake(new CredentialCallOption(new BasicAuthCredentialWriter("ada", "secret of ada")));
            assertThat(act(guest, "identity", "", middleware.getCredentialCallOption()))
                    .containsExactly("ada");
        } finally {
            guarded.close();
        }
    }

    @Test
    void tls() throws Exception {
        TestCertificate certificate = TestCertificate.make();
        FlightServer secure = serve(new ParadeService(ParadeService.Auth.NONE), certificate);
        try (FlightClient guest = FlightClient.builder(clientMemory, Location.forGrpcTls("127.0.0.1", secure.port()))
                .trustedCertificates(new ByteArrayInputStream(certificate.certChain()))
                .build()) {
            assertThat(act(guest, "echo", "x")).containsExactly("x");
        } finally {
            secure.close();
        }
    }
}
