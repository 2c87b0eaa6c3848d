package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.Address;
import dev.peregrine.transport.CallListener;
import dev.peregrine.transport.ClientTransport;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.IncomingCall;
import dev.peregrine.transport.Metadata;
import dev.peregrine.transport.OutgoingCall;
import dev.peregrine.transport.ServerTransport;
import dev.peregrine.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** All the ways in which a call can end, and that each end is told once. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class CallEndsTest {
    /** Writes down how often and with what a call ended. */
    private static class Ending implements CallListener {
        final CompletableFuture<GrpcStatus> status = new CompletableFuture<>();
        final CompletableFuture<Metadata> trailers = new CompletableFuture<>();
        final AtomicInteger closed = new AtomicInteger();
        final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void headers(Metadata headers) throws GrpcException {
            events.add("headers " + headers.names());
        }

        @Override
        public void messageBegins(int length) throws GrpcException {
            events.add("begins " + length);
        }

        @Override
        public void messageBytes(ByteBuf piece) throws GrpcException {}

        @Override
        public void messageEnds() throws GrpcException {
            events.add("ends");
        }

        @Override
        public void delivered() {}

        @Override
        public void halfClosed() throws GrpcException {
            events.add("halfClosed");
        }

        @Override
        public void closed(GrpcStatus status, Metadata trailers) {
            closed.incrementAndGet();
            this.status.complete(status);
            this.trailers.complete(trailers);
        }

        /** The next event. */
        String next() throws InterruptedException {
            String event = events.poll(60, TimeUnit.SECONDS);
            return event == null ? "nothing" : event;
        }

        GrpcStatus status() throws Exception {
            return status.get(60, TimeUnit.SECONDS);
        }
    }

    /** A server whose calls all go to the test. */
    private static final class Calls implements AutoCloseable {
        record Arrived(IncomingCall call, Ending ending) {}

        final LinkedBlockingQueue<Arrived> arrived = new LinkedBlockingQueue<>();
        final ServerTransport server;
        final ClientTransport client;

        Calls() throws Exception {
            this(Loopback.OPTIONS);
        }

        Calls(TransportOptions options) throws Exception {
            server = ServerTransport.start(new Address.Tcp("127.0.0.1", 0), options, path -> call -> {
                Ending ending = new Ending();
                arrived.add(new Arrived(call, ending));
                return ending;
            });
            client = ClientTransport.create(server.address(), options);
        }

        Arrived next() throws InterruptedException {
            Arrived next = arrived.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no call arrived");
            }
            return next;
        }

        OutgoingCall start(CallListener listener) {
            return start(listener, null);
        }

        OutgoingCall start(CallListener listener, @Nullable Duration timeout) {
            return client.start("/t/Any", new Metadata(), timeout, listener);
        }

        @Override
        public void close() {
            client.close();
            server.close();
        }
    }

    private static ByteBuf message(ByteBufAllocator allocator, int length) {
        return allocator.directBuffer(5 + length).writeByte(0).writeInt(length).writeZero(length);
    }

    @Test
    void bothEndsHearOfAGoodEndOnce(ByteBufAllocator allocator) throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            OutgoingCall call = calls.start(client);
            call.send(message(allocator, 10));
            call.halfClose();
            Calls.Arrived served = calls.next();
            served.call.sendHeaders(new Metadata().add("a", "b"));
            served.call.send(message(allocator, 3));
            served.call.finish(GrpcStatus.OK, new Metadata().add("x-bin", new byte[] {1, 2}));
            served.call.finish(GrpcCode.INTERNAL.with("too late"), new Metadata());
            assertThat(client.status()).isEqualTo(GrpcStatus.OK);
            assertThat(served.ending.status()).isEqualTo(GrpcStatus.OK);
            assertThat(client.trailers.get().getBinary("x-bin")).containsExactly(1, 2);
            assertThat(client.events).containsExactly("headers [a]", "begins 3", "ends");
            assertThat(served.ending.events).containsExactly("begins 10", "ends", "halfClosed");
            assertThat(call.isClosed()).isTrue();
            assertThat(served.call.isClosed()).isTrue();
            assertThat(call.awaitRoom()).isFalse();
            calls.close();
            assertThat(client.closed).hasValue(1);
            assertThat(served.ending.closed).hasValue(1);
        }
    }

    /** Each side may end first, and either may speak first. */
    @Test
    void theSidesEndInAnyOrder(ByteBufAllocator allocator) throws Exception {
        try (Calls calls = new Calls()) {
            // The server speaks before it is asked, and ends last.
            Ending one = new Ending();
            OutgoingCall first = calls.start(one);
            Calls.Arrived served = calls.next();
            served.call.send(message(allocator, 1));
            assertThat(one.next()).isEqualTo("headers []");
            assertThat(one.next()).isEqualTo("begins 1");
            assertThat(one.next()).isEqualTo("ends");
            first.halfClose();
            assertThat(served.ending.next()).isEqualTo("halfClosed");
            served.call.send(message(allocator, 2));
            assertThat(one.next()).isEqualTo("begins 2");
            served.call.finish(GrpcStatus.OK, new Metadata());
            assertThat(one.status()).isEqualTo(GrpcStatus.OK);
            assertThat(served.ending.status()).isEqualTo(GrpcStatus.OK);

            // The server ends first; the client learns of it before it half-closes.
            Ending two = new Ending();
            OutgoingCall second = calls.start(two);
            second.send(message(allocator, 3));
            Calls.Arrived early = calls.next();
            early.call.finish(GrpcStatus.OK, new Metadata());
            assertThat(two.status()).isEqualTo(GrpcStatus.OK);
            second.halfClose();
            second.send(message(allocator, 4));
            assertThat(early.ending.status()).isEqualTo(GrpcStatus.OK);

            // Headers alone come before any message.
            Ending three = new Ending();
            OutgoingCall third = calls.start(three);
            Calls.Arrived headed = calls.next();
            headed.call.sendHeaders(new Metadata().add("a", "b"));
            assertThat(three.next()).isEqualTo("headers [a]");
            third.halfClose();
            headed.call.finish(GrpcCode.ABORTED.with("x"), new Metadata());
            assertThat(three.status()).isEqualTo(GrpcCode.ABORTED.with("x"));
        }
    }

    @Test
    void aStatusWithoutAMessageComesAsTrailersOnly() throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            calls.start(client).halfClose();
            GrpcStatus status = GrpcCode.NOT_FOUND.with("no flight called \u2708 100%\n");
            calls.next().call.finish(status, new Metadata().add("k", "v"));
            assertThat(client.status()).isEqualTo(status);
            assertThat(client.trailers.get().get("k")).isEqualTo("v");
            assertThat(client.events).isEmpty();
        }
    }

    /** The server need not wait for the client to finish sending (RFC 9113, 8.1). */
    @Test
    void aServerMayFinishWhileTheClientStillSends(ByteBufAllocator allocator) throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            OutgoingCall call = calls.start(client);
            call.send(message(allocator, 10));
            Calls.Arrived served = calls.next();
            served.call.finish(GrpcCode.ALREADY_EXISTS.with("there"), new Metadata());
            for (int i = 0; i < 1000; i++) {
                call.send(message(allocator, 10_000));
                if (!call.awaitRoom()) {
                    break;
                }
            }
            assertThat(client.status()).isEqualTo(GrpcCode.ALREADY_EXISTS.with("there"));
            assertThat(served.ending.status()).isEqualTo(GrpcStatus.OK);
            call.send(message(allocator, 10));
            // The connection is still good.
            Ending second = new Ending();
            calls.start(second).halfClose();
            calls.next().call.finish(GrpcStatus.OK, new Metadata());
            assertThat(second.status()).isEqualTo(GrpcStatus.OK);
        }
    }

    @Test
    void aClientThatCancelsIsNoticed(ByteBufAllocator allocator) throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            OutgoingCall call = calls.start(client);
            call.send(message(allocator, 10));
            Calls.Arrived served = calls.next();
            call.cancel(GrpcCode.CANCELLED.with("enough"));
            call.cancel(GrpcCode.CANCELLED.with("again"));
            assertThat(client.status()).isEqualTo(GrpcCode.CANCELLED.with("enough"));
            assertThat(served.ending.status())
                    .isEqualTo(GrpcCode.CANCELLED.with("The client reset the stream with CANCEL"));
            served.call.send(message(allocator, 10));
            served.call.finish(GrpcStatus.OK, new Metadata());
            assertThat(served.call.awaitRoom()).isFalse();
        }
    }

    @Test
    void cancellingFreesWhatIsQueued(ByteBufAllocator allocator) throws Exception {
        TransportOptions small =
                Loopback.OPTIONS.toBuilder().streamWindow(65_535).build();
        try (Calls calls = new Calls(small)) {
            Ending client = new Ending();
            OutgoingCall call = calls.start(client);
            ByteBuf[] sent = new ByteBuf[100];
            for (int i = 0; i < sent.length; i++) {
                sent[i] = message(allocator, 100_000);
                call.send(sent[i]);
            }
            calls.next();
            call.cancel(GrpcCode.CANCELLED.with("enough"));
            client.status();
            // A part of the first one is on its way to the socket, which frees it when it has taken it.
            for (int i = 1; i < sent.length; i++) {
                assertThat(sent[i].refCnt()).as("message %d", i).isZero();
            }
        }
    }

    @Test
    void aCallCancelledAtOnceNeverReachesTheServer(ByteBufAllocator allocator) throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            OutgoingCall call = calls.start(client);
            call.cancel(GrpcCode.CANCELLED.with("changed my mind"));
            call.send(message(allocator, 10));
            assertThat(client.status()).isEqualTo(GrpcCode.CANCELLED.with("changed my mind"));
        }
    }

    /** Megabytes are under way when the read is cancelled; the connection must survive that many times over. */
    @Test
    void cancellingReadsInFullFlightLeavesTheConnectionGood() throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (Loopback loopback = new Loopback(Loopback.OPTIONS)
                .on("/t/Echo", LoopbackTest.ECHO)
                .on("/t/Peer", served -> {
                    served.write(served.call().peer().getBytes());
                    served.finish(GrpcStatus.OK);
                })
                .on("/t/Flood", served -> served.flood(new byte[100_000]))) {
            byte[] peer = loopback.unary("/t/Peer", new byte[0]);
            for (int i = 0; i < 300; i++) {
                Loopback.Started call = loopback.start("/t/Flood");
                assertThat(call.read()).hasSize(100_000);
                call.call().cancel(GrpcCode.CANCELLED.with("enough"));
            }
            assertThat(loopback.unary("/t/Peer", new byte[0]))
                    .as("same connection")
                    .isEqualTo(peer);
        }
    }

    @Test
    void aServerThatCancelsResetsTheStream() throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            calls.start(client);
            Calls.Arrived served = calls.next();
            served.call.cancel(GrpcCode.ABORTED.with("local reason"));
            assertThat(served.ending.status()).isEqualTo(GrpcCode.ABORTED.with("local reason"));
            assertThat(client.status()).isEqualTo(GrpcCode.CANCELLED.with("The peer reset the stream with CANCEL"));
        }
    }

    @Test
    void aDeadlineEndsTheCallAtBothEnds() throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            long begin = System.nanoTime();
            OutgoingCall call = calls.start(client, Duration.ofMillis(200));
            Calls.Arrived served = calls.next();
            assertThat(call.deadlineNanos()).isNotNull();
            assertThat(served.call.deadlineNanos()).isNotNull();
            assertThat(client.status().code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .isBetween(Duration.ofMillis(199), Duration.ofSeconds(9));
            assertThat(served.ending.status().code()).isIn(GrpcCode.DEADLINE_EXCEEDED, GrpcCode.CANCELLED);
        }
    }

    @Test
    void aServerKeepsTheDeadlineOfAClientThatDoesNot(ByteBufAllocator allocator) throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            // Long enough to connect on a busy machine.
            OutgoingCall call = calls.client.start("/t/Any", new Metadata(), Duration.ofSeconds(2), new Ending() {
                @Override
                public void closed(GrpcStatus status, Metadata trailers) {
                    client.closed(status, trailers);
                }
            });
            Calls.Arrived served = calls.next();
            // More than the client's window: the trailers must not wait behind it.
            for (int i = 0; i < 50; i++) {
                served.call.send(message(allocator, 100_000));
            }
            assertThat(client.status().code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
            served.ending.status();
            assertThat(call.isClosed()).isTrue();
        }
    }

    @Test
    void anExceptionOfTheListenerFailsItsCallOnly(ByteBufAllocator allocator) throws Exception {
        try (Calls calls = new Calls()) {
            Ending bad = new Ending() {
                @Override
                public void messageBegins(int length) throws GrpcException {
                    throw new GrpcException(GrpcCode.DATA_LOSS.with("cannot read it"), new Metadata().add("k", "v"));
                }
            };
            OutgoingCall failing = calls.start(bad);
            Calls.Arrived served = calls.next();
            served.call.send(message(allocator, 10_000));
            assertThat(bad.status()).isEqualTo(GrpcCode.DATA_LOSS.with("cannot read it"));
            assertThat(served.ending.status().code()).isEqualTo(GrpcCode.CANCELLED);
            assertThat(failing.isClosed()).isTrue();

            Ending worse = new Ending() {
                @Override
                public void messageBegins(int length) {
                    throw new IllegalStateException("secret");
                }
            };
            calls.start(worse);
            calls.next().call.send(message(allocator, 10));
            assertThat(worse.status()).isEqualTo(GrpcCode.INTERNAL.with("The call failed; the log says why"));

            Ending good = new Ending();
            calls.start(good).halfClose();
            calls.next().call.finish(GrpcStatus.OK, new Metadata());
            assertThat(good.status()).isEqualTo(GrpcStatus.OK);
        }
    }

    @Test
    void aServersListenerThatThrowsAnswersWithTheStatus(ByteBufAllocator allocator) throws Exception {
        Ending throwing = new Ending() {
            @Override
            public void messageBegins(int length) throws GrpcException {
                if (length == 1) {
                    throw new GrpcException(GrpcCode.INVALID_ARGUMENT.with("no"), new Metadata().add("k", "v"));
                }
                throw new IllegalStateException("secret");
            }
        };
        try (ServerTransport server = ServerTransport.start(
                        new Address.Tcp("127.0.0.1", 0), Loopback.OPTIONS, path -> call -> throwing);
                ClientTransport client = ClientTransport.create(server.address(), Loopback.OPTIONS)) {
            for (int length : new int[] {1, 2}) {
                Ending ending = new Ending();
                client.start("/t/Any", new Metadata(), null, ending).send(message(allocator, length));
                assertThat(ending.status())
                        .isEqualTo(
                                length == 1
                                        ? GrpcCode.INVALID_ARGUMENT.with("no")
                                        : GrpcCode.INTERNAL.with("The call failed; the log says why"));
            }
        }
    }

    @Test
    void aMessageBeyondTheLimitFailsItsCallOnly(ByteBufAllocator allocator) throws Exception {
        TransportOptions options =
                Loopback.OPTIONS.toBuilder().maxInboundMessageSize(1000).build();
        try (Calls calls = new Calls(options)) {
            Ending client = new Ending();
            OutgoingCall call = calls.start(client);
            call.send(message(allocator, 1000));
            Calls.Arrived served = calls.next();
            call.send(message(allocator, 1001));
            assertThat(client.status().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
            assertThat(client.status().message()).contains("1001").contains("1000");
            assertThat(served.ending.events).containsExactly("begins 1000", "ends");
            assertThat(served.ending.status().code()).isEqualTo(GrpcCode.RESOURCE_EXHAUSTED);
        }
    }

    @Test
    void aMessageCutOffByTheEndOfTheStreamIsAnError(ByteBufAllocator allocator) throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            OutgoingCall call = calls.start(client);
            ByteBuf cut = allocator.buffer().writeByte(0).writeInt(100).writeZero(99);
            call.send(cut);
            call.halfClose();
            Calls.Arrived served = calls.next();
            assertThat(served.ending.status().code()).isEqualTo(GrpcCode.INTERNAL);
            assertThat(client.status().message()).contains("got 99 of 100");
        }
    }

    @Test
    void closingTheClientEndsItsCallsAndWakesWhoWaits(ByteBufAllocator allocator) throws Exception {
        Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Silent", served -> {
            served.read();
            served.read();
            served.read();
        });
        try (loopback) {
            Loopback.Started call = loopback.start("/t/Silent");
            call.call().send(message(allocator, 10));
            CompletableFuture<GrpcException> reader = new CompletableFuture<>();
            CountDownLatch started = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                started.countDown();
                reader.complete(catchThrowableOfType(GrpcException.class, call::read));
            });
            thread.start();
            started.await();
            loopback.client.close();
            assertThat(reader.get(60, TimeUnit.SECONDS).status().code()).isEqualTo(GrpcCode.CANCELLED);
            assertThat(call.call().awaitRoom()).isFalse();
            Ending late = new Ending();
            OutgoingCall refused = loopback.client.start("/t/Silent", new Metadata(), null, late);
            refused.send(message(allocator, 10));
            assertThat(late.status().code()).isEqualTo(GrpcCode.UNAVAILABLE);
            loopback.client.close();
            assertThat(late.closed).hasValue(1);
        }
    }

    @Test
    void theLoopMustNotWaitForRoom() throws Exception {
        try (Calls calls = new Calls()) {
            Ending client = new Ending();
            OutgoingCall call = calls.start(client);
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            call.loop().execute(() -> {
                try {
                    thrown.complete(new AssertionError("returned " + call.awaitRoom()));
                } catch (IllegalStateException | InterruptedException e) {
                    thrown.complete(e);
                }
            });
            assertThat(thrown.get(60, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
        }
    }
}
