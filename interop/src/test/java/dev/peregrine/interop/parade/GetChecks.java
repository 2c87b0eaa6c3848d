package dev.peregrine.interop.parade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Ticket;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.protocol.error.FlightException;
import dev.peregrine.protocol.error.FlightInternalException;
import dev.peregrine.protocol.error.FlightNotFoundException;
import dev.peregrine.protocol.error.FlightTimedOutException;
import dev.peregrine.protocol.error.FlightUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.Test;

/** DoGet of a peer. */
interface GetChecks extends PeerServer {
    private FlightStreamReader get(String ticket) {
        return client().doGet(Ticket.of(ticket));
    }

    @Test
    default void doGet() {
        try (FlightStreamReader reader = get("ints")) {
            assertThat(reader.schema()).isEqualTo(Parade.INTS);
            assertInts(reader);
        }
    }

    private static void assertInts(FlightStreamReader reader) {
        for (int n = 0; n < Parade.BATCHES; n++) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.hasData()).isTrue();
            assertThat(reader.metadata()).isEmpty();
            Parade.assertInts(reader.root(), n);
        }
        assertThat(reader.next()).isFalse();
        assertThat(reader.next()).as("asked again after the end").isFalse();
    }

    @Test
    default void doGetRawBatches() {
        try (FlightStreamReader reader = get("ints")) {
            List<Integer> rows = new ArrayList<>();
            for (ArrowRecordBatch batch; (batch = reader.nextBatch()) != null; batch.close()) {
                rows.add(batch.getLength());
            }
            assertThat(rows).containsExactly(4, 4, 4);
        }
    }

    @Test
    default void doGetDictionary() {
        try (FlightStreamReader reader = get("words")) {
            for (int n = 0; n < Parade.BATCHES; n++) {
                assertThat(reader.next()).isTrue();
                Parade.assertWords(reader.root(), reader.dictionaries(), n);
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    default void doGetSchemaOnly() {
        try (FlightStreamReader reader = get("zero_batches")) {
            assertThat(reader.schema()).isEqualTo(Parade.INTS);
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    default void doGetZeroRows() {
        try (FlightStreamReader reader = get("zero_rows")) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.hasData()).isTrue();
            assertThat(reader.root().getRowCount()).isZero();
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    default void doGetMetadata() {
        try (FlightStreamReader reader = get("metadata")) {
            for (int n = 0; n < Parade.BATCHES; n++) {
                assertThat(reader.next()).isTrue();
                assertThat(Parade.text(reader.metadata())).isEqualTo("batch " + n);
                Parade.assertInts(reader.root(), n);
            }
            assertThat(reader.next()).isFalse();
        }
    }

    /** 24 MiB in three messages. */
    @Test
    default void doGetBigBatches() {
        assertBig(1 << 20, 3);
    }

    @Test
    default void doGetSmallBatches() {
        assertBig(16, 3000);
    }

    private void assertBig(int rows, int batches) {
        try (FlightStreamReader reader = get("big:" + rows + "," + batches)) {
            for (int n = 0; n < batches; n++) {
                assertThat(reader.next()).isTrue();
                Parade.assertBig(reader.root(), rows, n);
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    default void doGetWithoutTicket() {
        try (FlightStreamReader reader = get("nothing")) {
            assertThatThrownBy(reader::schema)
                    .isInstanceOf(FlightNotFoundException.class)
                    .hasMessageContaining("no such ticket")
                    .hasMessageContaining("DoGet");
        }
    }

    @Test
    default void doGetFailsBeforeTheSchema() {
        try (FlightStreamReader reader = get("fail_first:INTERNAL:early")) {
            assertThatThrownBy(reader::next)
                    .isInstanceOf(FlightInternalException.class)
                    .hasMessageContaining("early");
        }
    }

    @Test
    default void doGetFailsInTheMiddle() {
        try (FlightStreamReader reader = get("fail_middle:UNAVAILABLE:broke off:more")) {
            assertThat(reader.next()).isTrue();
            Parade.assertInts(reader.root(), 0);
            assertThat(reader.next()).isTrue();
            Parade.assertInts(reader.root(), 1);
            assertThatThrownBy(reader::next)
                    .isInstanceOfSatisfying(
                            FlightUnavailableException.class,
                            e -> assertThat(Parade.text(e.extraInfo())).isEqualTo("more"))
                    .hasMessageContaining("broke off");
        }
    }

    @Test
    default void doGetCancelled() {
        forgetCancelled();
        try (FlightStreamReader reader = get("endless")) {
            assertThat(reader.next()).isTrue();
            reader.cancel();
            assertThatThrownBy(() -> {
                        while (reader.next()) {
                            Parade.assertInts(reader.root(), 0);
                        }
                    })
                    .isInstanceOf(FlightCancelledException.class);
        }
        assertThat(wasCancelled()).isTrue();
    }

    @Test
    default void doGetClosedEarly() {
        forgetCancelled();
        try (FlightStreamReader reader = get("endless")) {
            assertThat(reader.next()).isTrue();
        }
        assertThat(wasCancelled()).isTrue();
    }

    @Test
    default void doGetByAnInterruptedThread() throws Exception {
        forgetCancelled();
        Thread reading = Thread.currentThread();
        try (FlightStreamReader reader = get("slow")) {
            assertThat(reader.next()).isTrue();
            Thread interrupter = new Thread(reading::interrupt);
            interrupter.start();
            assertThatThrownBy(reader::next).isInstanceOf(FlightCancelledException.class);
            assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
            interrupter.join(1000);
        }
        assertThat(wasCancelled()).isTrue();
    }

    @Test
    default void doGetTimeout() {
        forgetCancelled();
        long started = System.nanoTime();
        try (FlightStreamReader reader = client().doGet(Ticket.of("slow"), CallOptions.of(Duration.ofMillis(300)))) {
            assertThatThrownBy(() -> {
                        while (reader.next()) {
                            Parade.assertInts(reader.root(), 0);
                        }
                    })
                    .isInstanceOf(FlightTimedOutException.class);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
        assertThat(wasCancelled()).isTrue();
    }

    @Test
    default void manyGetsAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            Callable<Void> five = () -> {
                for (int i = 0; i < 5; i++) {
                    doGet();
                }
                return null;
            };
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                all.add(threads.submit(five));
            }
            for (Future<Void> one : all) {
                one.get(30, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    default void clientClosedWithACallOpen() {
        forgetCancelled();
        FlightClient other = connect(plain());
        try (FlightStreamReader reader = other.doGet(Ticket.of("endless"))) {
            assertThat(reader.next()).isTrue();
            other.close();
            assertThatThrownBy(() -> {
                        while (reader.next()) {
                            Parade.assertInts(reader.root(), 0);
                        }
                    })
                    .isInstanceOf(FlightException.class);
        }
        assertThat(wasCancelled()).isTrue();
    }
}
