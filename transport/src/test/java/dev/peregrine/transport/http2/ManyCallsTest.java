package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.GrpcCode;
import dev.peregrine.transport.GrpcException;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.TransportOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many threads on one connection. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ManyCallsTest {
    private static final int THREADS = 32;

    private static void onThreads(Callable<?> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                all.add(threads.submit(work));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void eachCallGetsItsOwnAnswer() throws Exception {
        AtomicInteger seed = new AtomicInteger();
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Echo", LoopbackTest.ECHO)) {
            onThreads(() -> {
                Random random = new Random(seed.incrementAndGet());
                for (int i = 0; i < 100; i++) {
                    byte[] request = new byte[random.nextInt(2000)];
                    random.nextBytes(request);
                    assertThat(loopback.unary("/t/Echo", request)).isEqualTo(request);
                }
                return null;
            });
        }
    }

    @Test
    void streamsWithFewConcurrentOnesAllowed() throws Exception {
        TransportOptions few = Loopback.OPTIONS.toBuilder()
                .maxConcurrentStreams(3)
                .streamWindow(65_535)
                .connectionWindow(65_535)
                .sendQueueSize(10_000)
                .build();
        try (Loopback loopback = new Loopback(few).on("/t/Echo", LoopbackTest.ECHO)) {
            onThreads(() -> {
                Loopback.Started call = loopback.start("/t/Echo");
                byte[] message = new byte[5000];
                for (int i = 0; i < 50; i++) {
                    Arrays.fill(message, (byte) i);
                    call.write(message);
                    assertThat(call.read()).isEqualTo(message);
                }
                call.call().halfClose();
                assertThat(call.read()).isNull();
                return null;
            });
        }
    }

    /** Calls are cancelled, time out, are refused and end well, all at once; whatever happens, each one ends. */
    @Test
    void callsOfAllKindsEnd() throws Exception {
        AtomicInteger seed = new AtomicInteger();
        AtomicInteger good = new AtomicInteger();
        try (Loopback loopback = new Loopback(Loopback.OPTIONS)
                .on("/t/Echo", LoopbackTest.ECHO)
                .on("/t/Flood", served -> {
                    while (served.write(new byte[20_000])) {
                        assertThat(seed).isNotNull();
                    }
                })) {
            onThreads(() -> {
                Random random = new Random(seed.incrementAndGet());
                for (int i = 0; i < 30; i++) {
                    switch (random.nextInt(5)) {
                        case 0 -> {
                            assertThat(loopback.unary("/t/Echo", new byte[50])).hasSize(50);
                            good.incrementAndGet();
                        }
                        case 1 -> {
                            Loopback.Started call = loopback.start("/t/Flood");
                            for (int n = random.nextInt(4); n > 0; n--) {
                                assertThat(call.read()).hasSize(20_000);
                            }
                            call.call().cancel(GrpcCode.CANCELLED.with("enough"));
                            GrpcException e = catchThrowableOfType(GrpcException.class, () -> drain(call));
                            assertThat(e.status()).isEqualTo(GrpcCode.CANCELLED.with("enough"));
                        }
                        case 2 -> {
                            Loopback.Started call = loopback.start(
                                    "/t/Flood",
                                    new dev.peregrine.transport.Metadata(),
                                    Duration.ofMillis(random.nextInt(20)));
                            GrpcException e = catchThrowableOfType(GrpcException.class, () -> drain(call));
                            assertThat(e.status().code()).isEqualTo(GrpcCode.DEADLINE_EXCEEDED);
                        }
                        case 3 -> {
                            GrpcException e = catchThrowableOfType(
                                    GrpcException.class, () -> loopback.unary("/t/Missing", new byte[50_000]));
                            assertThat(e.status().code()).isEqualTo(GrpcCode.UNIMPLEMENTED);
                        }
                        default -> {
                            Loopback.Started call = loopback.start("/t/Echo");
                            call.call().send(Loopback.message(new byte[100_000]));
                            call.call().cancel(GrpcCode.ABORTED.with("never mind"));
                            GrpcException e = catchThrowableOfType(GrpcException.class, () -> drain(call));
                            assertThat(e.status()).isEqualTo(GrpcCode.ABORTED.with("never mind"));
                        }
                    }
                }
                return null;
            });
        }
        assertThat(good.get()).isPositive();
    }

    private static void drain(Loopback.Started call) throws GrpcException, InterruptedException {
        while (call.read() != null) {
            assertThat(call).isNotNull();
        }
    }

    @Test
    void aClientThatIsClosedUnderLoadEndsAllCalls() throws Exception {
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Echo", LoopbackTest.ECHO)) {
            CountDownLatch running = new CountDownLatch(THREADS);
            Thread closer = new Thread(() -> {
                try {
                    running.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                loopback.client.close();
            });
            closer.start();
            onThreads(() -> {
                GrpcException e = catchThrowableOfType(GrpcException.class, () -> {
                    for (int i = 0; ; i++) {
                        loopback.unary("/t/Echo", new byte[10_000]);
                        if (i == 3) {
                            running.countDown();
                        }
                    }
                });
                assertThat(e.status().code()).isIn(GrpcCode.CANCELLED, GrpcCode.UNAVAILABLE);
                return null;
            });
            closer.join();
        }
    }

    @Test
    void aServerThatIsShutDownUnderLoadLosesNoCallThatItTook() throws Exception {
        AtomicInteger served = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Echo", call -> {
            byte[] message = call.read();
            served.incrementAndGet();
            call.write(message == null ? new byte[0] : message);
            call.finish(GrpcStatus.OK);
        })) {
            CountDownLatch running = new CountDownLatch(THREADS);
            Thread shutdown = new Thread(() -> {
                try {
                    running.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                loopback.server.shutdown(Duration.ofSeconds(10));
            });
            shutdown.start();
            onThreads(() -> {
                GrpcException e = catchThrowableOfType(GrpcException.class, () -> {
                    for (int i = 0; ; i++) {
                        loopback.unary("/t/Echo", new byte[1000]);
                        answered.incrementAndGet();
                        if (i == 3) {
                            running.countDown();
                        }
                    }
                });
                assertThat(e.status().code()).as("%s", e).isEqualTo(GrpcCode.UNAVAILABLE);
                return null;
            });
            shutdown.join();
            assertThat(answered.get()).isEqualTo(served.get());
        }
    }

    @Test
    void aServerThatDrainsCancelsWhatDoesNotEnd() throws Exception {
        try (Loopback loopback = new Loopback(Loopback.OPTIONS).on("/t/Flood", served -> {
            while (served.write(new byte[20_000])) {
                assertThat(served).isNotNull();
            }
        })) {
            Loopback.Started call = loopback.start("/t/Flood");
            assertThat(call.read()).hasSize(20_000);
            loopback.server.shutdown(Duration.ofMillis(50));
            GrpcException e = catchThrowableOfType(GrpcException.class, () -> drain(call));
            assertThat(e.status()).isEqualTo(GrpcCode.UNAVAILABLE.with("The server has been shut down"));
            loopback.server.awaitTermination();
        }
    }
}
