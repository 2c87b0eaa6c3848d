package dev.peregrine.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightPut;
import dev.peregrine.client.ResponseMetadata;
import dev.peregrine.client.auth.CallCredentials;
import dev.peregrine.client.auth.RenewedBearer;
import dev.peregrine.protocol.Action;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightInfo;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.FlightStreamWriter;
import dev.peregrine.protocol.Result;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.protocol.error.FlightUnauthenticatedException;
import dev.peregrine.testing.LeakCheck;
import dev.peregrine.testing.Parked;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Credentials of a client and of a call, and what happens when a server does not take them any more. */
@ExtendWith(LeakCheck.class)
@Timeout(60)
class CredentialsTest {
    /** Takes one token at a time, which a test may change. */
    private static final class Guarded implements FlightService {
        volatile String good = "t1";
        final AtomicInteger rejections = new AtomicInteger();
        final CountDownLatch rejected = new CountDownLatch(1);

        private void check(ServerCall call) {
            if (!("Bearer " + good).equals(call.headers().get("authorization"))) {
                rejections.incrementAndGet();
                rejected.countDown();
                call.addHeader("x-answer", "rejected");
                throw FlightUnauthenticatedException.of("not this token");
            }
            call.addHeader("x-answer", "served");
        }

        @Override
        public FlightInfo getFlightInfo(ServerCall call, FlightDescriptor descriptor) {
            check(call);
            return FlightInfo.of(null, descriptor);
        }

        @Override
        public Iterable<Result> doAction(ServerCall call, Action action) {
            check(call);
            return List.of(Result.of(call.headers().getAll("authorization") + " "
                    + call.headers().get("x-own")));
        }

        @Override
        public void doGet(ServerCall call, Ticket ticket, FlightStreamWriter out) {
            try (VectorSchemaRoot root = Rows.root(call.allocator())) {
                if (ticket.equals(Ticket.of("late"))) {
                    out.begin(Rows.SCHEMA);
                    throw FlightUnauthenticatedException.of("your time is over");
                }
                check(call);
                out.begin(Rows.SCHEMA);
                Rows.fill(root, 0, 10);
                out.write(root);
            }
        }

        @Override
        public void doPut(ServerCall call, FlightStreamReader in, PutResults acks) {
            check(call);
            while (in.next()) {
                acks.write(new byte[] {1});
            }
        }
    }

    private final Guarded service = new Guarded();
    private final AtomicInteger fetched = new AtomicInteger();
    private final RenewedBearer renewed =
            new RenewedBearer(() -> new RenewedBearer.Token("t" + fetched.incrementAndGet(), null));

    private Duo duo(BufferAllocator memory, CallCredentials credentials) {
        return Duo.of(memory, service, server -> server, client -> client.credentials(credentials));
    }

    @Test
    void ofTheClientGoWithEachCallAndThoseOfACallInstead(BufferAllocator memory) {
        try (Duo duo = duo(memory, CallCredentials.bearer("t1"))) {
            FlightClient client = duo.client();
            assertThat(client.doAction("who").toList()).containsExactly(Result.of("[Bearer t1] null"));
            CallOptions other = CallOptions.NONE.credentials(CallCredentials.bearer("t2"));
            assertThatThrownBy(() -> client.doAction(new Action("who"), other).toList())
                    .isInstanceOf(FlightUnauthenticatedException.class);
            service.good = "t2";
            assertThat(client.doAction(new Action("who"), other).toList())
                    .containsExactly(Result.of("[Bearer t2] null"));
            CallOptions header = CallOptions.NONE.header("authorization", "Bearer t2");
            assertThat(client.doAction(new Action("who"), header).toList())
                    .as("a header of the call is not sent twice")
                    .containsExactly(Result.of("[Bearer t2] null"));
        }
    }

    @Test
    void aRejectedTokenIsRenewedAndTheCallMadeOnceMore(BufferAllocator memory) throws Exception {
        try (Duo duo = duo(memory, renewed)) {
            FlightClient client = duo.client();
            client.getFlightInfo(FlightDescriptor.path("p"));
            service.good = "t2";
            ResponseMetadata response = new ResponseMetadata();
            CallOptions options = CallOptions.NONE.header("x-own", "1").response(response);
            assertThat(client.doAction(new Action("who"), options).toList())
                    .containsExactly(Result.of("[Bearer t2] 1"));
            assertThat(response.headers().getAll("x-answer")).containsExactly("served");
            service.good = "t3";
            assertThat(client.async().getFlightInfo(FlightDescriptor.path("p")).get(30, TimeUnit.SECONDS))
                    .isNotNull();
            service.good = "t4";
            try (FlightStreamReader reader = client.doGet(Ticket.of("data"))) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.next()).isFalse();
            }
            assertThat(fetched).hasValue(4);
            assertThat(service.rejections).hasValue(3);
        }
    }

    @Test
    void aCallIsMadeTwiceAtMost(BufferAllocator memory) {
        service.good = "never";
        try (Duo duo = duo(memory, renewed)) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(FlightDescriptor.path("p")))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("not this token");
            assertThat(service.rejections).hasValue(2);
            service.good = "t3";
            duo.client().getFlightInfo(FlightDescriptor.path("p"));
        }
    }

    @Test
    void whatHasBegunToAnswerIsNotMadeAgain(BufferAllocator memory) {
        try (Duo duo = duo(memory, renewed)) {
            try (FlightStreamReader reader = duo.client().doGet(Ticket.of("late"))) {
                assertThat(reader.schema()).isEqualTo(Rows.SCHEMA);
                assertThatThrownBy(reader::next)
                        .isInstanceOf(FlightUnauthenticatedException.class)
                        .hasMessageContaining("your time is over");
            }
            assertThat(fetched).hasValue(1);
            service.good = "t2";
            duo.client().getFlightInfo(FlightDescriptor.path("p"));
            assertThat(service.rejections)
                    .as("the next call has a new token at once")
                    .hasValue(0);
        }
    }

    @Test
    void aPutIsMadeAgainWithWhatItHasSent(BufferAllocator memory) {
        service.good = "t2";
        try (Duo duo = duo(memory, renewed);
                VectorSchemaRoot root = Rows.root(memory);
                FlightPut put = duo.client().doPut(FlightDescriptor.path("p"), Rows.SCHEMA)) {
            Rows.fill(root, 0, 10);
            put.writer().write(root);
            put.writer().doneWriting();
            assertThat(put.metadataReader().read()).isNotNull();
            assertThat(put.metadataReader().read()).isNull();
        }
    }

    @Test
    void callsAtTheSameTimeShareOneNewToken(BufferAllocator memory) throws Exception {
        CountDownLatch allRejected = new CountDownLatch(1);
        AtomicInteger tokens = new AtomicInteger();
        RenewedBearer slow = new RenewedBearer(() -> {
            int number = tokens.incrementAndGet();
            if (number == 2) {
                allRejected.await();
            }
            return new RenewedBearer.Token("t" + number, null);
        });
        try (Duo duo = duo(memory, slow)) {
            duo.client().getFlightInfo(FlightDescriptor.path("p"));
            service.good = "t2";
            List<CompletableFuture<FlightInfo>> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                calls.add(CompletableFuture.supplyAsync(
                        () -> duo.client().getFlightInfo(FlightDescriptor.path("p")), task -> {
                            Thread thread = new Thread(task);
                            thread.setDaemon(true);
                            thread.start();
                        }));
            }
            assertThat(service.rejected.await(30, TimeUnit.SECONDS)).isTrue();
            allRejected.countDown();
            for (CompletableFuture<FlightInfo> call : calls) {
                assertThat(call.get(30, TimeUnit.SECONDS)).isNotNull();
            }
            assertThat(tokens).hasValue(2);
        }
    }

    @Test
    void withoutANewTokenTheServersWordStands(BufferAllocator memory) {
        AtomicInteger tokens = new AtomicInteger();
        RenewedBearer once = new RenewedBearer(() -> {
            if (tokens.incrementAndGet() > 1) {
                throw new IOException("the provider is gone");
            }
            return new RenewedBearer.Token("t1", null);
        });
        try (Duo duo = duo(memory, once)) {
            duo.client().getFlightInfo(FlightDescriptor.path("p"));
            service.good = "t2";
            assertThatThrownBy(() -> duo.client().getFlightInfo(FlightDescriptor.path("p")))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("not this token");
            assertThatThrownBy(() -> duo.client().getFlightInfo(FlightDescriptor.path("p")))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("the provider is gone");
            CompletableFuture<FlightInfo> later = duo.client().async().getFlightInfo(FlightDescriptor.path("p"));
            assertThatThrownBy(() -> later.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessageContaining("the provider is gone");
        }
    }

    /** The deadline, an interrupt and the end of the client end a call that waits for a token. */
    @Test
    void nothingWaitsForATokenForEver(BufferAllocator memory) throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger tokens = new AtomicInteger();
        RenewedBearer hanging = new RenewedBearer(() -> {
            if (tokens.incrementAndGet() > 1) {
                released.await();
            }
            return new RenewedBearer.Token("t1", null);
        });
        try (Duo duo = duo(memory, hanging)) {
            duo.client().getFlightInfo(FlightDescriptor.path("p"));
            service.good = "t2";
            assertThatThrownBy(() -> duo.client()
                            .getFlightInfo(FlightDescriptor.path("p"), CallOptions.of(Duration.ofMillis(500))))
                    .isInstanceOf(FlightTimedOutException.class);
            CompletableFuture<@Nullable FlightException> outcome = new CompletableFuture<>();
            Thread waiting = new Thread(() -> {
                try {
                    duo.client().getFlightInfo(FlightDescriptor.path("p"));
                    outcome.complete(null);
                } catch (FlightException e) {
                    outcome.complete(e);
                }
            });
            waiting.start();
            Parked.await(waiting);
            waiting.interrupt();
            assertThat(outcome.get(30, TimeUnit.SECONDS)).isInstanceOf(FlightCancelledException.class);
        } finally {
            released.countDown();
        }
    }

    @Test
    void credentialsThatThrowRefuseTheCall(BufferAllocator memory) {
        CallCredentials locked = headers -> {
            throw FlightUnauthenticatedException.of("the key store is locked");
        };
        try (Duo duo = duo(memory, locked)) {
            assertThatThrownBy(() -> duo.client().getFlightInfo(FlightDescriptor.path("p")))
                    .isInstanceOf(FlightUnauthenticatedException.class)
                    .hasMessage("the key store is locked");
            CallOptions binary = CallOptions.NONE.credentials(
                    headers -> headers.add("x-own", "added").add("key-bin", new byte[] {1}));
            service.good = "t1";
            assertThat(duo.client()
                            .doAction(new Action("who"), binary.header("authorization", "Bearer t1"))
                            .toList())
                    .containsExactly(Result.of("[Bearer t1] added"));
        }
    }
}
