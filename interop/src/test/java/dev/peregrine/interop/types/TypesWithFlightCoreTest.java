package dev.peregrine.interop.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.FlightClient;
import dev.peregrine.interop.golden.FlightCoreStore;
import dev.peregrine.protocol.error.FlightCancelledException;
import dev.peregrine.server.FlightServer;
import dev.peregrine.testing.LeakCheck;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Random streams by a flight-core client to our server and back, and by ours to a flight-core server and back. */
@Tag("interop")
@ExtendWith(LeakCheck.class)
class TypesWithFlightCoreTest {
    private static final RandomStream.Limits LIMITS = RandomStream.Limits.FLIGHT_CORE;

    @Test
    @Timeout(300)
    void hundredStreamsByTheirClient(BufferAllocator allocator) throws Exception {
        byTheirClient(8_000_000, 100, allocator);
    }

    @Test
    @Tag("slow")
    @Timeout(1800)
    void thousandStreamsByTheirClient(BufferAllocator allocator) throws Exception {
        byTheirClient(9_000_000, 1_000, allocator);
    }

    @Test
    @Timeout(300)
    void hundredStreamsThroughTheirServer(BufferAllocator allocator) throws Exception {
        throughTheirServer(10_000_000, 100, allocator);
    }

    @Test
    @Tag("slow")
    @Timeout(1800)
    void threeHundredStreamsThroughTheirServer(BufferAllocator allocator) throws Exception {
        throughTheirServer(11_000_000, 300, allocator);
    }

    private static void throughTheirServer(long firstSeed, int count, BufferAllocator allocator) throws Exception {
        AtomicInteger unwritable = new AtomicInteger();
        try (FlightCoreStore server = FlightCoreStore.start();
                FlightClient client = FlightClient.builder("grpc://127.0.0.1:" + server.port())
                        .allocator(allocator)
                        .build()) {
            Carried.all(firstSeed, count, LIMITS, allocator, stream -> {
                try {
                    Carried.putAndGet(client, stream);
                } catch (FlightCancelledException e) {
                    // What their encoder throws resets the call, and says so in their log alone.
                    if (!hasEmptyList(stream)) {
                        throw e;
                    }
                    unwritable.incrementAndGet();
                }
            });
        }
        assertThat(unwritable).as("streams that their server cannot write").hasValueLessThanOrEqualTo(count / 20);
    }

    /** What {@link #isBeyondTheirClient} is about: their server has loaded all lists, those of batches without rows too. */
    private static boolean hasEmptyList(RandomStream stream) {
        return stream.batches().stream()
                .flatMap(batch -> batch.getFieldVectors().stream())
                .anyMatch(TypesWithFlightCoreTest::hasEmptyList);
    }

    private static boolean hasEmptyList(FieldVector vector) {
        return vector instanceof BaseListVector && vector.getValueCount() == 0
                || vector.getChildrenFromFields().stream().anyMatch(TypesWithFlightCoreTest::hasEmptyList);
    }

    private static void byTheirClient(long firstSeed, int count, BufferAllocator allocator) throws Exception {
        BufferAllocator theirs = new RootAllocator();
        AtomicInteger unwritable = new AtomicInteger();
        try (EchoService service = new EchoService(allocator);
                FlightServer server = FlightServer.builder("grpc://127.0.0.1:0", service)
                        .allocator(allocator)
                        .start();
                org.apache.arrow.flight.FlightClient client = org.apache.arrow.flight.FlightClient.builder(
                                theirs, Location.forGrpcInsecure("127.0.0.1", server.port()))
                        .build()) {
            // One root allocator, or flight-core's client cannot take the buffers.
            Carried.all(firstSeed, count, LIMITS, theirs, stream -> {
                service.options(stream.options());
                try {
                    put(client, stream, theirs);
                    get(client, stream);
                } catch (RuntimeException | AssertionError e) {
                    if (isBeyondTheirClient(e)) {
                        unwritable.incrementAndGet();
                        return;
                    }
                    RuntimeException ours = service.takeFailure();
                    throw new AssertionError(e.getMessage() + ", and our server: " + ours, ours == null ? e : ours);
                } finally {
                    service.close();
                }
            });
        }
        assertThat(unwritable).as("streams that their client cannot write").hasValueLessThanOrEqualTo(count / 100);
    }

    /**
     * A list without elements inside of a list, once loaded, claims four bytes of offsets in a buffer of none; flight-core
     * then fails to write them.
     */
    private static boolean isBeyondTheirClient(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof IndexOutOfBoundsException) {
                return Arrays.stream(t.getStackTrace())
                        .anyMatch(at -> at.getClassName().equals("org.apache.arrow.flight.ArrowMessage"));
            }
        }
        return false;
    }

    private static void put(org.apache.arrow.flight.FlightClient client, RandomStream stream, BufferAllocator theirs) {
        try (VectorSchemaRoot root = VectorSchemaRoot.create(stream.schema(), theirs)) {
            var put = client.startPut(
                    org.apache.arrow.flight.FlightDescriptor.path("x"),
                    root,
                    stream.provider(),
                    new AsyncPutListener());
            try {
                VectorLoader loader = new VectorLoader(root);
                for (VectorSchemaRoot batch : stream.batches()) {
                    try (ArrowRecordBatch unloaded = new VectorUnloader(batch).getRecordBatch()) {
                        loader.load(unloaded);
                    }
                    put.putNext();
                }
                put.completed();
            } catch (RuntimeException e) {
                put.error(e);
                throw e;
            }
            put.getResult();
        }
    }

    private static void get(org.apache.arrow.flight.FlightClient client, RandomStream stream) {
        try (FlightStream in = client.getStream(new Ticket(new byte[0]))) {
            assertThat(in.getSchema()).isEqualTo(stream.schema());
            for (int i = 0; i < stream.batches().size(); i++) {
                assertThat(in.next()).isTrue();
                SameValues.assertSame(stream, i, in.getRoot(), in.getDictionaryProvider());
            }
            assertThat(in.next()).isFalse();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
