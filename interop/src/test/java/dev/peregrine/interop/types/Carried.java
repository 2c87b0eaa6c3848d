package dev.peregrine.interop.types;

import static org.assertj.core.api.Assertions.assertThat;

import dev.peregrine.client.CallOptions;
import dev.peregrine.client.FlightClient;
import dev.peregrine.client.FlightExchange;
import dev.peregrine.client.FlightPut;
import dev.peregrine.protocol.FlightDescriptor;
import dev.peregrine.protocol.FlightStreamReader;
import dev.peregrine.protocol.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.opentest4j.MultipleFailuresError;

/** Any thread. The ways that a client of ours carries a stream to a server and back, and many streams. */
final class Carried {
    /** Carries one stream; throws if it comes back changed. */
    interface Way {
        void carry(RandomStream stream);
    }

    private Carried() {}

    /** Makes so many streams and reports all that changed, each with its seed. */
    static void all(long firstSeed, int count, RandomStream.Limits limits, BufferAllocator allocator, Way way) {
        List<Throwable> failed = new ArrayList<>();
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            try (RandomStream stream = RandomStream.of(seed, allocator, limits)) {
                way.carry(stream);
            } catch (RuntimeException | AssertionError e) {
                failed.add(new AssertionError("seed " + seed + ": " + e.getMessage(), e));
            }
        }
        MultipleFailuresError error = new MultipleFailuresError("streams that changed", failed);
        if (error.hasFailures()) {
            throw error;
        }
    }

    static void putAndGet(FlightClient client, RandomStream stream) {
        put(client, stream);
        get(client, stream);
    }

    static void put(FlightClient client, RandomStream stream) {
        CallOptions options = CallOptions.NONE.write(stream.options());
        try (FlightPut put = client.doPut(FlightDescriptor.path("x"), stream.schema(), stream.provider(), options)) {
            stream.batches().forEach(put.writer()::write);
            put.writer().doneWriting();
        }
    }

    /** Gets the flight and compares it with the stream. */
    static void get(FlightClient client, RandomStream stream) {
        try (FlightStreamReader reader = client.doGet(Ticket.of("x"))) {
            SameValues.assertSame(stream, reader.schema());
            for (int i = 0; i < stream.batches().size(); i++) {
                assertThat(reader.next()).isTrue();
                SameValues.assertSame(stream, i, reader.root(), reader.dictionaries());
            }
            assertThat(reader.next()).isFalse();
        }
    }

    static void exchange(FlightClient client, RandomStream stream, FlightDescriptor echo) {
        CallOptions options = CallOptions.NONE.write(stream.options());
        Random random = new Random(stream.seed());
        try (FlightExchange exchange = client.doExchange(echo, options)) {
            exchange.writer().begin(stream.schema(), stream.provider());
            for (int i = 0; i < stream.batches().size(); i++) {
                byte[] metadata = new byte[random.nextInt(5)];
                random.nextBytes(metadata);
                exchange.writer().write(stream.batches().get(i), metadata);
                assertThat(exchange.reader().next()).isTrue();
                assertThat(exchange.reader().metadata()).isEqualTo(metadata);
                SameValues.assertSame(
                        stream, i, exchange.reader().root(), exchange.reader().dictionaries());
            }
            exchange.writer().doneWriting();
            assertThat(exchange.reader().next()).isFalse();
        }
    }
}
