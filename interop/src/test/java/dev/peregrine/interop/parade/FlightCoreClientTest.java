package dev.peregrine.interop.parade;

import static dev.peregrine.interop.parade.Parade.bytes;
import static dev.peregrine.interop.parade.Parade.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.Criteria;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A flight-core client against a server of ours: flights and their data. */
@Tag("interop")
class FlightCoreClientTest extends FlightCoreClientSetup {
    /**
     * How flight-core 19 reads {@link Parade#EXPIRES}: it adds the seconds twice (it takes {@code Timestamps.toNanos} for
     * the nanoseconds within the second). pyarrow reads what we send as it is.
     */
    private static final Instant EXPIRES = Parade.EXPIRES.plusSeconds(Parade.EXPIRES.getEpochSecond());

    private static void assertInfo(FlightInfo info, int port) {
        assertThat(info.getSchemaOptional()).hasValue(Parade.INTS);
        assertThat(info.getRecords()).isEqualTo(12);
        assertThat(info.getBytes()).isEqualTo(480);
        assertThat(info.getOrdered()).isTrue();
        assertThat(text(info.getAppMetadata())).isEqualTo("info");
        assertThat(info.getEndpoints()).hasSize(2);
        var first = info.getEndpoints().get(0);
        assertThat(text(first.getTicket().getBytes())).isEqualTo("ints");
        assertThat(first.getLocations())
                .containsExactly(Location.forGrpcInsecure("127.0.0.1", port), Location.reuseConnection());
        assertThat(first.getExpirationTime()).hasValue(EXPIRES);
        assertThat(text(first.getAppMetadata())).isEqualTo("endpoint");
        assertThat(info.getEndpoints().get(1).getLocations()).isEmpty();
        assertThat(info.getEndpoints().get(1).getExpirationTime()).isEmpty();
    }

    @Test
    void listFlights() {
        List<FlightInfo> infos = new ArrayList<>();
        client.listFlights(Criteria.ALL).forEach(infos::add);
        assertThat(infos)
                .extracting(i -> i.getDescriptor().getPath())
                .containsExactly(List.of("ints"), List.of("words"));
        assertInfo(infos.get(0), server.port());

        assertThat(client.listFlights(new Criteria(bytes("words")))).hasSize(1);
        assertThat(client.listFlights(new Criteria(bytes("many")))).hasSize(1000);
    }

    @Test
    void getFlightInfo() {
        assertInfo(client.getInfo(FlightDescriptor.path("ints")), server.port());
        assertInfo(client.getInfo(FlightDescriptor.command(bytes("ints"))), server.port());
        assertThatThrownBy(() -> client.getInfo(FlightDescriptor.path("nothing")))
                .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND))
                .hasMessageContaining("no such flight");
        assertThatThrownBy(() -> client.getInfo(FlightDescriptor.path("null")))
                .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND));
    }

    @Test
    void pollFlightInfo() {
        PollInfo first = client.pollInfo(FlightDescriptor.command(bytes("poll")));
        assertThat(first.getProgress()).isEmpty();
        assertThat(first.getExpirationTime()).hasValue(EXPIRES);
        assertInfo(first.getFlightInfo(), server.port());
        PollInfo second = client.pollInfo(first.getFlightDescriptor().orElseThrow());
        assertThat(second.getProgress()).hasValue(0.5);
        assertThat(second.getExpirationTime()).isEmpty();
        PollInfo last = client.pollInfo(second.getFlightDescriptor().orElseThrow());
        assertThat(last.getProgress()).hasValue(1.0);
        assertThat(last.getFlightDescriptor()).isEmpty();
    }

    @Test
    void getSchema() {
        assertThat(client.getSchema(FlightDescriptor.path("ints")).getSchema()).isEqualTo(Parade.INTS);
    }

    // Get

    private FlightStream get(String ticket, CallOption... options) {
        return client.getStream(new Ticket(bytes(ticket)), options);
    }

    @Test
    void doGet() throws Exception {
        try (FlightStream stream = get("ints")) {
            assertThat(stream.getSchema()).isEqualTo(Parade.INTS);
            for (int n = 0; n < Parade.BATCHES; n++) {
                assertThat(stream.next()).isTrue();
                Parade.assertInts(stream.getRoot(), n);
                assertThat(stream.getLatestMetadata()).isNull();
            }
            assertThat(stream.next()).isFalse();
        }
    }

    @Test
    void doGetDictionary() throws Exception {
        try (FlightStream stream = get("words")) {
            for (int n = 0; n < Parade.BATCHES; n++) {
                assertThat(stream.next()).isTrue();
                Parade.assertWords(stream.getRoot(), stream.getDictionaryProvider(), n);
            }
            assertThat(stream.next()).isFalse();
        }
    }

    @Test
    void doGetSchemaOnlyAndZeroRows() throws Exception {
        try (FlightStream stream = get("zero_batches")) {
            assertThat(stream.getSchema()).isEqualTo(Parade.INTS);
            assertThat(stream.next()).isFalse();
        }
        try (FlightStream stream = get("zero_rows")) {
            assertThat(stream.next()).isTrue();
            assertThat(stream.getRoot().getRowCount()).isZero();
            assertThat(stream.next()).isFalse();
        }
    }

    private static String metadata(ArrowBuf buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[(int) buffer.readableBytes()];
        buffer.getBytes(buffer.readerIndex(), bytes);
        return text(bytes);
    }

    @Test
    void doGetMetadata() throws Exception {
        try (FlightStream stream = get("metadata")) {
            for (int n = 0; n < Parade.BATCHES; n++) {
                assertThat(stream.next()).isTrue();
                assertThat(metadata(stream.getLatestMetadata())).isEqualTo("batch " + n);
                Parade.assertInts(stream.getRoot(), n);
            }
        }
        try (FlightStream stream = get("metadata_only")) {
            assertThat(stream.next()).isTrue();
            assertThat(metadata(stream.getLatestMetadata())).isEqualTo("before");
            assertThat(stream.next()).isTrue();
            Parade.assertInts(stream.getRoot(), 0);
            assertThat(stream.next()).isTrue();
            assertThat(metadata(stream.getLatestMetadata())).isEqualTo("after");
            assertThat(stream.next()).isFalse();
        }
    }

    @Test
    void doGetBigAndSmallBatches() throws Exception {
        for (int[] size : new int[][] {{1 << 20, 3}, {16, 3000}}) {
            try (FlightStream stream = get("big:" + size[0] + "," + size[1])) {
                for (int n = 0; n < size[1]; n++) {
                    assertThat(stream.next()).isTrue();
                    Parade.assertBig(stream.getRoot(), size[0], n);
                }
                assertThat(stream.next()).isFalse();
            }
        }
    }

    @Test
    void doGetFailsInTheMiddle() throws Exception {
        try (FlightStream stream = get("fail_middle:UNAVAILABLE:broke off:more")) {
            assertThat(stream.next()).isTrue();
            assertThat(stream.next()).isTrue();
            assertThatThrownBy(stream::next).isInstanceOfSatisfying(FlightRuntimeException.class, e -> {
                assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE);
                assertThat(e.status().description()).isEqualTo("broke off");
                assertThat(text(e.status().metadata().getByte("grpc-status-details-bin")))
                        .isEqualTo("more");
            });
        }
    }

    @Test
    void doGetCancelled() throws Exception {
        act(client, "was_cancelled", "0");
        try (FlightStream stream = get("endless")) {
            assertThat(stream.next()).isTrue();
            stream.cancel("enough", null);
        }
        assertThat(act(client, "was_cancelled", "10")).containsExactly("yes");
    }

    @Test
    void doGetTimeout() throws Exception {
        act(client, "was_cancelled", "0");
        try (FlightStream stream = get("slow", CallOptions.timeout(300, TimeUnit.MILLISECONDS))) {
            assertThat(stream.next()).isTrue();
            assertThatThrownBy(stream::next).isInstanceOfSatisfying(FlightRuntimeException.class, e -> assertThat(
                            e.status().code())
                    .isEqualTo(FlightStatusCode.TIMED_OUT));
        }
        assertThat(act(client, "was_cancelled", "10")).containsExactly("yes");
    }

    // Put

    @Test
    void doPutWithSynchronousAcks() throws Exception {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, clientMemory);
                SyncPutListener acks = new SyncPutListener()) {
            var writer = client.startPut(FlightDescriptor.path("count"), root, acks);
            for (int n = 0; n < Parade.BATCHES; n++) {
                Parade.fillInts(root, n);
                writer.putNext(buffer("batch " + n));
                try (PutResult ack = acks.poll(10, TimeUnit.SECONDS)) {
                    assertThat(metadata(ack.getApplicationMetadata())).isEqualTo("batch " + n);
                }
            }
            writer.putMetadata(buffer("alone"));
            try (PutResult ack = acks.poll(10, TimeUnit.SECONDS)) {
                assertThat(metadata(ack.getApplicationMetadata())).isEqualTo("alone");
            }
            writer.completed();
            writer.getResult();
            assertThat(acks.read()).isNull();
        }
    }

    private ArrowBuf buffer(String words) {
        byte[] content = bytes(words);
        ArrowBuf buffer = clientMemory.buffer(content.length);
        buffer.writeBytes(content);
        return buffer;
    }

    /** Collects the acknowledgements. */
    private static final class Acks extends AsyncPutListener {
        final List<String> seen = new CopyOnWriteArrayList<>();

        @Override
        public void onNext(PutResult ack) {
            seen.add(metadata(ack.getApplicationMetadata()));
        }
    }

    @Test
    void doPutWithAsynchronousAcks() {
        Acks acks = new Acks();
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, clientMemory)) {
            var writer = client.startPut(FlightDescriptor.path("compare"), root, acks);
            for (int n = 0; n < Parade.BATCHES; n++) {
                Parade.fillInts(root, n);
                writer.putNext();
            }
            writer.completed();
            writer.getResult();
        }
        assertThat(acks.seen).containsExactly("equal");
    }

    @Test
    void doPutDictionary() {
        Acks acks = new Acks();
        try (Parade.Words words = new Parade.Words(clientMemory)) {
            var writer = client.startPut(FlightDescriptor.path("compare_words"), words.root, words.dictionaries, acks);
            for (int n = 0; n < Parade.BATCHES; n++) {
                words.fill(n);
                writer.putNext();
            }
            writer.completed();
            writer.getResult();
        }
        assertThat(acks.seen).containsExactly("equal");
    }

    @Test
    void doPutBig() {
        Acks acks = new Acks();
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.BIG, clientMemory)) {
            var writer = client.startPut(FlightDescriptor.path("sum"), root, acks);
            for (int n = 0; n < 3; n++) {
                Parade.fillBig(root, 1 << 20, n);
                writer.putNext();
            }
            writer.completed();
            writer.getResult();
        }
        assertThat(acks.seen).containsExactly("" + (3 << 20));
    }

    @Test
    void doPutRefused() {
        Acks acks = new Acks();
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, clientMemory)) {
            var writer = client.startPut(FlightDescriptor.path("refuse"), root, acks);
            writer.completed();
            assertThatThrownBy(writer::getResult).isInstanceOfSatisfying(FlightRuntimeException.class, e -> {
                assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHORIZED);
                assertThat(e.status().description()).isEqualTo("no puts here");
            });
        }
    }

    // Exchange

    @Test
    void doExchange() throws Exception {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(Parade.INTS, clientMemory);
                FlightClient.ExchangeReaderWriter exchange =
                        client.doExchange(FlightDescriptor.command(bytes("echo")))) {
            exchange.getWriter().start(root);
            for (int n = 0; n < Parade.BATCHES; n++) {
                Parade.fillInts(root, n);
                exchange.getWriter().putNext(buffer("m" + n));
                assertThat(exchange.getReader().next()).isTrue();
                assertThat(metadata(exchange.getReader().getLatestMetadata())).isEqualTo("m" + n);
                Parade.assertInts(exchange.getReader().getRoot(), n);
            }
            exchange.getWriter().completed();
            assertThat(exchange.getReader().next()).isFalse();
            exchange.getResult();
        }
    }

    @Test
    void doExchangeThatTheServerFails() throws Exception {
        try (FlightClient.ExchangeReaderWriter exchange =
                client.doExchange(FlightDescriptor.command(bytes("nothing")))) {
            assertThatThrownBy(() -> exchange.getReader().next())
                    .isInstanceOfSatisfying(
                            FlightRuntimeException.class,
                            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNIMPLEMENTED));
        }
    }
}
