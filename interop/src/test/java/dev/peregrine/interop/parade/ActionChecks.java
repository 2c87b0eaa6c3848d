package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.PeerServer.act;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightStatusCode;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.protocol.error.FlightUnimplementedException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** DoAction and ListActions of a peer, its errors, and headers both ways. */
interface ActionChecks extends PeerServer {
    @Test
    default void listActions() {
        assertThat(client().listActions().toList())
                .extracting(a -> Map.entry(a.type(), a.description()))
                .isEqualTo(Parade.ACTIONS);
    }

    @Test
    default void doAction() {
        byte[] body = {0, 1, -1, 127, -128};
        assertThat(client().doAction("echo", body).toList()).containsExactly(new Result(body));
    }

    @Test
    default void doActionAsFuture() throws Exception {
        assertThat(client().async().doAction(new Action("many", "3")).get(20, TimeUnit.SECONDS))
                .extracting(r -> Parade.text(r.body()))
                .containsExactly("0", "1", "2");
    }

    @Test
    default void doActionWithManyResults() {
        assertThat(act(client(), "many", "20000"))
                .isEqualTo(IntStream.range(0, 20000).mapToObj(i -> "" + i).toList());
    }

    /** There and back; 20 MiB is beyond gRPC's usual limit. */
    @Test
    default void doActionWithLargeBody() {
        byte[] body = new byte[20 << 20];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 + i / 4096);
        }
        List<Result> results = client().doAction("echo", body).toList();
        assertThat(results).hasSize(1);
        assertThat(Arrays.equals(results.get(0).body(), body)).isTrue();
    }

    @Test
    default void doActionWithoutResult() {
        assertThat(act(client(), "silent", "")).isEmpty();
    }

    @Test
    default void doActionWithEmptyResult() {
        assertThat(act(client(), "empty", "")).containsExactly("");
    }

    @Test
    default void doActionUnknown() {
        assertThatThrownBy(() -> act(client(), "nothing", ""))
                .isInstanceOf(FlightUnimplementedException.class)
                .hasMessageContaining("no such action")
                .hasMessageContaining("DoAction");
    }

    @Test
    default void doActionFailsAfterAResult() {
        Iterator<Result> results = client().doAction("late_error", Parade.bytes("UNAUTHENTICATED:who are you"))
                .iterator();
        assertThat(Parade.text(results.next().body())).isEqualTo("first");
        assertThatThrownBy(results::next)
                .isInstanceOf(FlightUnauthenticatedException.class)
                .hasMessageContaining("who are you");
    }

    @Test
    default void doActionLeftEarly() {
        try (var results = client().doAction("many", Parade.bytes("20000"))) {
            assertThat(Parade.text(results.iterator().next().body())).isEqualTo("0");
        }
        assertThat(act(client(), "echo", "still there")).containsExactly("still there");
    }

    @Test
    default void doActionTimeout() {
        forgetCancelled();
        assertThatThrownBy(() -> act(client(), "sleep", "", CallOptions.of(Duration.ofMillis(300))))
                .isInstanceOf(FlightTimedOutException.class);
        assertThat(wasCancelled()).isTrue();
    }

    @Test
    default void timeoutThatIsNotReached() {
        assertThat(act(client(), "echo", "x", CallOptions.of(Duration.ofDays(365))))
                .containsExactly("x");
    }

    /** Each status that the peer can answer with. */
    @TestFactory
    default Stream<DynamicTest> errors() {
        return statuses().stream().map(status -> DynamicTest.dynamicTest(status.name(), () -> assertError(status)));
    }

    private void assertError(FlightStatusCode status) {
        Class<?> expected = status.exception("").getClass();
        String words = "Grüße, 100 % of " + status;
        assertThatThrownBy(() -> act(client(), "error", status + ":" + words))
                .isExactlyInstanceOf(expected)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(FlightException.class, e -> {
                    assertThat(e.status()).isEqualTo(status);
                    assertThat(e.extraInfo()).isEmpty();
                });
        if (sendsExtraInfo(status)) {
            assertThatThrownBy(() -> act(client(), "error", status + ":words:\u0001 more"))
                    .isExactlyInstanceOf(expected)
                    .isInstanceOfSatisfying(FlightException.class, e -> assertThat(Parade.text(e.extraInfo()))
                            .isEqualTo("\u0001 more"));
        }
    }

    /** Whether the peer has a place for extra info in errors of this status. */
    default boolean sendsExtraInfo(FlightStatusCode status) {
        return true;
    }

    @Test
    default void errorWithALongMessage() {
        String words = "long ".repeat(600).strip();
        assertThatThrownBy(() -> act(client(), "error", "INTERNAL:" + words)).hasMessageContaining(words);
    }

    private List<String> seen(CallOptions options) {
        return act(client(), "headers", "", options);
    }

    @Test
    default void headers() {
        assertThat(seen(CallOptions.NONE.header("x-one", "1").header("x-two", "2 and, 3")))
                .containsExactly("x-one=31", "x-two=3220616e642c2033");
    }

    @Test
    default void headersRepeated() {
        assertThat(seen(CallOptions.NONE.header("x-one", "1").header("x-one", "2")))
                .containsExactly("x-one=31", "x-one=32");
    }

    @Test
    default void headersBinary() {
        assertThat(seen(CallOptions.NONE
                        .header("x-a-bin", new byte[] {0})
                        .header("x-b-bin", new byte[] {0, -1})
                        .header("x-c-bin", new byte[] {0, -1, 1})))
                .containsExactly("x-a-bin=00", "x-b-bin=00ff", "x-c-bin=00ff01");
    }

    @Test
    default void headersBig() {
        String value = "v".repeat(6000);
        assertThat(seen(CallOptions.NONE.header("x-big", value))).containsExactly("x-big=" + "76".repeat(6000));
    }

    @Test
    default void waitForAvailable() {
        client().waitForAvailable(Duration.ofSeconds(10));
    }
}
