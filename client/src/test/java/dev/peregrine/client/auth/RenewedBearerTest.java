package dev.peregrine.client.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.protocol.CallHeaders;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.testing.Parked;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RenewedBearerTest {
    private final AtomicInteger fetched = new AtomicInteger();
    private Instant now = Instant.parse("2026-11-22T12:00:00Z");

    private static CallHeaders sent(CallCredentials credentials) {
        CallHeaders headers = new CallHeaders();
        credentials.addTo(headers);
        return headers;
    }

    private RenewedBearer.Token numbered(Instant expires) {
        return new RenewedBearer.Token("t" + fetched.incrementAndGet(), expires);
    }

    @Test
    void oneTokenIsForAllCallsUntilItIsRejected() {
        RenewedBearer bearer = new RenewedBearer(() -> numbered(null));
        CallHeaders first = sent(bearer);
        assertThat(first.get("authorization")).isEqualTo("Bearer t1");
        assertThat(sent(bearer)).isEqualTo(first);
        assertThat(bearer.rejected(first)).isTrue();
        assertThat(sent(bearer).get("authorization")).isEqualTo("Bearer t2");
        assertThat(bearer.rejected(first)).as("a late answer to an old token").isTrue();
        assertThat(sent(bearer).get("authorization")).isEqualTo("Bearer t2");
    }

    @Test
    void aTokenThatHasExpiredIsNotSent() {
        RenewedBearer bearer = new RenewedBearer(() -> numbered(now.plusSeconds(10)), () -> now);
        sent(bearer);
        now = now.plusSeconds(9);
        assertThat(sent(bearer).get("authorization")).isEqualTo("Bearer t1");
        now = now.plusSeconds(1);
        assertThat(sent(bearer).get("authorization")).isEqualTo("Bearer t2");
    }

    @Test
    void callsShareOneFetch() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        RenewedBearer bearer = new RenewedBearer(() -> {
            released.await();
            return numbered(null);
        });
        CompletableFuture<CallHeaders> first = new CompletableFuture<>();
        CompletableFuture<CallHeaders> second = new CompletableFuture<>();
        Thread fetches = new Thread(() -> first.complete(sent(bearer)));
        fetches.start();
        Parked.await(fetches);
        Thread waits = new Thread(() -> second.complete(sent(bearer)));
        waits.start();
        Parked.await(waits);
        released.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo(second.get(30, TimeUnit.SECONDS));
        assertThat(fetched).hasValue(1);
    }

    @Test
    void aFailureIsTheCallsAndTheNextTriesAgain() {
        AtomicInteger attempts = new AtomicInteger();
        RenewedBearer bearer = new RenewedBearer(() -> switch (attempts.incrementAndGet()) {
            case 1 -> throw new IOException("nobody there");
            case 2 -> throw FlightNotFoundException.of("no such user");
            default -> numbered(null);
        });
        assertThatThrownBy(() -> sent(bearer))
                .isInstanceOf(FlightUnauthenticatedException.class)
                .hasMessageContaining("nobody there")
                .hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> sent(bearer))
                .isInstanceOf(FlightNotFoundException.class)
                .hasMessage("no such user");
        assertThat(sent(bearer).get("authorization")).isEqualTo("Bearer t1");
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        RenewedBearer bearer = new RenewedBearer(() -> {
            released.await();
            return numbered(null);
        });
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread fetches = new Thread(() -> {
            try {
                sent(bearer);
                thrown.complete(new AssertionError("nothing was thrown"));
            } catch (RuntimeException e) {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                thrown.complete(e);
            }
        });
        fetches.start();
        Parked.await(fetches);
        fetches.interrupt();
        assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
        released.countDown();
        assertThat(sent(bearer).get("authorization")).isEqualTo("Bearer t1");
    }

    @Test
    void secretsAreNotPrinted() {
        assertThat(new RenewedBearer.Token("secret", null).toString()).doesNotContain("secret");
    }

    @Test
    void fixedCredentials() {
        assertThat(sent(CallCredentials.bearer("b")).get("authorization")).isEqualTo("Bearer b");
        assertThat(sent(CallCredentials.basic("user", "s\u00e9cret")).get("authorization"))
                .isEqualTo("Basic dXNlcjpzw6ljcmV0");
        assertThat(CallCredentials.bearer("b").rejected(new CallHeaders())).isFalse();
        assertThatThrownBy(() -> CallCredentials.basic("us:er", "p"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("colon");
    }
}
