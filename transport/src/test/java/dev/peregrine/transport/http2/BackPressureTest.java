package dev.peregrine.transport.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.testing.LeakCheck;
import dev.peregrine.transport.GrpcStatus;
import dev.peregrine.transport.TransportOptions;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credit in both directions: who reads slowly stops who sends, and nobody else. */
@ExtendWith(LeakCheck.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class BackPressureTest {
    private static final TransportOptions SMALL = Loopback.OPTIONS.toBuilder()
            .streamWindow(65_535)
            .connectionWindow(65_535)
            .sendQueueSize(100_000)
            .build();

    @ParameterizedTest
    @CsvSource({"65535,65535", "65535,1000000", "1000000,65535", "70000,70001"})
    void aMessageFarLargerThanTheWindowsArrives(int streamWindow, int connectionWindow) throws Exception {
        TransportOptions options = SMALL.toBuilder()
                .streamWindow(streamWindow)
                .connectionWindow(connectionWindow)
                .build();
        try (Loopback loopback = new Loopback(options).on("/t/Echo", LoopbackTest.ECHO)) {
            byte[] request = new byte[10 << 20];
            for (int i = 0; i < request.length; i++) {
                request[i] = (byte) (i * 31 + (i >> 12));
            }
            assertThat(loopback.unary("/t/Echo", request)).isEqualTo(request);
        }
    }

    @Test
    void aServerThatIsNotReadStops() throws Exception {
        AtomicInteger written = new AtomicInteger();
        try (Loopback loopback = new Loopback(SMALL).on("/t/Flood", served -> {
            served.read();
            for (int i = 0; i < 1000; i++) {
                served.write(new byte[10_000]);
                written.incrementAndGet();
            }
            served.finish(GrpcStatus.OK);
        })) {
            Loopback.Started call = loopback.start("/t/Flood");
            call.write(new byte[0]);
            call.call().halfClose();
            byte[] first = call.read();
            assertThat(first).hasSize(10_000);
            // The window (65,535), and the queue (100,000), and the message that made it full.
            int stopped = settled(written);
            assertThat(stopped * 10_005L).isBetween(90_000L, 65_535L + 100_000 + 3 * 10_005);
            int n = 1;
            while (call.read() != null) {
                n++;
            }
            assertThat(n).isEqualTo(1000);
        }
    }

    /** The count once it has not changed for a while. */
    private static int settled(AtomicInteger count) throws InterruptedException {
        int last = -1;
        for (int same = 0; same < 10; ) {
            int now = count.get();
            same = now == last ? same + 1 : 0;
            last = now;
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return last;
    }

    @Test
    void aClientWhoseServerDoesNotReadStops() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (Loopback loopback = new Loopback(SMALL).on("/t/Slow", served -> {
            go.await();
            long sum = 0;
            for (byte[] m; (m = served.read()) != null; ) {
                sum += m.length;
            }
            served.write(Long.toString(sum).getBytes());
            served.finish(GrpcStatus.OK);
        })) {
            Loopback.Started call = loopback.start("/t/Slow");
            AtomicInteger written = new AtomicInteger();
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < 500; i++) {
                        call.write(new byte[10_000]);
                        written.incrementAndGet();
                    }
                    call.call().halfClose();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            sender.start();
            assertThat(settled(written) * 10_005L).isBetween(90_000L, 65_535L + 100_000 + 3 * 10_005);
            go.countDown();
            assertThat(call.read()).isEqualTo("5000000".getBytes());
            sender.join();
        }
    }

    @Test
    void aSmallCallIsNotHeldUpByUnreadOnes() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Loopback loopback = new Loopback(SMALL)
                .on("/t/Echo", LoopbackTest.ECHO)
                .on("/t/Flood", served -> {
                    while (served.write(new byte[10_000])) {
                        assertThat(over).isFalse();
                    }
                })) {
            // Nobody reads these: more bytes in all than the connection's window.
            Loopback.Started[] unread = new Loopback.Started[10];
            for (int i = 0; i < unread.length; i++) {
                unread[i] = loopback.start("/t/Flood");
            }
            for (int i = 0; i < 100; i++) {
                byte[] request = new byte[1000];
                Arrays.fill(request, (byte) i);
                assertThat(loopback.unary("/t/Echo", request)).isEqualTo(request);
            }
            for (Loopback.Started call : unread) {
                assertThat(call.read()).hasSize(10_000);
            }
        }
    }

    @Test
    void aSmallCallIsNotHeldUpByABulkStream() throws Exception {
        AtomicLong received = new AtomicLong();
        CountDownLatch flowing = new CountDownLatch(1);
        TransportOptions bulk = Loopback.OPTIONS.toBuilder()
                .streamWindow(16 << 20)
                .connectionWindow(64 << 20)
                .build();
        try (Loopback loopback = new Loopback(bulk)
                .on("/t/Echo", LoopbackTest.ECHO)
                .on("/t/Flood", served -> {
                    byte[] megabyte = new byte[1 << 20];
                    while (served.write(megabyte)) {
                        assertThat(megabyte).hasSize(1 << 20);
                    }
                })) {
            Loopback.Started flood = loopback.start("/t/Flood");
            Thread reader = new Thread(() -> {
                try {
                    for (byte[] m; (m = flood.read()) != null; ) {
                        received.addAndGet(m.length);
                        flowing.countDown();
                    }
                } catch (Exception e) {
                    received.addAndGet(1);
                }
            });
            reader.start();
            assertThat(flowing.await(10, TimeUnit.SECONDS))
                    .as("the bulk stream flows")
                    .isTrue();
            long before = received.get();
            for (int i = 0; i < 50; i++) {
                assertThat(loopback.unary("/t/Echo", new byte[100])).hasSize(100);
            }
            long during = received.get() - before;
            assertThat(during / 50)
                    .as("bulk bytes that pass during one small call")
                    .isLessThan(16 << 20);
            flood.call().cancel(dev.peregrine.transport.GrpcCode.CANCELLED.with("enough"));
            reader.join();
        }
    }
}
