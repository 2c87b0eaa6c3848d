package dev.peregrine.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.cli.Typed.Typist;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.ActionType;
import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.HandshakeStream;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.server.FlightService;
import dev.peregrine.server.ServerCall;
import dev.peregrine.testing.LeakCheck;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes wrong is one sentence and an exit code. */
@Timeout(60)
@ExtendWith(LeakCheck.class)
class ErrorsTest {
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private FlightServer server;
    private String uri;

    /** Answers an action with the status that it names, or with the headers of the call, or never. */
    private final class Moody implements FlightService {
        @Override
        public void handshake(ServerCall call, HandshakeStream stream) {
            String ada = Base64.getEncoder().encodeToString("ada:secret".getBytes(UTF_8));
            if (!("Basic " + ada).equals(call.headers().get("authorization"))) {
                throw FlightUnauthenticatedException.of("no such user, or not that password");
            }
            call.addHeader("authorization", "Bearer issued");
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            switch (action.type()) {
                case "headers" -> {
                    CallHeaders headers = call.headers();
                    return List.of(
                            new Result((headers.get("x-text") + " " + headers.get("authorization")).getBytes(UTF_8)),
                            new Result(headers.getBinary("x-raw-bin")));
                }
                case "sleep" -> {
                    call.onCancel(cancelled::countDown);
                    try {
                        cancelled.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return List.of();
                }
                case "bytes" -> {
                    return List.of(new Result(action.body()), new Result(new byte[] {0, -1}));
                }
                default -> throw FlightStatusCode.valueOf(action.type()).exception("because\nI say so");
            }
        }

        @Override
        public Iterable<ActionType> listActions(ServerCall call) {
            return List.of(new ActionType("sleep", "waits"), new ActionType("headers", ""));
        }
    }

    @BeforeEach
    void serve() {
        server = FlightServer.builder("grpc://localhost:0", new Moody()).start();
        uri = server.location().uri();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN,1",
        "INTERNAL,1",
        "INVALID_ARGUMENT,1",
        "TIMED_OUT,6",
        "NOT_FOUND,4",
        "ALREADY_EXISTS,1",
        "CANCELLED,1",
        "UNAUTHENTICATED,5",
        "UNAUTHORIZED,5",
        "UNIMPLEMENTED,1",
        "UNAVAILABLE,3",
        "RESOURCE_EXHAUSTED,1"
    })
    void eachStatusHasItsExitCodeAndOneLine(String status, int code) {
        Typed failed = Typed.command("action", uri, status);
        assertThat(failed.code()).isEqualTo(code);
        assertThat(failed.err()).startsWith("peregrine: DoAction").endsWith("because\\nI say so.\n");
        assertThat(failed.err().lines()).hasSize(1);
        assertThat(failed.out()).isEmpty();
    }

    @Test
    void verboseShowsWhere() {
        Typed failed = Typed.command("action", uri, "NOT_FOUND", "--verbose");
        assertThat(failed.code()).isEqualTo(4);
        assertThat(failed.err()).contains("\tat dev.peregrine.");
    }

    @Test
    void aTimeoutEndsTheCallAtTheServerToo() throws InterruptedException {
        Typed failed = Typed.command("action", uri, "sleep", "--timeout", "2s");
        assertThat(failed.code()).isEqualTo(6);
        assertThat(failed.err()).startsWith("peregrine: DoAction").hasLineCount(1);
        cancelled.await();
    }

    @Test
    void nobodyThereIsUnavailable() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        for (String command : new String[] {"list", "actions"}) {
            Typed failed = Typed.command(command, "grpc://localhost:" + free);
            assertThat(failed.code()).isEqualTo(3);
            assertThat(failed.err())
                    .startsWith("peregrine: ")
                    .contains("localhost:" + free)
                    .hasLineCount(1);
        }
        assertThat(Typed.command("wait", "localhost:" + free, "--timeout", "100ms")
                        .code())
                .isEqualTo(3);
    }

    @Test
    void headersTokensAndPasswordsAreSent() {
        Typed sent = Typed.command(
                "action", uri, "headers", "-H", "X-Text=a b=c", "--header", "x-raw-bin=AP8=", "--token", "t", "--raw");
        assertThat(sent.err()).isEmpty();
        assertThat(sent.bytes())
                .isEqualTo(new byte[] {'a', ' ', 'b', '=', 'c', ' ', 'B', 'e', 'a', 'r', 'e', 'r', ' ', 't', 0, -1});
        assertThat(new Typist()
                        .with("PEREGRINE_TOKEN", "e")
                        .type("action", uri, "headers", "-H", "x-raw-bin=QQ==")
                        .out())
                .isEqualTo("null Bearer e\nA\n");
    }

    @Test
    void resultsThatAreNoTextAreBase64() {
        assertThat(new Typist()
                        .in("from stdin")
                        .type("action", uri, "bytes", "@-")
                        .out())
                .isEqualTo("from stdin\nAP8=\n");
    }

    @Test
    void aUserLogsInAndSendsTheTokenThatWasIssued() {
        String[] call = {"action", uri, "headers", "-H", "x-raw-bin=QQ==", "--user", "ada"};
        Typed sent = new Typist().with("PEREGRINE_PASSWORD", "secret").type(call);
        assertThat(sent.err()).isEmpty();
        assertThat(sent.out()).isEqualTo("null Bearer issued\nA\n");
        Typed refused = new Typist().with("PEREGRINE_PASSWORD", "guess").type(call);
        assertThat(refused.code()).isEqualTo(5);
        assertThat(refused.err())
                .contains("not that password")
                .doesNotContain("guess")
                .hasLineCount(1);
    }

    @Test
    void loginWithoutAPasswordIsAskedFor() {
        Typed failed = Typed.command("actions", uri, "--user", "ada");
        assertThat(failed.code()).isEqualTo(2);
        assertThat(failed.err()).contains("--user needs a password");
    }

    @Test
    void wrongCommandLinesSayWhatIsWrongAndWhereHelpIs() {
        for (String[] args : new String[][] {
            {},
            {"nonsense"},
            {"list"},
            {"get", uri},
            {"get", uri, "a", "b"},
            {"get", uri, "a", "--format", "xml"},
            {"get", uri, "a", "--timeout", "soon"},
            {"list", uri, "--header", "nameonly"},
            {"list", uri, "--cert-chain", "x.pem"},
            {"list", uri, "--no-such-option"},
            {"serve"},
            {"put", uri, "a", "b", "c"}
        }) {
            Typed failed = Typed.command(args);
            assertThat(failed.code()).as(String.join(" ", args)).isEqualTo(2);
            assertThat(failed.out()).as(String.join(" ", args)).isEmpty();
            assertThat(failed.err())
                    .as(String.join(" ", args))
                    .startsWith("peregrine: ")
                    .contains("help")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void genericOptionsThatMakeNoSenseAreRefused() {
        Typed failed = Typed.command("list", uri, "--option", "grpc.keepalive_time_ms=soon");
        assertThat(failed.code()).isEqualTo(2);
        assertThat(failed.err())
                .contains("grpc.keepalive_time_ms is the string \"soon\"")
                .hasLineCount(1);
        Typed tooSmall = Typed.command("list", uri, "--option", "grpc.http2.max_frame_size=1");
        assertThat(tooSmall.code()).isEqualTo(2);
        assertThat(tooSmall.err()).contains("grpc.http2.max_frame_size is 1").hasLineCount(1);
    }

    @Test
    void aGenericOptionIsHonoured() {
        Typed failed = Typed.command(
                "action",
                uri,
                "NOT_FOUND",
                "--option",
                "grpc.keepalive_time_ms=60000",
                "--option",
                "grpc.max_send_message_length=1");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("RESOURCE_EXHAUSTED").contains("may send 1 at most");
    }

    @Test
    void numbersThatMakeNoSenseAreRefused() {
        for (String[] args : new String[][] {
            {"get", uri, "--ticket", "a", "--head", "-1"},
            {"put", uri, "a", "--batch-rows", "0"},
            {"demo", "--size", "0"}
        }) {
            Typed failed = new Typist().in("a\n").type(args);
            assertThat(failed.code()).isEqualTo(2);
            assertThat(failed.err()).contains("at least").hasLineCount(1);
        }
    }

    @Test
    void anUnknownSchemeIsNamed() {
        Typed failed = Typed.command("list", "ftp://localhost:1");
        assertThat(failed.code()).isEqualTo(2);
        assertThat(failed.err()).contains("ftp").contains("grpc+tls").hasLineCount(1);
    }

    @Test
    void aFolderThatIsNotThereCannotBeServed() {
        Typed failed = Typed.command("serve", "/no/such/folder");
        assertThat(failed.code()).isEqualTo(7);
        assertThat(failed.err()).isEqualTo("peregrine: /no/such/folder does not exist.\n");
    }

    /** As with {@code peregrine actions | head -1}. */
    @Test
    void aReaderThatHasSeenEnoughIsNoError() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        Terminal terminal = new Terminal(
                new ByteArrayInputStream(new byte[0]),
                gone,
                new PrintStream(err, true, UTF_8),
                false,
                false,
                0,
                true,
                name -> null);
        assertThat(Peregrine.run(terminal, "actions", uri)).isZero();
        assertThat(err.toString(UTF_8)).isEmpty();
    }
}
